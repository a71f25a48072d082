"""What keys alone do on every page."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_the_search_opens_by_key_and_goes_where_enter_says(sign_in: Open) -> None:
    page = sign_in("/explorer?group_by=service&grain=day")
    page.wait_for_selector("#explorer-table .ag-row", state="attached")
    page.keyboard.press("/")
    page.keyboard.type("virtual")
    expect(page.locator(".search-found li").first).to_contain_text("Virtual Machines")
    found = Axe().run(page).response["violations"]
    assert [item["id"] for item in found if item["impact"] in {"serious", "critical"}] == []
    page.keyboard.press("Enter")
    expect(page.locator(".pill")).to_contain_text("Service is Virtual Machines")
    page.keyboard.press("Control+k")
    expect(page.locator(".search-box[open] input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".search-box[open]")).to_have_count(0)


def test_the_keys_are_listed_and_step_through_periods(sign_in: Open) -> None:
    page = sign_in("/explorer?period=2026-10")
    page.wait_for_selector("#explorer-bar .step", state="attached")
    page.keyboard.press("?")
    expect(page.locator(".keys-box")).to_contain_text("Period before")
    page.keyboard.press("Escape")
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile("period=2026-09"))
    page.wait_for_load_state("networkidle")  # the controls are drawn anew
    page.keyboard.press("f")
    expect(page.locator(".adder[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/overview")
    page.wait_for_selector("#overview-trend .barlayer path", state="attached")
