"""The addresses of files: any cost query as CSV, XLSX or Parquet, as shown or line by line."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path

from flask import Blueprint, Response, request
from flask_login import current_user

from finops_dash.domain.errors import (
    FinOpsError,
    MixedCurrenciesError,
    MixedUnitsError,
    PermissionDeniedError,
    QueryError,
)
from finops_dash.domain.url import Notice, from_url
from finops_dash.exports.files import KINDS, GoneError, UnwritableError
from finops_dash.exports.focus import ExportError
from finops_dash.runtime import services
from finops_dash.services.exports import Asked, TooManyRowsError
from finops_dash.services.turns import BusyError

ROWS = "X-Row-Count"
STALLED = 300  # seconds after which who takes nothing of a file has gone
PIECE = 1 << 17
downloads = Blueprint("downloads", __name__)


class NotUnderstoodError(FinOpsError):
    """A query of which parts were not understood: a file of the rest would be another file."""

    def __init__(self, notices: tuple[Notice, ...]) -> None:
        super().__init__("\n".join(notice.sentence() for notice in notices))


class NoSuchFileError(FinOpsError):
    """A kind of file that nothing here writes."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"There are no files of the kind {kind}: choose one of {', '.join(KINDS)}."
        )


STATUS: dict[type[FinOpsError], int] = {
    NotUnderstoodError: 400,
    NoSuchFileError: 404,
    QueryError: 422,
    ExportError: 422,
    UnwritableError: 500,
    TooManyRowsError: 413,
    MixedCurrenciesError: 409,
    MixedUnitsError: 409,
    PermissionDeniedError: 403,
    BusyError: 429,
}


@downloads.errorhandler(FinOpsError)
def refuse(error: FinOpsError) -> Response:
    """Why there is no file, as a sentence."""
    response = Response(str(error), STATUS.get(type(error), 422), mimetype="text/plain")
    if isinstance(error, BusyError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@downloads.errorhandler(GoneError)
def give_up(_: GoneError) -> Response:
    """An answer for nobody, for whoever wanted the file has gone."""
    return Response(status=499)


@downloads.get("/export/cost.<string:kind>")
def cost(kind: str) -> Response:
    """The rows of the answer: its groups, and its measure with the currency in the head."""
    asked, exports = _asked(kind), services().exports
    answer = exports.shown(asked)
    name = exports.name("cost", asked, answer.days)
    head = _head(kind, name, len(answer.rows))
    if request.method == "HEAD":
        return head
    if kind == "csv":
        head.set_data(exports.answer_csv(answer))
        return head
    with ExitStack() as work:
        work.enter_context(exports.turns.one(_person(asked)))
        path = work.enter_context(exports.answer_file(asked, answer, _is_gone))
        return _sent(head, path, work.pop_all())


@downloads.get("/export/charges.<string:kind>")
def charges(kind: str) -> Response:
    """Every charge line behind the answer, with all that FOCUS and the cloud say of it."""
    asked, exports = _asked(kind), services().exports
    days, count = exports.lines(asked)
    head = _head(kind, exports.name("charges", asked, days), count)
    if request.method == "HEAD":
        return head
    with ExitStack() as work:
        work.enter_context(exports.turns.one(_person(asked)))
        if kind != "csv":
            path = work.enter_context(exports.lines_file(asked, days, _is_gone))
            return _sent(head, path, work.pop_all())
        pieces = work.enter_context(closing(exports.lines_csv(asked, days)))
        # What cannot be read is found out here, while there can still be another answer.
        return _streamed(head, chain([next(pieces)], pieces), work.pop_all())


def _asked(kind: str) -> Asked:
    if kind not in KINDS:
        raise NoSuchFileError(kind)
    text = request.query_string.decode("ascii", "replace")
    query, notices = from_url(text)
    if notices:
        raise NotUnderstoodError(notices)
    return Asked(current_user.scope, query, kind)


def _person(asked: Asked) -> tuple[int, str]:
    return asked.scope.tenant_id, current_user.get_id()


def _head(kind: str, name: str, count: int) -> Response:
    """An answer without its body yet."""
    response = Response(mimetype=KINDS[kind])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers[ROWS] = str(count)
    return response


def _sent(response: Response, path: Path, work: ExitStack) -> Response:
    """The response with the file as its body; `work` ends with it."""
    response.headers["Content-Length"] = str(path.stat().st_size)
    file = work.enter_context(path.open("rb"))
    return _streamed(response, iter(lambda: file.read(PIECE), b""), work)


def _streamed(response: Response, pieces: Iterator[bytes], work: ExitStack) -> Response:
    """The response with the pieces as its body; `work` ends with it, or when the client goes."""
    connection = _connection()
    if connection is not None:
        connection.settimeout(STALLED)
    response.response = _to_the_end(pieces, work)
    response.call_on_close(work.close)  # a second time does nothing
    return response


def _to_the_end(pieces: Iterator[bytes], work: ExitStack) -> Iterator[bytes]:
    """The pieces; what they came from is let go before the last of them is taken."""
    yield from pieces
    work.close()


def _connection() -> socket.socket | None:
    """The connection of the request, where the server tells it and it is not encrypted here."""
    found = request.environ.get("gunicorn.socket")
    return found if type(found) is socket.socket else None


def _is_gone() -> bool:
    """Whether the client has closed its connection."""
    connection = _connection()
    if connection is None:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
