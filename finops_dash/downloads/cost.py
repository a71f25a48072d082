"""Any cost query as CSV, XLSX or Parquet: the answer as shown, or every line behind it."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import chain

from flask import Response, request
from flask_login import current_user

from finops_dash.domain.url import from_url
from finops_dash.downloads.refusals import NoSuchFileError, NotUnderstoodError, downloads
from finops_dash.downloads.sending import head_of, is_gone, person, sent, streamed
from finops_dash.exports.files import KINDS
from finops_dash.runtime import services
from finops_dash.services.exports import Asked


@downloads.get("/export/cost.<string:kind>")
def cost(kind: str) -> Response:
    """The rows of the answer: its groups, and its measure with the currency in the head."""
    asked, exports = _asked(kind), services().exports
    answer = exports.shown(asked)
    name = exports.name("cost", asked, answer.days)
    head = head_of(KINDS[kind], name, len(answer.rows))
    if request.method == "HEAD":
        return head
    if kind == "csv":
        head.set_data(exports.answer_csv(answer))
        return head
    with ExitStack() as work:
        work.enter_context(exports.turns.one(person()))
        path = work.enter_context(exports.answer_file(asked, answer, is_gone))
        return sent(head, path, work.pop_all())


@downloads.get("/export/charges.<string:kind>")
def charges(kind: str) -> Response:
    """Every charge line behind the answer, with all that FOCUS and the cloud say of it."""
    asked, exports = _asked(kind), services().exports
    days, count = exports.lines(asked)
    head = head_of(KINDS[kind], exports.name("charges", asked, days), count)
    if request.method == "HEAD":
        return head
    with ExitStack() as work:
        work.enter_context(exports.turns.one(person()))
        if kind != "csv":
            path = work.enter_context(exports.lines_file(asked, days, is_gone))
            return sent(head, path, work.pop_all())
        pieces = work.enter_context(closing(exports.lines_csv(asked, days)))
        # What cannot be read is found out here, while there can still be another answer.
        return streamed(head, chain([next(pieces)], pieces), work.pop_all())


def _asked(kind: str) -> Asked:
    if kind not in KINDS:
        raise NoSuchFileError(kind)
    text = request.query_string.decode("ascii", "replace")
    query, notices = from_url(text)
    if notices:
        raise NotUnderstoodError(notices)
    return Asked(current_user.scope, query, kind)
