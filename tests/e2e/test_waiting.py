"""What a person sees and does while an answer takes long."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from support.browser import choose
from support.looks import widest
from support.slow import SCRIPT, hold, release, slowable

Open = Callable[..., Page]
BY_SERVICE = "/explorer?group_by=service&grain=day"
SENTENCE = "#explorer-answer .card-sentence"
CANCEL = "#waiting-cancel"
DIMMED = "#explorer-answer"


def opened(sign_in: Open, path: str = BY_SERVICE, **more: object) -> Page:
    """The explorer with all its answers, on a page whose answers can be held."""
    page = slowable(sign_in(path, **more))
    page.wait_for_selector("#explorer-answer .js-plotly-plot .main-svg", state="attached")
    page.wait_for_selector("#explorer-table .ag-row a", state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate("() => { document.querySelector('#explorer-answer .js-plotly-plot').old = 1; }")
    return page


def opacity(page: Page, part: str = DIMMED) -> float:
    """How clearly a part is seen: its own opacity times that of all around it."""
    found: float = page.evaluate(
        """(part) => { let sum = 1;
        for (let at = document.querySelector(part); at; at = at.parentElement) {
          sum *= Number(getComputedStyle(at).opacity); }
        return sum; }""",
        part,
    )
    return found


def stands(page: Page) -> bool:
    """Whether the picture is the one that stood at first, never drawn anew."""
    return bool(
        page.evaluate("() => document.querySelector('#explorer-answer .js-plotly-plot')?.old === 1")
    )


def is_by_service(page: Page) -> None:
    """All of the page shows the question by service, and the picture is the one from before."""
    expect(page.locator("summary[aria-label^='Group by: Service']").first).to_be_visible()
    expect(page.locator("#explorer-table .ag-header-cell-text").first).to_have_text("Service")
    expect(page.locator(SENTENCE)).to_contain_text("by service")
    expect(page.locator(SENTENCE)).not_to_contain_text("region")
    assert stands(page)
    assert opacity(page) == 1


def test_a_slow_answer_is_cancelled_and_the_view_before_is_in_force(sign_in: Open) -> None:
    page = opened(sign_in)
    before = page.url
    hold(page, "explorer-answer", "region")
    choose(page, "Group by", "Region")
    expect(page.locator(CANCEL)).to_have_text("Cancel")
    expect(page.locator("[data-waiting] [role=status]")).to_have_text(
        "This takes longer than usual."
    )
    expect(page).to_have_url(re.compile("group_by=service,region"))
    assert stands(page)
    assert opacity(page) == pytest.approx(0.5)
    page.click(CANCEL)
    expect(page).to_have_url(before)
    expect(page.locator(CANCEL)).to_have_count(0)
    is_by_service(page)
    release(page)
    is_by_service(page)
    assert page.url == before


def test_a_drill_down_is_cancelled_by_keyboard_and_leaves_no_step_of_the_history(
    sign_in: Open,
) -> None:
    page = opened(sign_in)
    before, steps = page.url, page.evaluate("() => history.length")
    hold(page, "explorer-answer", "filter=")
    page.locator("#explorer-table .ag-row a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pill")).to_have_count(1)
    page.locator(CANCEL).focus()
    page.keyboard.press("Escape")
    expect(page).to_have_url(before)
    expect(page.locator(".pill")).to_have_count(0)
    is_by_service(page)
    assert page.evaluate("() => document.activeElement !== document.body")
    release(page)
    is_by_service(page)
    assert page.evaluate("() => history.length") == steps + 1  # Forward leads down again
    page.go_forward()
    expect(page.locator(".pill")).to_have_count(1)
    expect(page.locator(SENTENCE)).to_contain_text("Service is")


def test_what_was_drawn_before_the_cancel_is_drawn_back(sign_in: Open) -> None:
    page = opened(sign_in)
    hold(page, "explorer-answer", "region")
    choose(page, "Group by", "Region")
    expect(page.locator("#explorer-table .ag-header-cell-text").nth(1)).to_have_text("Region")
    page.click(CANCEL)
    is_by_service(page)
    expect(page.locator("#explorer-table .ag-row a").first).to_be_visible()
    release(page)
    choose(page, "Per:", "Week")  # and the page goes on as ever
    expect(page.locator(SENTENCE)).to_contain_text("per week")
    expect(page.locator(CANCEL)).to_have_count(0)


def test_several_choices_are_cancelled_to_what_stands(sign_in: Open) -> None:
    page = opened(sign_in)
    before = page.url
    hold(page, "explorer-answer", "explorer-view")
    choose(page, "Per:", "Week")
    page.locator("#explorer-table .ag-row a").first.click()
    expect(page.locator(".pill")).to_have_count(1)
    choose(page, "Measure", "List cost")
    page.click(CANCEL)
    expect(page).to_have_url(before)
    expect(page.locator("summary[aria-label^='Measure: Effective cost']")).to_be_visible()
    is_by_service(page)
    release(page)
    is_by_service(page)


def test_a_first_answer_that_is_slow_offers_the_plain_view(sign_in: Open) -> None:
    page = sign_in("/views")
    page.add_init_script(f"{SCRIPT}; slow.hold('\"explorer-answer', 'resource');")
    page.goto("/explorer?group_by=resource&period=last-month")
    expect(page.locator(CANCEL)).to_have_text("Show the plain view")
    page.click(CANCEL)
    expect(page).to_have_url(re.compile("/explorer$"))
    page.wait_for_selector("#explorer-answer .js-plotly-plot .main-svg", state="attached")
    expect(page.locator(CANCEL)).to_have_count(0)
    words = page.locator(SENTENCE).inner_text()
    release(page)
    assert page.locator(SENTENCE).inner_text() == words


def test_a_quick_answer_offers_nothing_and_a_late_one_takes_the_offer_back(sign_in: Open) -> None:
    page = opened(sign_in)
    note = page.locator("[data-waiting]")
    choose(page, "Per:", "Week")
    expect(page.locator(SENTENCE)).to_contain_text("per week")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2300)
    expect(note).to_be_hidden()
    hold(page, "explorer-answer", "month")
    choose(page, "Per:", "Month")
    page.locator(CANCEL).focus()
    release(page)
    expect(page.locator(SENTENCE)).to_contain_text("per month")
    expect(note).to_be_hidden()
    expect(page.locator("summary[aria-label^='Per:']")).to_be_focused()


@pytest.mark.parametrize("path", ["/overview", "/heatmap", "/bridge", "/multicloud"])
def test_every_page_of_cost_can_be_called_back(sign_in: Open, path: str) -> None:
    page = slowable(sign_in(path))
    page.wait_for_selector("main .js-plotly-plot .main-svg", state="attached")
    page.wait_for_load_state("networkidle")
    before, stood = page.url, said(page)
    hold(page, f"{path[1:]}-" if path != "/overview" else "overview-trend", "last-90-days")
    hold(page, f"..{path[1:]}-", "last-90-days")
    choose(page, "Period", "Last 90 days")
    page.click(CANCEL)
    expect(page).to_have_url(before)
    expect(page.locator(CANCEL)).to_have_count(0)
    release(page)
    says_again(page, stood)


# Every graph of the page is drawn, and no part waits for its first answer.
SETTLED = """() => !document.querySelector('main .skeleton')
  && [...document.querySelectorAll('main .js-plotly-plot')]
    .every((plot) => plot.querySelector('.main-svg .infolayer'))"""


# What the page says beside its pictures; of a grid the first row, for it draws as many others as it
# likes.
SAID = """() => {
    const copy = document.getElementById('content').cloneNode(true);
    copy.querySelectorAll('svg').forEach((picture) => picture.remove());
    copy.querySelectorAll('.ag-root-wrapper').forEach((grid) => {
        const first = [...grid.querySelectorAll('[row-index="0"] .ag-cell')];
        grid.replaceWith(first.map((cell) => cell.textContent).join(' '));
    });
    return copy.textContent;
}"""


def said(page: Page) -> str:
    """What the page says once all of it stands."""
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(500)
    text: str = page.evaluate(SAID)
    return text


def says_again(page: Page, stood: str) -> None:
    """Wait until the page says what it said."""
    page.wait_for_function(f"stood => ({SAID})() === stood", arg=stood)


BOARD = "/dashboard?card=3x2:figure:spend&card=6x5:ask:By service?group_by=service"


@pytest.mark.parametrize(
    ("path", "part", "shown"),
    [
        (BOARD, "{", ".board-card .kpi-value"),
        ("/charges?period=last-month", "..charge-head", "#charge-grid .ag-row[row-id] .ag-cell"),
        ("/resources?period=last-month", "..resource-head", "#resource-grid .ag-row[row-id] a"),
    ],
)
def test_pages_that_pass_their_view_on_can_be_called_back(
    sign_in: Open, path: str, part: str, shown: str
) -> None:
    page = slowable(sign_in(path))
    expect(page.locator(shown).first).not_to_have_text("")
    page.wait_for_load_state("networkidle")
    before, stood = page.url, said(page)
    hold(page, part, "last-90-days")
    choose(page, "Period", "Last 90 days")
    page.click(CANCEL)
    expect(page).to_have_url(before)
    expect(page.locator("summary[aria-label^='Period: Last 90 days']")).to_have_count(0)
    release(page)
    says_again(page, stood)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_the_offer_to_cancel_can_be_read_and_fits(sign_in: Open, width: int, theme: str) -> None:
    page = opened(sign_in, width=width, theme=theme)
    hold(page, "explorer-answer", "week")
    choose(page, "Per:", "Week")
    expect(page.locator(CANCEL)).to_be_visible()
    box = page.locator("[data-waiting]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert widest(page) <= width
    found: list[Any] = Axe().run(page, "[data-waiting]").response["violations"]
    assert [item["id"] for item in found] == []
    release(page)
