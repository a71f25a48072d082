"""What a person does on the bridge."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from support.browser import choose

Open = Callable[..., Page]
STEP = "#bridge-step"


def click_bar(page: Page, place: int) -> None:
    """Click a bar of the waterfall, counted from the top."""
    bar = page.locator("#bridge-answer .waterfalllayer .point path").nth(place)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_bar_leads_to_what_its_step_is_made_of_and_back(sign_in: Open) -> None:
    page = sign_in("/bridge?step=tax")
    expect(page.locator(STEP)).to_have_text("Tax: what it is made of")
    page.evaluate("() => { window.stayed = true; }")
    click_bar(page, 1)
    first = page.locator("#bridge-answer .amounts tbody tr:nth-child(2) a").inner_text()
    expect(page.locator(STEP)).to_have_text(f"{first}: what it is made of")
    expect(page).to_have_url(re.compile(r"step=(?!tax)"))
    page.go_back()
    expect(page.locator(STEP)).to_have_text("Tax: what it is made of")
    assert page.evaluate("() => window.stayed")


def test_a_step_is_chosen_by_keyboard_and_the_link_stands(sign_in: Open) -> None:
    page = sign_in("/bridge")
    page.locator("#bridge-answer .amounts a:text-is('Credits')").press("Enter")
    expect(page.locator(STEP)).to_have_text("Credits: what it is made of")
    page.reload()
    expect(page.locator(STEP)).to_have_text("Credits: what it is made of")


def test_the_three_uses_are_a_click_each(sign_in: Open) -> None:
    page = sign_in("/bridge")
    page.click(".chip:text-is('List to effective')")
    expect(page.locator("#bridge-answer .headline")).to_contain_text("effective cost")
    page.click(".chip:text-is('Two filters')")
    expect(page.locator("#bridge-answer .headline")).to_contain_text("where Environment is")
    choose(page, "Between values of", "Provider")
    expect(page.locator("#bridge-answer .headline")).to_contain_text("where Provider is")
    page.click(".chip:text-is('Two periods')")
    expect(page.locator("#bridge-answer .headline")).to_contain_text("of which")


def test_it_says_why_and_how_it_is_split(sign_in: Open) -> None:
    page = sign_in("/bridge")
    page.click("#bridge-answer .link-button:text-is('Why this number?')")
    expect(page.locator("#why-body .facts").first).to_contain_text("cost A × (days B ÷ days A − 1)")
    expect(page.locator("#why-body")).to_contain_text("Charges summed")
    page.keyboard.press("Escape")
    page.click("#bridge-answer .link-button:text-is('Why the start?')")
    expect(page.locator("#why-body")).not_to_contain_text("How the difference is split")
    expect(page.locator("#why-body")).to_contain_text("Charges summed")
