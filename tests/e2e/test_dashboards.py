"""A dashboard is begun from a template, arranged by mouse and keyboard, saved and found again."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect
from support.browser import choose
from support.looks import widest

Open = Callable[..., Page]
BOARD = (
    "/dashboard?card=3x2:figure:spend&card=3x2:figure:idle"
    "&card=6x5:ask:By service?group_by=service%26period=last-7-days"
)

SHOWN = ".board-card:not([hidden])"


def in_the_link(page: Page) -> list[str]:
    """The cards as the address has them."""
    return parse_qs(urlsplit(page.url).query).get("card", [])


def card(page: Page, name: str) -> Locator:
    return page.locator(f".board-card[data-name='{name}']")


def opened(sign_in: Open, path: str = BOARD, **more: object) -> Page:
    page = sign_in(path, person="analyst", **more)
    page.wait_for_selector(".board-card .barlayer path", state="attached")
    page.wait_for_selector(".board-card .kpi-value")
    return page


def arranged(page: Page) -> Page:
    page.click("text=Arrange")
    expect(page.locator("[data-arrange]")).to_have_attribute("aria-pressed", "true")
    return page


def test_a_dashboard_is_begun_from_a_template_and_saved(sign_in: Open) -> None:
    page, name = sign_in("/dashboard", person="analyst"), f"Board {uuid4().hex[:6]}"
    page.click(".board-start:has-text('Executive')")
    page.wait_for_selector(".board-card .pielayer path, .board-card .barlayer path")
    expect(page.locator(".board-card .skeleton")).to_have_count(0)
    expect(page.locator(".board-card .kpi-value")).to_have_count(4)
    page.click("main .save-menu summary")
    page.click(".menu[open] [data-share=save-as]")
    page.fill("#save-name", name)
    page.click("#save-done")
    expect(page.locator(".view-name strong")).to_have_text(name)
    page.goto("/dashboard")
    page.click(f".board-start:has-text('{name}')")
    expect(page.locator(".view-name strong")).to_have_text(name)
    expect(page.locator(SHOWN)).to_have_count(8)


def test_a_card_is_moved_and_sized_by_keyboard(sign_in: Open) -> None:
    page = arranged(opened(sign_in))
    card(page, "Idle commitments").locator(".card-grip").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#board-said")).to_have_text("Idle commitments: place 1 of 3.")
    expect(card(page, "Idle commitments").locator(".card-grip")).to_be_focused()
    card(page, "By service").locator(".card-sizer").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#board-said")).to_have_text("By service: 7 columns wide, 6 rows high.")
    moved = in_the_link(page)
    assert [text.split("?")[0] for text in moved] == [
        "3x2:figure:idle", "3x2:figure:spend", "7x6:ask:By service",
    ]  # fmt: skip
    page.reload()
    page.wait_for_selector(".board-card .kpi-value")
    assert in_the_link(page) == moved
    assert page.locator(SHOWN).first.get_attribute("data-name") == "Idle commitments"


def test_a_card_is_moved_and_sized_by_mouse(sign_in: Open) -> None:
    page = arranged(opened(sign_in))
    card(page, "By service").locator(".card-grip").hover()
    page.mouse.down()
    place = card(page, "Spend").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2, steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"\?card=6x5%3Aask%3ABy"))
    sizer = card(page, "By service").locator(".card-sizer")
    corner = sizer.bounding_box()
    board = page.locator("#board").bounding_box()
    assert corner is not None
    assert board is not None
    sizer.hover()
    page.mouse.down()
    page.mouse.move(corner["x"] + board["width"] / 6 + 20, corner["y"] + 160, steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"\?card=8x7%3Aask%3ABy"))


def test_a_removed_card_comes_back_with_back(sign_in: Open) -> None:
    page = arranged(opened(sign_in))
    before = in_the_link(page)
    page.click("button[aria-label='Remove: Spend']")
    expect(page.locator(SHOWN)).to_have_count(2)
    expect(page.locator("button[aria-label='Remove: Idle commitments']")).to_be_focused()
    assert len(in_the_link(page)) == 2
    page.go_back()
    expect(page.locator(SHOWN)).to_have_count(3)
    assert in_the_link(page) == before


def test_a_card_is_added_to_what_was_just_arranged(sign_in: Open) -> None:
    page = arranged(opened(sign_in))
    page.click("button[aria-label='Remove: Spend']")
    expect(page.locator(SHOWN)).to_have_count(2)
    choose(page, "Add a card", "Run rate per day")
    expect(card(page, "Run rate per day").locator(".kpi-value")).not_to_be_empty()
    assert [text.split("?")[0] for text in in_the_link(page)] == [
        "3x2:figure:idle", "6x5:ask:By service", "3x2:figure:run_rate",
    ]  # fmt: skip
    expect(page.locator("[data-arrange]")).to_have_attribute("aria-pressed", "true")


def test_the_last_card_removed_leaves_the_templates(sign_in: Open) -> None:
    page = sign_in("/dashboard?card=3x2:figure:spend", person="analyst")
    page.wait_for_selector(".kpi-value")
    arranged(page).click("button[aria-label='Remove: Spend']")
    expect(page.locator(".board-start:has-text('Practitioner')")).to_be_visible()


def test_the_filter_and_the_period_of_a_dashboard_hold_in_every_card(sign_in: Open) -> None:
    page = arranged(opened(sign_in))
    card(page, "By service").locator(".card-grip").focus()
    page.keyboard.press("ArrowLeft")
    page.click("text=Arrange")
    choose(page, "Period", "Month to date")
    sentence = card(page, "By service").locator(".card-sentence")
    expect(sentence).to_contain_text("month to date")
    names = page.locator(SHOWN).evaluate_all("cards => cards.map((card) => card.dataset.name)")
    assert names == ["Spend", "By service", "Idle commitments"]
    page.click("summary[aria-label='Add a filter']")
    page.click(".filter-choices button:text-is('Provider')")
    page.check(".filter-values label:has-text('Microsoft') input")
    page.click(".adder .filter-form .button")
    expect(sentence).to_contain_text("where Provider is Microsoft")
    expect(page.locator(SHOWN)).to_have_count(3)


def test_why_is_told_of_a_figure_and_of_a_picture(sign_in: Open) -> None:
    page = opened(sign_in)
    for name in ("Spend", "By service"):
        card(page, name).locator("[data-why]").first.click()
        page.wait_for_selector("#why-body tbody tr")
        page.keyboard.press("Escape")
        expect(page.locator("#why-body")).not_to_be_visible()


def test_the_title_of_a_card_leads_to_its_question(sign_in: Open) -> None:
    page = opened(sign_in)
    page.click(".board-card h2 a:text-is('By service')")
    expect(page).to_have_url(re.compile(r"/explorer\?group_by=service&period=last-7-days"))
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")


def test_a_dashboard_fits_a_phone_while_it_is_arranged(sign_in: Open) -> None:
    page = arranged(opened(sign_in, width=390))
    assert widest(page) <= 390
    assert card(page, "By service").locator(".card-grip").is_visible()
