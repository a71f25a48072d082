"""What a person does on the explorer."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_a_question_is_cut_again_without_a_new_page(sign_in: Open) -> None:
    page = sign_in("/explorer?group_by=service&grain=day")
    page.wait_for_selector("#explorer-answer .barlayer path")
    page.evaluate("() => { window.stayed = true; }")
    page.click(".chip:text-is('Team')")
    expect(page).to_have_url(re.compile("group_by=team"))
    expect(page.locator("#explorer-answer .card-sentence")).to_contain_text("by team")
    assert page.evaluate("() => window.stayed")


def test_a_bar_leads_a_level_down_and_back_up(sign_in: Open) -> None:
    page = sign_in("/explorer?group_by=provider")
    page.wait_for_selector("#explorer-answer .barlayer path")
    page.locator("#explorer-answer .barlayer path").last.click(force=True)
    expect(page.locator(".pill")).to_have_count(1)
    page.go_back()
    expect(page.locator(".pill")).to_have_count(0)


def test_units_that_cannot_be_added_are_refused_with_the_reason(sign_in: Open) -> None:
    page = sign_in("/explorer?measure=consumed_quantity")
    expect(page.locator("#explorer-answer .notice")).to_contain_text("different units")
