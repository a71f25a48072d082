"""A page as a PDF: its own numbers, the browser's pictures without anything that could harm."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.focus import on, write_csv
from support.visiting import Visitor
from werkzeug.test import TestResponse

from finops_dash.bootstrap import Services
from finops_dash.components.money import full
from finops_dash.components.places import BRIDGE
from finops_dash.components.reports.pages import PAGES
from finops_dash.domain.bridge_query import read_bridge
from finops_dash.domain.scope import Scope
from finops_dash.exports import files

Visit = Callable[[Scope], Visitor]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="100" viewBox="0 0 700 100">'
    '<rect width="600" height="50" style="fill: rgb(47, 91, 234)"/>{}</svg>'
)


def printed(
    visitor: Visitor, path: str, search: str = "", *inside: str, **more: Any
) -> TestResponse:
    figures = [{"title": "A <b>title", "words": "& words", "svg": SVG.format(i)} for i in inside]
    body = {"path": path, "search": search, "figures": figures, **more}
    headers = {"X-CSRFToken": visitor.token}
    return visitor.client.post("/export/page.pdf", json=body, headers=headers)


def streams(pdf: bytes) -> bytes:
    """Everything in the file, unpacked."""
    found = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.parametrize(
    ("path", "search"),
    [
        ("/overview", ""),
        ("/explorer", "group_by=service&chart=pie&top=5"),
        ("/bridge", "step=volume"),
        ("/heatmap", "map=service"),
        ("/multicloud", "period=last-month"),
        ("/dashboard", "card=3x2:figure:spend&card=6x5:ask:Ours?group_by=service"),
    ],
)
def test_a_page_is_a_tagged_a4_document_with_its_pictures_as_vectors(
    visit: Visit, demo: Scope, path: str, search: str
) -> None:
    response = printed(visit(demo), path, search, "")
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/pdf"
    assert re.search(rf"filename={path[1:]}_.*Z\.pdf", response.headers["Content-Disposition"])
    whole = streams(response.get_data())
    assert whole.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in whole
    assert b"595" in whole
    assert b"/Image" not in whole.replace(b"/ImageC", b"")


def test_the_page_says_its_question_numbers_and_basis(
    visit: Visit, demo: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = kept_pages(monkeypatch)
    printed(visit(demo), "/overview", "period=last-30-days", "")
    (html,) = pages
    for words in (
        "Effective cost, last 30 days", "Month-end forecast", "Cost by service", "All services",
        "Charges summed", "Data through", "Loads, newest first", "A &lt;b&gt;title", "&amp; words",
    ):  # fmt: skip
        assert words in html


def kept_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML that was to be printed, unprinted."""
    pages: list[str] = []

    def keep(html: str, path: Path, _is_gone: object) -> None:
        pages.append(html)
        path.write_bytes(b"%PDF-")

    monkeypatch.setattr("finops_dash.services.exports.print_page", keep)
    return pages


def test_names_from_bills_and_pictures_are_only_text(
    visit: Visit, services: Services, scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "<img src=https://evil.example onerror=alert(1)>"
    rows = [on("2026-09-01", ServiceName=evil)]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    pages = kept_pages(monkeypatch)
    bad = "<script>alert(2)</script><image href='https://evil.example/x'/>"
    printed(visit(scope), "/explorer", "group_by=service&period=2026-09", bad)
    (html,) = pages
    assert "<img src=https" not in html
    assert "&lt;img src=https" in html
    assert "alert(2)" not in html
    sources = re.findall(r'src="([^"]*)"', html)
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)


