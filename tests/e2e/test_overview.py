"""What a person does on the overview; every journey ends with an empty console."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.browser import card, choose, click_tile, crumbs, drawn, figures

Open = Callable[..., Page]


@pytest.mark.parametrize("person", ["viewer", "analyst", "executive", "admin"])
def test_every_demo_person_reaches_eight_figures(sign_in: Open, person: str) -> None:
    page = sign_in(person=person)
    drawn(page)
    assert len(figures(page)) == 8
    assert "–" not in figures(page)


def test_a_filter_changes_the_page_in_place_and_in_its_url(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.evaluate("() => { window.stayed = true; }")
    entries = page.evaluate("() => history.length")
    choose(page, "Measure", "List cost")
    expect(page.locator("summary[aria-label='Measure: List cost']")).to_be_visible()
    expect(page.locator("#overview-trend .card-sentence")).to_contain_text("List cost")
    choose(page, "Period", "Month to date")
    expect(page).to_have_url(re.compile(r"measure=list_cost&period=mtd"))
    assert page.evaluate("() => [window.stayed, history.length]") == [True, entries]


HOLD = """() => {
  const ask = window.fetch;
  const gate = new Promise((open) => { window.letGo = open; });
  window.fetch = async (...request) => { await gate; return ask(...request); };
}"""


def test_the_old_picture_stays_until_the_new_one_is_there(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    before = figures(page)
    page.evaluate(HOLD)
    choose(page, "Period", "Last 7 days")
    expect(page).to_have_url(re.compile("period=last-7-days"))
    page.wait_for_timeout(400)
    assert figures(page) == before
    assert page.locator(".skeleton:visible").count() == 0
    page.evaluate("() => window.letGo()")
    expect(page.locator("#overview-trend .barlayer path")).to_have_count(7)
    expect(page.locator(".kpi-value").first).not_to_have_text(before[0])


def test_every_control_changes_what_is_shown(sign_in: Open) -> None:
    page = sign_in("/overview?period=last-7-days")
    drawn(page)
    expect(page.locator("#overview-trend .legend")).to_contain_text("Period before")
    choose(page, "Compare", "No comparison")
    expect(page.locator("#overview-trend .legend")).not_to_contain_text("Period before")
    expect(page.locator("#overview-movers")).to_contain_text("Choose a comparison")
    choose(page, "Currency", "EUR")
    expect(page.locator(".kpi-value").first).to_contain_text("€")
    expect(page.locator(".bar-words").first).to_have_text("without what is billed in USD")
    assert re.search(r"period=last-7-days&compare=none&currency=EUR$", page.url)


def test_any_days_can_be_picked(sign_in: Open) -> None:
    page = sign_in("/overview?period=2026-10")
    drawn(page)
    page.click("summary[aria-label^='Period']")
    page.locator(".menu-custom input").first.click()
    days = page.locator(".dash-datepicker-calendar").first
    days.get_by_text("5", exact=True).click()
    days.get_by_text("16", exact=True).click()
    expect(page).to_have_url(re.compile(r"period=\d{4}-\d\d-05\.\.\d{4}-\d\d-16"))
    expect(page.locator("#overview-trend .barlayer path")).to_have_count(12)
    expect(page.locator(".menu[open]")).to_have_count(0)


def test_a_click_goes_down_and_back_and_the_breadcrumb_goes_up(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    trail = page.locator("#overview-drill .crumbs")
    for depth in (2, 3, 4):
        click_tile(page)
        expect(trail.locator("> a, > span")).to_have_count(depth)
        page.wait_for_timeout(300)  # the new tiles move to their places
    lowest = crumbs(page)
    assert lowest[0] == "All cost"
    page.go_back()
    expect(trail.locator("> a, > span")).to_have_count(3)
    page.go_forward()
    expect(trail.locator("> a, > span")).to_have_count(4)
    trail.locator("a").nth(1).click()
    expect(trail.locator("> a, > span")).to_have_count(2)
    assert crumbs(page) == lowest[:2]


def test_a_link_shows_somebody_else_the_same_page(sign_in: Open) -> None:
    page = sign_in("/overview?period=last-90-days")
    drawn(page)
    click_tile(page)
    expect(page.locator("#overview-drill .crumbs > a")).to_have_count(1)
    expect(page.locator(".pill")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    link = page.evaluate("() => location.pathname + location.search")
    other = sign_in(person="viewer")
    other.goto(link)
    drawn(other)
    assert figures(other) == figures(page)
    assert crumbs(other) == crumbs(page)


def test_a_tile_of_the_heatmap_leads_to_its_service_and_day(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.locator("#overview-heat rect.nsewdrag").first.click(position={"x": 120, "y": 60})
    page.wait_for_url("**/explorer?**")
    expect(page.locator(".pill")).to_have_count(1)
    assert re.search(r"filter=service:[^&]+&period=\d{4}-\d\d-\d\d", page.url)


def test_a_bar_leads_to_its_service(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    name = page.locator("#overview-services .ytick text").last.text_content() or ""
    page.locator("#overview-services .barlayer path").last.click(force=True)
    page.wait_for_url("**/explorer?**")
    expect(page.locator(".pill")).to_contain_text(name.strip().rstrip("…"))


def test_every_figure_says_why_and_stands_as_a_table(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    shown = card(page, "Cost over time")
    shown.get_by_text("Why this number?").click()
    expect(page.locator("#why-body .facts")).to_contain_text("Charges summed")
    expect(page.locator("#why-body tbody tr").first).to_be_visible()
    page.click(".offcanvas .btn-close")
    expect(page.locator("#why-body")).to_be_hidden()
    shown.locator("summary").click()
    expect(shown.locator("tbody tr").first).to_be_visible()


def test_a_picture_and_a_table_can_be_taken_along(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    with page.expect_download() as picture:
        card(page, "Cost over time").get_by_text("Download PNG").click()
    assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as table:
        page.click("#resources-csv")
    assert table.value.suggested_filename.startswith("dearest-resources-")
    text = Path(table.value.path()).read_text("utf-8-sig")
    assert text.splitlines()[0] == "resource_name,service,sub_account,effective_cost_USD"


def test_nonsense_in_a_link_becomes_notices_beside_the_page(sign_in: Open) -> None:
    page = sign_in("/overview?utm=1&period=2026-99&measure=profit")
    drawn(page)
    expect(page.locator(".notice")).to_have_count(3)


def test_a_wrong_address_says_so_and_leads_back(sign_in: Open) -> None:
    page = sign_in("/nowhere")
    expect(page.locator("h1")).to_have_text("Not found")
    page.click("text=Go to the overview")
    drawn(page)


def test_the_colour_mode_is_kept(sign_in: Open) -> None:
    page = sign_in(theme="dark")
    assert page.evaluate("() => document.documentElement.dataset.bsTheme") == "dark"
    drawn(page)
    page.click("#theme-toggle")
    assert page.evaluate("() => document.documentElement.dataset.bsTheme") == "light"
    page.reload()
    drawn(page)
    assert page.evaluate("() => document.documentElement.dataset.bsTheme") == "light"


def test_the_page_can_be_worked_by_keyboard_alone(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to content"
    page.locator("summary[aria-label^='Measure']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("measure=billed_cost"))
    expect(page.locator("summary[aria-label='Measure: Billed cost']")).to_be_focused()
    ring = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(ring) == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".menu[open]")).to_have_count(0)
