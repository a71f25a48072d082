"""Views are saved, found again, changed and shared, as people do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect
from support.browser import at_widths, choose, drawn
from support.looks import widest

Open = Callable[..., Page]
EXPLORER = "/explorer?group_by=service&grain=day"
DRAWN = "#explorer-answer .barlayer path"


def a_name() -> str:
    return f"By service {uuid4().hex[:6]}"


def press(page: Page, what: str) -> None:
    """Choose an item of the Save menu."""
    page.click("main .save-menu summary")
    page.click(f".menu[open] [data-share={what}]")


def save(page: Page, name: str, who: str = "private") -> None:
    """Save what the page shows under the name."""
    page.wait_for_selector(DRAWN)
    press(page, "save-as")
    page.fill("#save-name", name)
    page.select_option("#save-who", who)
    page.click("#save-done")
    expect(page.locator(".view-name strong")).to_have_text(name)


def row(page: Page, name: str) -> Locator:
    """A view's place in the list."""
    return page.locator(".views > li", has=page.locator(f".view-title:text-is('{name}')"))


def act(page: Page, name: str, what: str) -> None:
    """Choose an item of a view's own menu."""
    row(page, name).locator("summary").click()
    page.click(f".menu[open] [data-act={what}]")


def test_a_view_is_saved_by_keyboard_alone(sign_in: Open) -> None:
    page, name = sign_in(EXPLORER, person="analyst"), a_name()
    page.wait_for_selector(DRAWN)
    page.focus("main .save-menu summary")
    for key in ("Enter", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#save-name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"group_by=service&grain=day&saved=[\w-]{16}$"))
    expect(page.locator(".view-name")).to_contain_text(name)
    expect(page).to_have_title(f"{name} · FinOps Dash")
    expect(page.locator("main .save-menu summary")).to_be_focused()


def test_a_saved_view_is_starred_opened_changed_and_saved_again(sign_in: Open) -> None:
    page, name = sign_in(EXPLORER, person="analyst"), a_name()
    save(page, name)
    page.click(".nav-item:has-text('Views')")
    star = row(page, name).locator(".star")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    page.click("text=Starred")
    page.click(f".view-title:text-is('{name}')")
    page.wait_for_selector(DRAWN)
    expect(page).to_have_title(f"{name} · FinOps Dash")
    choose(page, "Group by", "Team")
    expect(page.locator(".view-name")).to_contain_text("changed since it was saved")
    press(page, "save")
    expect(page.locator(".view-name")).not_to_contain_text("changed since")
    page.reload()
    expect(page.locator(".view-name strong")).to_have_text(name)
    expect(page).to_have_url(re.compile("group_by=service,team"))
    page.click(".nav-item:has-text('Overview')")
    expect(page).to_have_title("Overview · FinOps Dash")


def test_a_view_is_renamed_restored_deleted_and_brought_back(sign_in: Open) -> None:
    page, name = sign_in(EXPLORER, person="analyst"), a_name()
    save(page, name)
    page.goto("/views")
    act(page, name, "edit")
    page.fill("#edit-name", f"{name} again")
    page.click("#edit-done")
    act(page, f"{name} again", "versions")
    expect(page.locator(".versions li")).to_have_count(2)
    page.click("text=Restore version 1")
    expect(page.locator(".versions li")).to_have_count(3)
    page.keyboard.press("Escape")
    act(page, name, "delete")
    expect(row(page, name)).to_have_count(0)
    expect(page.locator("#toast [data-act=undelete]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, name)).to_have_count(1)


def test_a_landing_page_is_what_a_person_sees_first(sign_in: Open) -> None:
    page, name = sign_in(EXPLORER, person="analyst"), a_name()
    save(page, name, "tenant")
    viewer = sign_in("/views", person="viewer")
    act(viewer, name, "land")
    expect(row(viewer, name)).to_contain_text("Landing page")
    viewer.goto("/")
    expect(viewer.locator(".view-name strong")).to_have_text(name)
    expect(viewer.locator("main .save-menu summary")).to_have_text("Share")
    viewer.goto("/views")
    act(viewer, name, "unland")
    expect(row(viewer, name)).not_to_contain_text("Landing page")
    viewer.goto("/")
    expect(viewer).to_have_url(re.compile("/overview$"))


def test_a_short_link_opens_what_was_seen(sign_in: Open) -> None:
    page = sign_in("/explorer?group_by=team&period=mtd", person="viewer")
    page.wait_for_selector(DRAWN)
    press(page, "short")
    box = page.locator(".link-box")
    expect(box).to_have_text(re.compile(r"^http://127\.0\.0\.1:\d+/s/[\w-]{16}$"))
    expect(page.locator("[data-copied]")).to_have_text(re.compile("copied|Ctrl"))
    page.goto(box.inner_text())
    expect(page).to_have_url(re.compile(r"/explorer\?group_by=team&period=mtd$"))
    page.wait_for_selector(DRAWN)


def test_a_link_that_leads_nowhere_says_so(sign_in: Open) -> None:
    page = sign_in("/views", person="viewer", may_complain=True)  # of the answer 404
    answer = page.goto("/s/abcdefghijklmnop")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("main")).to_contain_text("you have no access to this view")
    page.click("text=See your views")
    expect(page.locator("h1")).to_have_text("Views")


def test_pinned_dates_stand_in_the_url_and_a_link_as_of_now_says_since_when(sign_in: Open) -> None:
    page = sign_in("/overview?period=last-7-days", person="viewer")
    page.wait_for_selector("#overview-trend .barlayer path")
    before = page.locator("#overview-spent .kpi-value").inner_text()
    press(page, "as-of")
    link = page.locator(".link-box").inner_text()
    page.keyboard.press("Escape")
    press(page, "pin")
    expect(page).to_have_url(re.compile(r"period=\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d&compare="))
    expect(page.locator("#toast")).to_contain_text("The dates are pinned")
    expect(page.locator("#overview-spent .kpi-value")).to_have_text(before)
    page.goto(link)
    expect(page.locator(".since")).to_contain_text("Nothing of this has changed since then.")
    expect(page.locator("#overview-spent .kpi-value")).to_have_text(before)
    expect(page.locator("#overview-resources")).to_contain_text("as they stand now only")
    page.click(".since a")
    expect(page.locator(".since")).to_have_count(0)
    page.go_back()
    expect(page.locator(".since")).to_have_count(1)


def test_a_note_is_added_seen_by_another_and_deleted(sign_in: Open) -> None:
    page, words = sign_in("/overview", person="analyst"), f"What happened {uuid4().hex[:6]}"
    drawn(page)
    page.click("#overview-trend [data-notes]")
    page.fill("#notes-text", words)
    page.click("#notes-done")
    expect(page.locator("#notes-body .note-text")).to_contain_text([words])
    page.wait_for_selector("#overview-trend .annotation-text")
    viewer = sign_in("/overview", person="viewer")
    viewer.wait_for_selector("#overview-trend .annotation-text")
    viewer.click("#overview-trend summary")
    expect(viewer.locator("#overview-trend .plain-table")).to_contain_text(words)
    mine = page.locator("#notes-body li", has_text=words)
    mine.locator("[data-delete-note]").click()
    expect(mine).to_have_count(0)
    expect(page.locator("#overview-trend .annotation-text")).to_have_count(0)


def test_the_page_of_views_fits_with_a_hostile_name(sign_in: Open) -> None:
    page = sign_in(EXPLORER, person="analyst", width=390)
    for width in at_widths(page, EXPLORER, 390, 1024, 1440):
        name = f"<b>{uuid4().hex[:6]}</b>" + "W" * 85
        save(page, name, "tenant")
        assert widest(page) <= width
        page.goto("/views")
        expect(row(page, name)).to_be_visible()
        assert widest(page) <= width
        row(page, name).locator("summary").click()
        assert widest(page) <= width
        page.click(".menu[open] [data-act=versions]")
        page.wait_for_selector(".versions li")
        assert widest(page) <= width
        page.goto("/overview?as_of=2020-01-01T00:00:00Z")
        page.click(".since summary")
        assert widest(page) <= width
        page.wait_for_selector(
            "#overview-trend [data-notes], #overview-trend .empty", state="attached"
        )
        assert widest(page) <= width
