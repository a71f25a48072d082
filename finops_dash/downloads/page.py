"""A page as a PDF: its numbers from here, its pictures as the browser has drawn them."""

from __future__ import annotations

import re
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Response, render_template, request
from flask_login import current_user

from finops_dash.components.reports.pages import PAGES
from finops_dash.components.reports.report import Report
from finops_dash.downloads.refusals import NoPageError, NotUnderstoodError, downloads
from finops_dash.downloads.sending import head_of, is_gone, person, sent
from finops_dash.exports.svg import PictureError, cleaned
from finops_dash.runtime import services
from finops_dash.services.freshness import Freshness

MOST_PICTURES, LONGEST_WORDS = 24, 400
NARROW = 520  # pixels on the page; two such pictures stand beside each other
_WIDTH = re.compile(r'<svg[^>]* width="([0-9.]+)"')


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the page with what stands above it."""

    title: str
    words: str
    source: str
    is_narrow: bool


@downloads.post("/export/page.pdf")
def page() -> Response:
    """The page as an A4 document; the body is JSON with `path`, `search` and `figures`."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        message = "What to print was not understood."
        raise PictureError(message)
    report = _report(str(asked.get("path")), str(asked.get("search") or ""))
    exports, found = services().exports, asked.get("figures")
    html = _html(report, [_picture(one) for one in found] if isinstance(found, list) else [])
    with ExitStack() as work:
        work.enter_context(exports.turns.one(person()))
        path = work.enter_context(exports.page_file(current_user.scope, html, is_gone))
        name = f"{report.title.lower()}_{report.basis.days.start}..{report.basis.days.last}"
        head = head_of("application/pdf", f"{name}_{exports.stamp()}.pdf")
        return sent(head, path, work.pop_all())


def _report(path: str, search: str) -> Report:
    if path not in PAGES:
        message = f"There is no PDF of this page: only of {', '.join(PAGES)}."
        raise NoPageError(message)
    shown, notices = PAGES[path].read(search)
    if notices:
        raise NotUnderstoodError(notices)
    report = PAGES[path].make(current_user.scope, shown)
    if report is None:
        message = "No bill has been loaded yet, so there is nothing to print."
        raise NoPageError(message)
    return report


def _picture(found: Any) -> Picture:  # noqa: ANN401 - as a browser sent it
    if not isinstance(found, dict) or not isinstance(found.get("svg"), str):
        message = "A picture is not SVG."
        raise PictureError(message)
    svg = cleaned(found["svg"])
    width = _WIDTH.match(svg)
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    title, words = (str(found.get(name) or "")[:LONGEST_WORDS] for name in ("title", "words"))
    return Picture(title, words, source, width is not None and float(width[1]) < NARROW)


def _html(report: Report, pictures: list[Picture]) -> str:
    if len(pictures) > MOST_PICTURES:
        message = f"A PDF has room for {MOST_PICTURES} pictures."
        raise PictureError(message)
    return render_template(
        "report.html",
        report=report,
        pictures=pictures,
        tenant=current_user.tenant_name,
        fresh=_fresh(report.basis.freshness),
        made=f"{services().now():%Y-%m-%d %H:%M}",
        version=version("finops-dash"),
    )


def _fresh(fresh: Freshness) -> str:
    if fresh.data_through is None or fresh.loaded_at is None:
        return "no data yet"
    day = fresh.data_through
    return f"Data through {day.day} {day:%B %Y}, loaded {fresh.loaded_at:%Y-%m-%d %H:%M} UTC"
