"""A newer choice stands, whatever an older answer brings when it comes after all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from support.browser import choose
from support.slow import hold, release, slowable, wait_held

Open = Callable[..., Page]
BY_SERVICE = "/explorer?group_by=service&grain=day"
SENTENCE = "#explorer-answer .card-sentence"
HEADS = "#explorer-table .ag-header-cell-text"
PARTS = ["explorer-answer", "explorer-bar", "explorer-strip", "explorer-table"]


def opened(sign_in: Open, path: str = BY_SERVICE) -> Page:
    """The explorer with all its answers, on a page whose answers can be held."""
    page = slowable(sign_in(path))
    page.wait_for_selector("#explorer-answer .js-plotly-plot .main-svg", state="attached")
    page.wait_for_selector("#explorer-table .ag-row a", state="attached")
    page.wait_for_load_state("networkidle")
    return page


def is_weekly(page: Page) -> None:
    """Address, controls, picture, sentence and table are those of the weeks by service."""
    expect(page).to_have_url(re.compile("group_by=service&grain=week"))
    expect(page.locator("summary[aria-label='Per: Week']")).to_be_visible()
    expect(page.locator("summary[aria-label^='Group by: Service']").first).to_be_visible()
    expect(page.locator(SENTENCE)).to_contain_text("by service per week")
    expect(page.locator(HEADS).first).to_have_text("Service")
    expect(page.locator("#explorer-table .ag-row a").first).to_be_visible()
    names = page.locator("#explorer-answer .legend").inner_text()
    assert "us-east-1" not in names
    assert page.locator(f"{HEADS}:text-is('Region')").count() == 0


@pytest.mark.parametrize("deaf", [False, True], ids=["aborted", "answered after all"])
@pytest.mark.parametrize("part", PARTS)
def test_an_answer_that_comes_after_a_newer_one_changes_nothing(
    sign_in: Open, part: str, *, deaf: bool
) -> None:
    page = opened(sign_in)
    hold(page, part, "region", deaf=deaf)
    page.evaluate("() => dash_clientside.finops.go('?group_by=region&grain=day', 'replace')")
    wait_held(page)
    page.evaluate("() => dash_clientside.finops.go('?group_by=service&grain=week', 'replace')")
    is_weekly(page)
    release(page)
    is_weekly(page)


def test_the_old_picture_stays_dimmed_until_the_newest_answer_is_there(sign_in: Open) -> None:
    page = opened(sign_in)
    hold(page, "explorer-answer", "region")
    hold(page, "explorer-answer", "week")
    choose(page, "Group by", "Region")
    wait_held(page)
    page.evaluate("() => dash_clientside.finops.go('?group_by=service&grain=week', 'replace')")
    wait_held(page, 2)
    release(page, "region")
    dimmed = "() => getComputedStyle(document.querySelector('#explorer-answer').parentElement)"
    assert page.evaluate(f"{dimmed}.opacity") == "0.5"
    expect(page.locator(SENTENCE)).to_contain_text("by service per day")
    release(page)
    is_weekly(page)
    assert page.evaluate(f"{dimmed}.opacity") == "1"


def rows_of(page: Page, grid: str) -> list[str]:
    """The rows of a table that are in view, once they have come."""
    rows = page.locator(f"{grid} .ag-center-cols-container .ag-row")
    expect(rows.first).not_to_have_text("")
    page.wait_for_load_state("networkidle")
    return sorted(rows.all_inner_texts())


def scroll(page: Page, grid: str, down: int) -> None:
    """Scroll a table to so many pixels."""
    body = page.locator(f"{grid} .ag-body-viewport")
    body.evaluate("(body, down) => { body.scrollTop = down; }", down)


RESOURCES = "/explorer?group_by=resource&period=last-90-days"


def test_rows_of_the_old_question_never_stand_in_the_new_table(sign_in: Open) -> None:
    page = opened(sign_in, RESOURCES)
    hold(page, "getRowsRequest", '"startRow":100')
    scroll(page, "#explorer-table", 4200)
    wait_held(page)
    page.evaluate("() => dash_clientside.finops.go('?group_by=service&grain=week', 'replace')")
    is_weekly(page)
    before = rows_of(page, "#explorer-table")
    release(page)
    is_weekly(page)
    assert rows_of(page, "#explorer-table") == before


def test_the_old_table_is_read_on_while_the_new_one_is_on_its_way(sign_in: Open) -> None:
    page = opened(sign_in, RESOURCES)
    row = page.locator("#explorer-table .ag-center-cols-container .ag-row[row-index='115']")
    scroll(page, "#explorer-table", 4200)
    expect(row).to_contain_text("$")
    wanted = row.inner_text()
    page.reload()
    page.wait_for_selector("#explorer-table .ag-row a", state="attached")
    page.wait_for_load_state("networkidle")
    hold(page, "explorer-table", "list_cost")
    choose(page, "Measure", "List cost")
    wait_held(page)
    scroll(page, "#explorer-table", 4200)
    expect(row).to_have_text(wanted, use_inner_text=True)
    release(page)
    expect(page.locator(f"{HEADS}:text-is('List cost, USD')")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "grid", "chosen"),
    [
        ("/charges?period=last-90-days", "charge-grid", "filter=provider:Microsoft"),
        ("/resources?period=last-90-days", "resource-grid", "filter=provider:Microsoft"),
    ],
)
@pytest.mark.parametrize("start", [0, 1])
def test_endless_rows_are_those_of_the_newest_question(
    sign_in: Open, path: str, grid: str, chosen: str, start: int
) -> None:
    page = sign_in(f"{path}&{chosen}")
    holder = f"#{grid}"
    page.wait_for_selector(f"{holder} .ag-row[row-id]", state="attached")
    first = page.locator(f"{holder} .ag-center-cols-container .ag-row[row-index='0']")
    wanted, newest = rows_of(page, holder), first.inner_text()
    head = f"#{grid.removesuffix('-grid')}-head"
    words = page.locator(f"{head} .card-sentence").first.inner_text()
    page = slowable(page)
    page.goto(path)
    assert rows_of(page, holder) != wanted
    hold(page, f"..{grid}" if grid == "charge-grid" else grid, "startRow")
    if start:
        scroll(page, holder, 7000)
    else:
        page.evaluate("() => dash_clientside.finops.again()")
    wait_held(page)
    page.evaluate(f"() => dash_clientside.finops.go('{path}&{chosen}', 'replace')")
    expect(page.locator(head)).to_contain_text(words)
    release(page)
    expect(first).to_have_text(newest, use_inner_text=True)
    assert rows_of(page, holder) == wanted
