"""What a person sees where there is nothing, where a part breaks, and where names are hostile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from support.browser import CHARGE, CHARGE_CELL, choose, click_tile, drawn, figures

from data_layer.locks import LOAD
from finops_dash.bootstrap import Services

Open = Callable[..., Page]
AWAY = "main a:not([href^='/']), img[src='x'], iframe, main script"
DRAWN_HOSTILE = "#overview-drill .treemaplayer path.surface"
PLANTED = "img[src='x'], a[href*='evil'], iframe, main script"


@pytest.mark.parametrize(
    "path",
    [
        "/overview",
        "/explorer",
        "/bridge",
        "/heatmap",
        "/multicloud",
        "/charges",
        "/resources",
        "/dashboard",
    ],
)
def test_an_empty_tenant_reads_how_to_load_a_bill(sign_in: Open, stage: str, path: str) -> None:
    page = sign_in(path, person="viewer", at=stage)
    expect(page.locator("main h2")).to_have_text("No bill has been loaded yet")
    expect(page.locator("main pre").first).to_contain_text("finops-dash ingest ./exports --tenant")
    expect(page.locator(".badge-fresh")).to_have_text("No data yet")


def test_a_part_that_breaks_says_so_and_the_others_live(sign_in: Open, stage: str) -> None:
    page = sign_in(person="admin", at=stage)
    expect(page.locator("#overview-resources [role=alert]")).to_contain_text("could not be drawn")
    page.wait_for_selector("#overview-trend .barlayer path")
    assert len(figures(page)) == 8
    choose(page, "Measure", "List cost")
    expect(page.locator("#overview-trend .card-sentence")).to_contain_text("List cost")


def test_hostile_names_are_only_names(sign_in: Open, stage: str) -> None:
    page = sign_in(person="analyst", at=stage, width=390)
    dialogs: list[Any] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.wait_for_selector(DRAWN_HOSTILE, state="attached")
    page.wait_for_load_state("networkidle")
    for part in ("#overview-services", "#overview-heat", "#overview-drill", "#overview-trend"):
        page.locator(f"{part} .main-svg").first.hover(position={"x": 60, "y": 60}, force=True)
    assert page.locator(PLANTED).count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert "<script>alert(1)</script>" in (page.locator(".tenant").text_content() or "")
    page.goto("/explorer?group_by=service&grain=day")
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")
    assert page.locator(PLANTED).count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.goto("/bridge?period=last-7-days")
    page.wait_for_selector("#bridge-answer h1, #bridge-answer h2, #bridge-answer p")
    assert page.locator(PLANTED).count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert dialogs == []


def test_hostile_names_are_only_names_of_resources(sign_in: Open, stage: str) -> None:
    page = sign_in("/resources?period=last-90-days", person="analyst", at=stage, width=390)
    dialogs: list[Any] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.wait_for_selector("#resource-grid .ag-cell a")
    assert page.locator(AWAY).count() == 0
    page.fill("#resources-search", "<img src=x")
    expect(page.locator("#resource-head .card-sentence").first).to_contain_text("1 resource.")
    page.locator("#resource-grid .ag-cell a").first.click()
    expect(page.locator("h1")).to_have_text("<img src=x onerror=alert(1)>")
    page.wait_for_selector(CHARGE)
    page.locator(CHARGE_CELL).first.click()
    page.wait_for_selector("#charge-body .facts")
    assert page.locator(AWAY).count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert dialogs == []


def test_the_way_down_through_hostile_names_comes_back_up(sign_in: Open, stage: str) -> None:
    page = sign_in("/overview?filter=provider:AWS", person="analyst", at=stage)
    trail = page.locator("#overview-drill .crumbs > a, #overview-drill .crumbs > span")
    page.wait_for_selector(DRAWN_HOSTILE, state="attached")
    click_tile(page)
    expect(trail).to_have_count(3)
    name = trail.last.inner_text()
    page.reload()
    expect(trail).to_have_count(3)
    assert trail.last.inner_text() == name
    assert "filter=sub_account:" in page.url


def test_signing_out_leads_to_the_log_in_page_and_stays_there(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.click("summary[aria-label$='account']")
    page.click("text=Sign out")
    expect(page).to_have_url(re.compile("/login$"))
    page.goto("/overview?period=mtd")
    expect(page).to_have_url(re.compile(r"/login\?next=%2Foverview%3Fperiod%3Dmtd$"))
    page.click("button[value=viewer]")
    expect(page).to_have_url(re.compile(r"/overview\?period=mtd$"))


def test_a_session_that_ended_leads_to_the_log_in_page_and_back(sign_in: Open) -> None:
    page = sign_in(may_complain=True)  # of the answer 401
    drawn(page)
    page.context.clear_cookies(name="session")
    choose(page, "Measure", "List cost")
    expect(page).to_have_url(re.compile(r"/login\?next=%2Foverview%3Fmeasure%3Dlist_cost"))
    page.click("button[value=viewer]")
    expect(page.locator("summary[aria-label='Measure: List cost']")).to_be_visible()


def test_a_server_that_cannot_answer_is_one_toast_over_the_old_picture(sign_in: Open) -> None:
    page = sign_in(may_complain=True)  # of the answers 503
    drawn(page)
    before = figures(page)
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=503, json={}))
    choose(page, "Measure", "List cost")
    expect(page.locator(".toast-text")).to_have_text(re.compile("Try again in a moment"))
    assert figures(page) == before
    page.unroute("**/_dash-update-component*")
    choose(page, "Measure", "Billed cost")
    expect(page.locator("#overview-trend .card-sentence")).to_contain_text("Billed cost")


def test_a_page_without_data_tells_of_the_first_load_by_itself(
    sign_in: Open, stage: str, services: Services
) -> None:
    page = sign_in("/overview", person="viewer", at=stage)
    expect(page.locator("main h2")).to_have_text("No bill has been loaded yet")
    command = page.locator("main pre").first.text_content() or ""
    tenant = services.tenancy.scope(command.split()[-1])
    with services.engines.owner.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOAD}, {tenant.tenant_id})"))
        expect(page.locator("main h2")).to_have_text("Your first bill is being loaded")
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
    expect(page.locator("main h2")).to_have_text("No bill has been loaded yet")
