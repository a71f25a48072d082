"""What browser journeys wait for and read."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=20_000)  # two cores may serve, test and draw at once

DRILL = "#overview-drill"
CHARGE = "#charge-grid .ag-center-cols-container .ag-row[row-id*='.']"  # one that has come
CHARGE_CELL = f"{CHARGE} .ag-cell"


def drawn(page: Page) -> None:
    """Wait until every part of the overview stands."""
    for part in (
        "#overview-spent .kpi-value",
        "#overview-ahead .kpi-value",
        "#overview-owned .kpi-value",
        "#overview-saved .kpi-value",
        "#overview-lost .kpi-value",
        "#overview-trend .barlayer path",
        "#overview-services .barlayer path",
        "#overview-gauge .indicatorlayer text",
        "#overview-heat .heatmaplayer image",
        f"{DRILL} .treemaplayer path.surface",
        "#overview-resources .ag-row",
    ):
        page.wait_for_selector(part, state="attached")


def at_widths(page: Page, path: str, *widths: int) -> Iterator[int]:
    """Each width, with the path loaded anew at it: in one tab, which has read the scripts before.

    The page has been opened at the first of them; no colour mode that it was given is kept.
    """
    for place, width in enumerate(widths):
        if place:
            page.evaluate("() => localStorage.clear()")
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
        yield width


def figures(page: Page) -> list[str]:
    """The eight key figures as they stand."""
    return page.locator(".kpi-value").all_inner_texts()


def crumbs(page: Page) -> list[str]:
    """The way down that the drill-down shows."""
    parts = page.locator(f"{DRILL} .crumbs > a, {DRILL} .crumbs > span")
    return parts.all_inner_texts()


def click_tile(page: Page) -> None:
    """Click the largest part of the drill-down."""
    tile = page.locator(f"{DRILL} .treemaplayer path.surface").first
    tile.scroll_into_view_if_needed()
    box = tile.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def choose(page: Page, menu: str, item: str) -> None:
    """Pick an item of a menu of the filter bar."""
    page.click(f"summary[aria-label^='{menu}']")
    page.click(f".menu[open] .menu-item:text-is('{item}')")


def card(page: Page, name: str) -> Locator:
    """A figure's card by its heading."""
    return page.locator(".card-figure", has=page.locator(f"h2:text-is('{name}')"))
