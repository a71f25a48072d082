"""What a person does on the explorer."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from support.browser import choose
from support.looks import widest

Open = Callable[..., Page]
BY_SERVICE = "/explorer?group_by=service&grain=day"


def opened(sign_in: Open, path: str = BY_SERVICE, **more: object) -> Page:
    """The explorer once its picture and its table stand, marked so that a new page would show."""
    page = sign_in(path, **more)
    page.wait_for_selector("#explorer-answer .js-plotly-plot .main-svg", state="attached")
    page.wait_for_selector("#explorer-table .ag-row", state="attached")
    page.evaluate("() => { window.stayed = true; }")
    return page


def stayed(page: Page) -> bool:
    """Whether the page is the one that was opened."""
    return bool(page.evaluate("() => window.stayed"))


def test_a_question_is_cut_again_without_a_new_page(sign_in: Open) -> None:
    page = opened(sign_in)
    choose(page, "Group by", "Team")
    expect(page).to_have_url(re.compile("group_by=service,team"))
    expect(page.locator("#explorer-answer .card-sentence")).to_contain_text("by service and team")
    choose(page, "Picture", "Areas")
    expect(page).to_have_url(re.compile("chart=area"))
    choose(page, "Per:", "Cumulative")
    expect(page.locator("#explorer-answer .card-sentence")).to_contain_text("all before it")
    assert stayed(page)


def test_rows_lead_three_levels_down_and_back_comes_up_again(sign_in: Open) -> None:
    page = opened(sign_in, "/explorer?group_by=service&filter=provider:AWS")
    for depth in (2, 3):
        page.locator("#explorer-table .ag-row a").first.click()
        expect(page.locator(".pill")).to_have_count(depth)
        page.wait_for_selector("#explorer-table .ag-row", state="attached")
    expect(page.locator("#content .crumbs")).to_contain_text("AWS")
    assert stayed(page)
    page.go_back()
    expect(page.locator(".pill")).to_have_count(2)
    page.locator("#content .crumbs a").first.click()
    expect(page.locator(".pill")).to_have_count(0)
    expect(page).to_have_url(re.compile("group_by=provider"))


def test_a_bar_leads_a_level_down_and_back_up(sign_in: Open) -> None:
    page = opened(sign_in, "/explorer?group_by=provider")
    page.locator("#explorer-answer .barlayer path").last.click(force=True)
    expect(page.locator(".pill")).to_have_count(1)
    page.go_back()
    expect(page.locator(".pill")).to_have_count(0)


def test_a_filter_is_found_and_set_by_keyboard_alone(sign_in: Open) -> None:
    page = opened(sign_in)
    page.locator("summary[aria-label='Add a filter']").focus()
    page.keyboard.press("Enter")
    page.locator(".filter-choices button:text-is('Provider')").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".filter-values li")).not_to_have_count(0)
    page.keyboard.type("micro")
    expect(page.locator(".filter-values li")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".pill")).to_contain_text("Provider is Microsoft")
    expect(page.locator("#explorer-answer .card-sentence")).to_contain_text("Provider is Microsoft")
    page.locator(".pill summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".filter-form input[type=checkbox]:checked")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".filter-form")).to_be_hidden()


def test_a_filter_can_be_what_contains_a_text_or_is_empty(sign_in: Open) -> None:
    page = opened(sign_in)
    for way, text, said in (("contains", "ela", "Service contains ela"), ("is empty", "", "")):
        page.click("summary[aria-label='Add a filter']")
        name = "Service" if text else "Team"
        page.click(f".filter-choices button:text-is('{name}')")
        page.select_option(".adder .filter-form select", label=way)
        if text:
            page.fill(".adder .filter-form input[type=search]", text)
        page.click(".adder .filter-form .button")
        expect(page.locator("#explorer-answer .card-sentence")).to_contain_text(
            said or "Team is empty"
        )
    expect(page.locator(".pill")).to_have_count(2)
    page.click("text=Clear filters")
    expect(page.locator(".pill")).to_have_count(0)


def test_an_open_filter_has_no_serious_finding(sign_in: Open) -> None:
    page = opened(sign_in, width=390)
    page.click("summary[aria-label='Add a filter']")
    page.click(".filter-choices button:text-is('Region')")
    expect(page.locator(".filter-values li")).not_to_have_count(0)
    assert widest(page) <= 390
    found = Axe().run(page).response["violations"]
    assert [item["id"] for item in found if item["impact"] in {"serious", "critical"}] == []


def test_the_table_is_sorted_and_read_as_it_is_scrolled(sign_in: Open) -> None:
    page = opened(sign_in, "/explorer?group_by=resource&period=last-month")
    page.click("#explorer-table .ag-header-cell-text:text-is('Resource')")
    names = page.locator("#explorer-table .ag-row:not(.ag-row-pinned) [col-id=c0]")
    expect(names.first).not_to_have_text("")
    page.locator("#explorer-table .ag-body-viewport").hover()
    for _ in range(6):
        page.mouse.wheel(0, 2500)
        page.wait_for_timeout(50)
    last = page.locator("#explorer-table .ag-row:not(.ag-row-pinned) [col-id=c0]", has_text="–")
    expect(last.first).to_be_attached()  # what has no resource stands below all that have


def test_a_link_shows_a_second_person_the_same(sign_in: Open) -> None:
    asked = "group_by=provider,service&grain=week&filter=!charge_category:Tax"
    path = f"/explorer?{asked}&chart=area&top=5"
    page = opened(sign_in, path)
    other = opened(sign_in, path, person="viewer")
    for part in ("#explorer-strip", "#explorer-answer .card-sentence", "#explorer-answer .legend"):
        assert page.locator(part).inner_text() == other.locator(part).inner_text()


def test_units_that_cannot_be_added_are_refused_with_ways_out(sign_in: Open) -> None:
    page = sign_in("/explorer?measure=consumed_quantity")
    expect(page.locator("#explorer-answer .notice")).to_contain_text("different units")
    page.locator("#explorer-answer .chip").first.click()
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")


def test_what_a_link_got_wrong_is_said(sign_in: Open) -> None:
    page = opened(sign_in, f"{BY_SERVICE}&chart=pony&period=someday")
    notices = page.locator("#explorer-bar .notice")
    expect(notices).to_have_count(2)
    expect(notices.first).to_contain_text("period=someday")


def test_a_menu_that_is_open_stays_open_when_the_controls_are_drawn_anew(sign_in: Open) -> None:
    page = opened(sign_in)
    page.click("summary[aria-label^='Per:']")
    before = page.locator("summary[aria-label^='Per:']").element_handle()
    page.evaluate("() => window.dash_clientside.finops.again()")
    page.wait_for_function("(summary) => !summary.isConnected", arg=before)
    page.click(".menu[open] .menu-item:text-is('Week')")
    expect(page).to_have_url(re.compile("grain=week"))
