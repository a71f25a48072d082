"""What is asked for before a person asks: the view behind a link on which they rest."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request, Response, expect
from support.slow import SCRIPT

Open = Callable[..., Page]
BY_SERVICE = "/explorer?group_by=service&grain=day"
ROW = "#explorer-table .ag-row:not(.ag-row-pinned) a"
SENTENCE = "#explorer-answer .card-sentence"

PASSED_OVER = """(row) => {
  const over = (at) => at.dispatchEvent(
    new PointerEvent('pointerover', { bubbles: true, pointerType: 'mouse' }));
  document.querySelectorAll(row).forEach(over);
  over(document.querySelector('h1'));
}"""


def opened(sign_in: Open, path: str = BY_SERVICE, before: str = "") -> Page:
    """The explorer with all its answers, the pointer on nothing that leads anywhere."""
    page = sign_in("/views")
    page.add_init_script(SCRIPT + before)
    page.goto(path)
    page.wait_for_selector(ROW, state="attached")
    page.wait_for_selector("#explorer-answer .js-plotly-plot .main-svg", state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate("() => { window.slow.calls.length = 0; }")
    return page


def pictures(page: Page) -> list[str]:
    """The calls for a picture since the page stood."""
    found: list[str] = page.evaluate("() => window.slow.calls")
    return [body for body in found if '"explorer-answer.children"' in body]


def of_picture(words: str) -> Callable[[Response], bool]:
    """Whether an answer is that of the explorer's picture with the words in its view."""

    def fits(answer: Response) -> bool:
        sent: Request = answer.request
        body = sent.post_data or ""
        return '"explorer-answer.children"' in body and words in body

    return fits


def test_the_view_behind_a_link_is_drawn_before_the_click(sign_in: Open) -> None:
    page = opened(sign_in)
    link = page.locator(ROW).nth(3)
    with page.expect_response(of_picture("filter=")) as ahead:
        link.hover()
    assert ahead.value.headers["server-timing"] == "drawing;desc=made"
    assert ahead.value.request.headers["x-csrftoken"]
    assert page.url.endswith(BY_SERVICE)
    assert len(pictures(page)) == 1
    with page.expect_response(of_picture("filter=")) as own:
        link.click()
    assert own.value.headers["server-timing"] == "drawing;desc=kept"
    expect(page.locator(SENTENCE)).to_contain_text("Service is")
    first, second = pictures(page)[:2]
    assert first.split('"value":')[1].split('"')[1] == second.split('"value":')[1].split('"')[1]


def test_the_focus_on_a_link_of_the_navigation_draws_ahead_too(sign_in: Open) -> None:
    page = opened(sign_in, "/explorer?group_by=region")
    with page.expect_response(of_picture("group_by=service&grain=day")):
        page.locator(".nav-item[href^='/explorer']").focus()


def test_only_some_links_are_drawn_ahead(sign_in: Open) -> None:
    page = opened(sign_in)
    page.evaluate(PASSED_OVER, ROW)
    page.locator(".nav-item[href='/resources']").hover()
    page.wait_for_timeout(200)
    page.locator("a[href='/logout']").focus()
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.slow.calls") == []


def test_few_are_drawn_ahead_however_many_are_rested_on(sign_in: Open) -> None:
    page = opened(sign_in)
    for link in page.locator(ROW).all()[:10]:
        link.hover()
        page.wait_for_timeout(900)
    count = len(pictures(page))
    assert 1 <= count <= 6
    page.locator("h1").hover()
    page.locator(ROW).first.hover()
    page.wait_for_timeout(300)
    assert len(pictures(page)) == count


def test_one_is_drawn_ahead_at_a_time(sign_in: Open) -> None:
    page = opened(sign_in)
    page.evaluate("() => window.slow.hold('\"explorer-answer', 'filter=')")
    for link in page.locator(ROW).all()[:4]:
        link.hover()
        page.wait_for_timeout(250)
    assert len(pictures(page)) == 1
    page.evaluate("() => window.slow.release()")


def test_nothing_is_drawn_ahead_where_data_is_to_be_saved(sign_in: Open) -> None:
    saving = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"
    page = opened(sign_in, before=saving)
    page.locator(ROW).first.hover()
    page.wait_for_timeout(400)
    assert pictures(page) == []
