"""What a person does on the heatmap and beside all clouds: each cell opens what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import unquote

from playwright.sync_api import Page, expect
from support.browser import choose

Open = Callable[..., Page]
TILES = "#heatmap-picture .heatmaplayer image"
SPOT = """([column, row]) => {
  const plot = document.querySelector('#heatmap-picture .js-plotly-plot');
  const {xaxis, yaxis} = plot._fullLayout;
  const box = plot.querySelector('.main-svg').getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.d2p(column), box.top + yaxis._offset + yaxis.d2p(row)];
}"""


FIND = """(token) => {
  const tiles = document.querySelector('#heatmap-picture .js-plotly-plot').data[0];
  const row = tiles.customdata.findIndex((line) => line.some((cell) => cell[1] === token));
  return [tiles.x[tiles.customdata[row].findIndex((cell) => cell[1] === token)], tiles.y[row]];
}"""
DEAREST = """() => {
  const tiles = document.querySelector('#heatmap-picture .js-plotly-plot').data[0];
  const costs = tiles.customdata[0].map((cell) => cell[0] || 0);
  const column = costs.indexOf(Math.max(...costs));
  return [tiles.x[column], tiles.y[0], costs[column]];
}"""


def click_cell(page: Page, column: object, row: object) -> None:
    """Click the middle of a cell, once the page is at rest."""
    page.wait_for_load_state("networkidle")
    page.locator(TILES).first.scroll_into_view_if_needed()
    page.mouse.click(*page.evaluate(SPOT, [column, row]))


def test_a_day_of_the_calendar_opens_that_day_and_back_leads_home(sign_in: Open) -> None:
    page = sign_in("/heatmap?filter=provider:AWS")
    page.wait_for_selector(TILES, state="attached")
    day = date.today() - timedelta(days=8)  # noqa: DTZ011 - the demo ends yesterday
    click_cell(page, *page.evaluate(FIND, str(day)))
    expect(page).to_have_url(re.compile(f"/explorer\\?group_by=service&.*period={day}$"))
    assert "filter=provider:AWS" in page.url
    expect(page.locator("#explorer-answer .card-sentence")).to_contain_text(
        f"{day.day} {day:%b %Y}, where Provider is AWS"
    )
    page.go_back()
    expect(page).to_have_url(re.compile(r"/heatmap\?filter=provider:AWS$"))
    page.wait_for_selector(TILES, state="attached")


def test_a_cell_of_account_by_service_opens_just_these_two(sign_in: Open) -> None:
    page = sign_in("/heatmap?map=account&period=last-7-days")
    page.wait_for_selector(TILES, state="attached")
    column, row, cost = page.evaluate(DEAREST)
    click_cell(page, column, row)
    expect(page).to_have_url(re.compile(r"/explorer\?.*filter=sub_account:.*filter=service:"))
    assert f"filter=sub_account:{row}" in unquote(page.url)
    whole = page.locator("#explorer-strip .strip-value").first
    expect(whole).to_have_text(f"${cost:,.2f}")


def test_the_others_open_all_that_is_not_shown(sign_in: Open) -> None:
    page = sign_in("/heatmap?map=service&period=last-7-days")
    page.wait_for_selector(TILES, state="attached")
    rows = page.evaluate("document.querySelector('.js-plotly-plot').data[0].y")
    day = page.evaluate("document.querySelector('.js-plotly-plot').data[0].x[2]")
    assert rows[-1].startswith("Others")
    click_cell(page, day, rows[-1])
    expect(page).to_have_url(re.compile(f"/explorer\\?.*filter=!service:.*period={day}$"))
    expect(page.locator(".pill")).to_contain_text("Service is not")


def test_a_picture_is_chosen_in_place_and_keeps_the_filters(sign_in: Open) -> None:
    page = sign_in("/heatmap")
    page.wait_for_selector(TILES, state="attached")
    page.evaluate("() => { window.stayed = true; }")
    choose(page, "Period", "Last 90 days")
    expect(page.locator("summary[aria-label='Period: last 90 days']")).to_be_visible()
    page.click(".chip:text-is('Weekday by week')")
    expect(page).to_have_url(re.compile(r"/heatmap\?period=last-90-days&currency=USD&map=weekday$"))
    expect(page.locator("#heatmap-picture h2")).to_have_text("Weekday by week")
    choose(page, "Measure", "List cost")
    expect(page).to_have_url(
        re.compile("measure=list_cost&period=last-90-days&currency=USD&map=weekday$")
    )
    assert page.evaluate("() => window.stayed")
    expect(page.locator(".chip[aria-current]")).to_have_text("Weekday by week")


def test_the_keyboard_alone_reaches_a_cell(sign_in: Open) -> None:
    page = sign_in("/heatmap?map=account")
    page.wait_for_selector(TILES, state="attached")
    page.locator("#heatmap-picture summary").focus()
    page.keyboard.press("Enter")
    link = page.locator("#heatmap-picture .plain-table a").first
    expect(link).to_be_visible()
    page.keyboard.press("Tab")  # the table itself, which scrolls
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.plain-table') !== null")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/explorer\?.*filter=service:"))


def test_a_bill_without_hours_says_so_and_leads_on(sign_in: Open) -> None:
    page = sign_in("/heatmap?map=hour")
    expect(page.locator("#heatmap-picture .empty")).to_contain_text("is for an hour")
    page.click("text=Show weekdays instead")
    expect(page).to_have_url(re.compile("map=weekday"))
    page.wait_for_selector(TILES, state="attached")


def test_a_category_of_a_cloud_opens_its_services(sign_in: Open) -> None:
    page = sign_in("/multicloud")
    page.wait_for_selector("#multicloud-categories .barlayer path", state="attached")
    page.locator("#multicloud-categories .barlayer path").first.click(force=True)
    expect(page).to_have_url(re.compile("/explorer.*filter=provider:.*filter=service_category:"))
    page.go_back()
    expect(page.locator("#multicloud-sides .side")).to_have_count(3)
    page.locator("#multicloud-sides .side-regions a").first.click()
    expect(page).to_have_url(re.compile("/explorer.*filter=provider:.*filter=region:"))
