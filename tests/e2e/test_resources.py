"""What a person does with resources and charges; every journey ends with an empty console."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from support.browser import CHARGE, CHARGE_CELL, choose

Open = Callable[..., Page]
RESOURCE = "#resource-grid .ag-cell a"
COUNT = """async (id) => {
  const api = await window.dash_ag_grid.getApiAsync(id);
  const ids = new Set();
  api.forEachNode((node) => { if (node.data) { ids.add(node.data.id); } });
  return ids.size;
}"""
DOWN = """() => {
  const rows = document.querySelector("#charge-grid .ag-body-viewport");
  rows.scrollTop = rows.scrollHeight;
}"""


def opened(page: Page) -> None:
    """Wait until the page of a resource stands."""
    page.wait_for_selector("#resource-cost .barlayer path", state="attached")
    page.wait_for_selector("#resource-alike .card-sentence")
    page.wait_for_selector(CHARGE)


def test_a_search_leads_to_a_resource_to_its_neighbour_and_back(sign_in: Open) -> None:
    page = sign_in("/resources")
    page.wait_for_selector(RESOURCE)
    page.locator("#resources-search").press_sequentially("team=", delay=30)
    expect(page).to_have_url(re.compile(r"/resources\?search=team%3D$"))
    expect(page.locator("#resource-head")).to_contain_text("resources. Effective cost")
    expect(page.locator("#resources-search")).to_be_focused()
    name = page.locator(RESOURCE).first.inner_text()
    page.locator(RESOURCE).first.click()
    expect(page.locator("h1")).to_have_text(name)
    opened(page)
    other = page.locator("#resource-alike td a").first
    neighbour = other.inner_text()
    other.click()
    expect(page.locator("h1")).to_have_text(neighbour)
    opened(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text(name)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Resources")
    expect(page.locator("#resources-search")).to_have_value("team=")


def test_a_search_that_finds_nothing_offers_the_way_back(sign_in: Open) -> None:
    page = sign_in("/resources?search=nobody+at+all")
    expect(page.locator("#resource-head")).to_contain_text("No resource matches “nobody at all”")
    page.click("text=Clear search and filters")
    page.wait_for_selector(RESOURCE)
    expect(page).to_have_url(re.compile(r"/resources$"))
    expect(page.locator("#resources-search")).to_have_value("")


def test_a_charge_is_opened_by_keyboard_and_gives_the_focus_back(sign_in: Open) -> None:
    page = sign_in("/charges?period=last-7-days")
    page.locator(CHARGE_CELL).nth(2).click()
    page.wait_for_selector("#charge-body .facts")
    page.keyboard.press("Escape")
    expect(page.locator("#charge-body")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#charge-body")).to_be_visible()
    for words in ("Where it came from", "ChargePeriodStart", "Tags", "AWS"):
        expect(page.locator("#charge-body")).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(page.locator("#charge-body")).to_be_hidden()
    assert page.evaluate("() => document.activeElement.getAttribute('role')") == "gridcell"


def test_a_resource_is_opened_by_keyboard(sign_in: Open) -> None:
    page = sign_in("/resources")
    name = page.locator(RESOURCE).first.inner_text()
    page.locator("#resource-grid .ag-center-cols-container .ag-cell").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    opened(page)


def test_charges_go_on_without_end_and_none_comes_twice(sign_in: Open) -> None:
    page = sign_in("/charges")
    page.wait_for_selector(CHARGE)
    for pages in (2, 3, 4):
        page.wait_for_timeout(200)
        page.evaluate(DOWN)
        page.wait_for_function(f"async () => ({COUNT})('charge-grid').then((n) => n >= {pages}00)")
    assert page.evaluate(COUNT, "charge-grid") % 100 == 0


def test_a_change_of_the_question_brings_other_charges_and_back(sign_in: Open) -> None:
    page = sign_in("/charges?filter=provider:AWS&period=last-7-days")
    page.wait_for_selector(CHARGE)
    before = page.locator("#charge-head").inner_text()
    choose(page, "Period", "Last 30 days")
    expect(page.locator("#charge-head")).not_to_have_text(before)
    page.evaluate("() => dash_clientside.finops.go('/charges?filter=provider:nobody', 'push')")
    expect(page.locator("#charge-head")).to_contain_text("No charges for this filter and period")
    expect(page.locator("#charge-rows")).to_be_hidden()
    page.go_back()
    expect(page.locator(CHARGE)).not_to_have_count(1)
    expect(page.locator(CHARGE).first).to_contain_text("AWS")
    page.locator(".pill a").first.click()
    expect(page.locator(".pill")).to_have_count(0)


def test_columns_and_order_stand_in_the_url(sign_in: Open) -> None:
    page = sign_in("/charges?period=last-7-days&filter=provider:AWS")
    page.wait_for_selector(CHARGE)
    page.click("summary:has-text('Columns')")
    page.get_by_label("InvoiceIssuerName").check()
    expect(page).to_have_url(re.compile("columns=InvoiceIssuerName"))
    expect(page.locator(".column-choices")).to_be_visible()  # to choose more
    page.keyboard.press("Escape")
    link = page.locator("a.chip:has-text('Dearest first')")
    expect(link).to_have_attribute("href", re.compile("columns="))  # drawn for what was ticked
    link.click()
    expect(page).to_have_url(re.compile("order=-value&columns=InvoiceIssuerName"))
    expect(page.locator("a.chip.chosen")).to_have_text("Dearest first")
    page.reload()
    page.wait_for_selector(CHARGE)
    expect(page.get_by_label("InvoiceIssuerName")).to_be_checked()
    expect(page.locator("a.chip.chosen")).to_have_text("Dearest first")


def test_charges_lead_to_the_explorer_and_say_why(sign_in: Open) -> None:
    page = sign_in("/charges?period=last-7-days&filter=provider:AWS")
    page.click("#charge-foot >> text=Why this number?")
    expect(page.locator("#why-body .facts")).to_contain_text("Charges summed")
    page.click(".offcanvas.show .btn-close")
    page.click("#charge-foot >> text=Open in explorer")
    page.wait_for_url("**/explorer?group_by=service&filter=provider:AWS**")
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")


def test_an_unknown_resource_leads_back_to_the_search(sign_in: Open) -> None:
    page = sign_in("/resources/%2F%2Fnobody")
    expect(page.locator("main")).to_contain_text("no such resource that you may see")
    page.click("text=Search the resources")
    page.wait_for_selector(RESOURCE)
