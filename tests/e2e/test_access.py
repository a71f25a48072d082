"""Every page by the rules of axe-core, in both colour modes and on a phone."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from support.browser import CHARGE, CHARGE_CELL, at_widths
from support.serving import served

from finops_dash.cli.serve import THREADS

Open = Callable[..., Page]
PAGES = {
    "/overview": "#overview-resources .ag-row",
    "/explorer?group_by=service&grain=day": "#explorer-table .ag-row",
    "/bridge?step=volume": "#bridge-answer .contributors tbody tr",
    "/heatmap": "#heatmap-picture .heatmaplayer image",
    "/heatmap?map=weekday": "#heatmap-picture .barlayer path",
    "/heatmap?map=hour": "#heatmap-picture .empty",
    "/heatmap?map=service": "#heatmap-picture .heatmaplayer image",
    "/heatmap?map=account": "#heatmap-picture .heatmaplayer image",
    "/multicloud": "#multicloud-regions .barlayer path",
    "/views": "main .chip.chosen",
    "/charges?period=last-7-days": CHARGE,
    "/resources?search=web": "#resource-grid .ag-row",
    "/resources/nobody": "text=Search the resources",
    "/dashboard": ".board-start",
    "/dashboard?card=3x2:figure:spend&card=6x6:ask:Ours?group_by=team": ".barlayer path",
    "/sessions": "text=You are a demo person",
    "/nowhere": "text=Go to the overview",
}


def findings(page: Page) -> list[str]:
    """The serious and critical findings, with the first element of each."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    grave = [item for item in found if item["impact"] in {"serious", "critical"}]
    return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in grave]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_finding_in_either_theme(sign_in: Open, path: str) -> None:
    page = sign_in(path, width=390)
    for width in at_widths(page, path, 390, 1440):
        page.wait_for_selector(PAGES[path], state="attached")
        page.wait_for_load_state("networkidle")
        assert findings(page) == [], width
        page.click("#theme-toggle")
        assert findings(page) == [], width


def test_an_open_menu_its_calendar_and_the_reasons_have_no_serious_finding(
    sign_in: Open,
) -> None:
    page = sign_in()
    page.wait_for_selector(PAGES["/overview"], state="attached")
    page.click("summary[aria-label^='Period']")
    page.wait_for_selector(".dash-datepicker-input-wrapper[role]")
    assert findings(page) == []
    page.locator(".dash-datepicker-input-wrapper input").first.click()
    page.wait_for_selector("[role=dialog][aria-label='Choose two dates']")
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.click("summary[aria-label='Export']")
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".kpi .link-button").first.click()
    page.wait_for_selector("#why-body tbody tr")
    assert findings(page) == []


def test_a_resource_and_the_panel_of_a_charge_have_no_serious_finding(sign_in: Open) -> None:
    search = "/resources?search=web"
    page = sign_in(search, width=390)
    for width in at_widths(page, search, 390, 1440):
        page.locator("#resource-grid .ag-cell a").first.click()
        page.wait_for_selector("#resource-cost .barlayer path", state="attached")
        page.wait_for_selector(CHARGE)
        page.wait_for_load_state("networkidle")
        assert findings(page) == [], width
        page.locator("#charge-grid summary, .grid-head summary").first.click()
        assert findings(page) == [], width
        page.keyboard.press("Escape")
        page.locator(CHARGE_CELL).first.click()
        page.wait_for_selector("#charge-body .facts")
        page.wait_for_timeout(400)  # while the panel comes in, it is see-through
        assert findings(page) == [], width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_saved_views_and_their_panels_have_no_serious_finding(sign_in: Open, theme: str) -> None:
    page = sign_in("/explorer?group_by=service", person="analyst", theme=theme)
    page.wait_for_selector("#explorer-answer .barlayer path")
    page.click("main .save-menu summary")
    assert findings(page) == []
    page.click("[data-share=save-as]")
    page.fill("#save-name", f"To be looked at in {theme}")
    page.wait_for_timeout(400)  # the panel has come whole
    assert findings(page) == []
    page.click("#save-done")
    page.wait_for_selector(".view-name")
    assert findings(page) == []
    page.click("main .save-menu summary")
    page.click("[data-share=copy]")
    page.wait_for_selector(".link-box")
    page.wait_for_timeout(400)
    assert findings(page) == []
    page.goto("/views")
    page.locator(".views summary").first.click()
    assert findings(page) == []
    page.click(".menu[open] [data-act=versions]")
    page.wait_for_selector(".versions li")
    page.wait_for_timeout(400)
    assert findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_notes_and_data_of_an_earlier_moment_have_no_serious_finding(
    sign_in: Open, theme: str
) -> None:
    page = sign_in("/overview?as_of=2020-01-01T00:00:00Z", person="analyst", theme=theme)
    page.click(".since summary")
    page.wait_for_selector(".since tbody tr")
    assert findings(page) == []
    page.goto("/overview")
    page.click("#overview-trend [data-notes]")
    page.wait_for_selector("#notes-done")
    page.wait_for_timeout(400)
    assert findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_log_in_page_has_no_serious_finding(
    context_of: Callable[..., Any], site: str, theme: str, width: int
) -> None:
    page = context_of(site, width, theme).new_page()
    page.goto("/login")
    assert findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_people_who_only_hold_connections_keep_nobody_waiting(site: str) -> None:
    server = urlsplit(site)
    with ExitStack() as held:
        for _ in range(2 * THREADS):
            silent = socket.create_connection((str(server.hostname), server.port or 0))
            held.enter_context(silent)
        with urlopen(f"{site}/healthz", timeout=4) as answer:  # noqa: S310 - our own address
            assert answer.status == 200


def test_people_who_only_hold_connections_keep_no_server_from_ending(
    site: str,  # noqa: ARG001 - the demo company is loaded
    data_dir: Path,
) -> None:
    command = [sys.executable, "-m", "finops_dash", "serve", "--workers", "1", "--no-scheduler"]
    with served(command, data_dir) as address:
        server = urlsplit(address)
        silent = socket.create_connection((str(server.hostname), server.port or 0))
        with urlopen(f"{address}/healthz") as answer:  # noqa: S310 - our own address
            assert answer.status == 200
        told = time.monotonic()
    with silent:
        assert silent.recv(1) == b""
    assert time.monotonic() - told < 20  # gunicorn's patience with those that do not end is 30