def test_printing_reads_nothing_but_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("body { color: red }")
    html = (
        f'<link rel="stylesheet" href="file://{tmp_path}/secret.css">'
        f'<img src="file:///etc/hostname"><img src="http://127.0.0.1:9/x.png"><p>text</p>'
    )
    files.print_page(html, tmp_path / "out.pdf", lambda: False)
    assert b"/Image" not in streams((tmp_path / "out.pdf").read_bytes()).replace(b"/ImageC", b"")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ([], 422, "not understood"),
        ({"path": "/nowhere", "figures": []}, 404, "only of /overview, /explorer"),
        ({"path": "/overview", "search": "period=2026-99&utm=1"}, 400, "“utm=1” was left out"),
        ({"path": "/overview", "figures": [{"svg": "<svg/>"}]}, 422, "not SVG"),
        ({"path": "/overview", "figures": [1]}, 422, "not SVG"),
        ({"path": "/overview", "figures": [{"svg": SVG.format("")}] * 25}, 422, "room for 24"),
        ({"path": "/overview", "figures": [{"svg": "x" * 3_000_000}]}, 413, "too large"),
        ({"path": "/explorer", "search": "measure=consumed_quantity"}, 409, "different units"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_says_why(
    visit: Visit, demo: Scope, body: Any, status: int, words: str
) -> None:
    visitor = visit(demo)
    response = visitor.client.post(
        "/export/page.pdf", json=body, headers={"X-CSRFToken": visitor.token}
    )
    assert (response.status_code, words in response.text) == (status, True), response.text


def test_a_page_is_printed_for_the_person_alone(
    visit: Visit, demo: Scope, stranger: Visitor
) -> None:
    assert stranger.client.post("/export/page.pdf", json={}).status_code == 302
    forged = visit(demo).client.post("/export/page.pdf", json={"path": "/overview"})
    assert forged.status_code == 400


def test_a_server_without_pango_says_what_is_missing(
    visit: Visit, demo: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = (
        "import cffi\n"
        "def dlopen(*_): raise OSError('cannot load library libpango-1.0-0')\n"
        "cffi.FFI.dlopen = dlopen\n"
        "from finops_dash.exports.printing import main; main()"
    )
    monkeypatch.setattr(files, "_PRINT", [sys.executable, "-c", without])
    response = printed(visit(demo), "/overview")
    assert response.status_code == 503
    assert "install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0" in response.text


def test_a_tenant_without_bills_has_nothing_to_print(visit: Visit, scope: Scope) -> None:
    response = printed(visit(scope), "/overview")
    assert (response.status_code, "No bill has been loaded" in response.text) == (404, True)


@pytest.mark.parametrize(
    ("path", "search", "words"),
    [
        ("/bridge", "period=last-month", ("The steps from A to B", "Change", "Of A")),
        ("/heatmap", "map=service&period=last-7-days", ("Effective cost by service per day",)),
        ("/heatmap", "map=account", ("by account and service",)),
        ("/multicloud", "", ("by provider and service category",)),
        ("/dashboard", "card=3x2:figure:idle&card=3x2:figure:spend", ("Idle", "Key figures")),
    ],
)
def test_each_page_prints_its_own_numbers(
    visit: Visit,
    demo: Scope,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    search: str,
    words: tuple[str, ...],
) -> None:
    pages = kept_pages(monkeypatch)
    assert printed(visit(demo), path, search, "").status_code == 200
    (html,) = pages
    for text in (*words, "Charges summed", "Loads, newest first"):
        assert text in html


def test_the_printed_steps_of_a_bridge_lead_from_a_to_b(
    visit: Visit, services: Services, demo: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = kept_pages(monkeypatch)
    printed(visit(demo), "/bridge", "period=last-month&currency=USD")
    asked, _ = read_bridge("period=last-month&currency=USD", BRIDGE.default)
    found = services.bridge.of(demo, asked, services.now().date())
    assert found is not None
    for amount in (found.bridge.start, found.bridge.end, *(p.amount for p in found.bridge.steps)):
        assert full(amount, "USD") in pages[0]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_another_tenant_is_printed(
    visit: Visit,
    services: Services,
    scope: Scope,
    demo: Scope,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    days = [f"2026-{month:02}-01" for month in range(8, 12)]
    theirs = {"ServiceName": "canary-of-b", "BillingCurrency": "CHF", "EffectiveCost": "7654321"}
    rows = [on(day, **theirs) for day in days]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "b.csv", rows))])
    pages, query = kept_pages(monkeypatch), "period=2026-10&compare=previous-period"
    assert printed(visit(scope), path, query, "").status_code == 200
    assert printed(visit(demo), path, query, "").status_code == 200
    assert "CHF" in pages[0]
    for word in ("CHF", "7,654,321", "canary-of-b", scope.tenant_slug):
        assert word not in pages[1]
