"""How the pages look: nothing too wide, nothing over anything else, all of it readable."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.browser import CHARGE, CHARGE_CELL, at_widths, drawn
from support.looks import covered_labels, faint_texts, widest

Open = Callable[..., Page]
EXPLORER = "/explorer?group_by=service&grain=day"
WIDTHS = (390, 1024, 1440)


def test_the_overview_fits_its_page_and_no_label_lies_on_another(sign_in: Open) -> None:
    page = sign_in("/overview", width=390)
    for width in at_widths(page, "/overview", *WIDTHS):
        drawn(page)
        assert widest(page) <= width
        parts = "label, value, spark, change, sentence".replace(", ", ", .kpi-")
        assert covered_labels(page, ".kpi", f".kpi-{parts}, .link-button") == []
        for part in ("trend", "services", "movers", "gauge", "heat", "calendar"):
            words = ".xtick, .ytick, .bartext, .textpoint, .angularaxistick".replace(",", " text,")
            assert covered_labels(page, f"#overview-{part} .js-plotly-plot", f"{words} text") == []
        for menu in page.locator(".menu summary").all():
            menu.click()
            assert widest(page) <= width
            page.keyboard.press("Escape")


def test_the_explorer_fits_its_page(sign_in: Open) -> None:
    page = sign_in(EXPLORER, width=390)
    for width in at_widths(page, EXPLORER, 390, 1024):
        page.wait_for_selector("#explorer-answer .barlayer path", state="attached")
        assert widest(page) <= width
        texts = ".xtick text, .ytick text"
        assert covered_labels(page, "#explorer-answer .js-plotly-plot", texts) == []


@pytest.mark.parametrize(
    "link",
    [
        "/bridge",
        "/bridge?from_measure=list_cost",
        "/bridge?filter=environment:production&from_filter=environment:staging",
    ],
)
def test_the_bridge_fits_its_page_and_its_amounts_lie_on_nothing(sign_in: Open, link: str) -> None:
    page = sign_in(link, width=390)
    for width in at_widths(page, link, *WIDTHS):
        page.wait_for_selector("#bridge-answer .waterfalllayer path", state="attached")
        assert widest(page) <= width
        picture, amounts = "#bridge-answer .js-plotly-plot", ".textpoint text"
        assert covered_labels(page, picture, f".xtick text, .ytick text, {amounts}") == []
        assert covered_labels(page, picture, f".waterfalllayer .point path, {amounts}") == []
        for menu in page.locator(".menu summary").all():
            menu.click()
            assert widest(page) <= width
            page.keyboard.press("Escape")


@pytest.mark.parametrize("shown", ["calendar", "weekday", "hour", "service", "account"])
def test_the_heatmap_fits_its_page_and_no_label_lies_on_another(sign_in: Open, shown: str) -> None:
    path = f"/heatmap?map={shown}"
    page = sign_in(path, width=390)
    for width in at_widths(page, path, *WIDTHS):
        page.wait_for_selector("#heatmap-picture h2", state="attached")
        page.wait_for_load_state("networkidle")
        assert widest(page) <= width
        if shown != "account":  # its names are slanted, so that their boxes meet and they do not
            texts = ".xtick text, .ytick text, .bartext"
            assert covered_labels(page, "#heatmap-picture .js-plotly-plot", texts) == []
        page.emulate_media(color_scheme="dark")
        assert faint_texts(page) == []


def test_the_page_of_all_clouds_fits_and_no_label_lies_on_another(sign_in: Open) -> None:
    page = sign_in("/multicloud", width=390)
    for width in at_widths(page, "/multicloud", *WIDTHS):
        for part in ("regions .barlayer path", "prices .scatterlayer path", "sides .side",
                     "growth .scatterlayer path", "categories .barlayer path"):  # fmt: skip
            page.wait_for_selector(f"#multicloud-{part}", state="attached")
        assert widest(page) <= width
        for part in ("categories", "prices", "months", "growth", "regions"):
            texts = ".xtick text, .ytick text, .bartext"
            assert covered_labels(page, f"#multicloud-{part} .js-plotly-plot", texts) == []
        page.click("#theme-toggle")
        assert faint_texts(page) == []


def test_charges_resources_and_a_resource_fit_their_pages(sign_in: Open) -> None:
    page = sign_in("/charges", width=390)
    for width in at_widths(page, "/charges", *WIDTHS):
        page.wait_for_selector(CHARGE)
        page.locator(".grid-head summary").click()
        assert widest(page) <= width
        choices = page.locator(".column-choices").bounding_box()
        assert choices is not None
        assert choices["x"] >= 0
        page.goto("/resources?search=web")
        page.locator("#resource-grid .ag-cell a").first.click()
        page.wait_for_selector("#resource-cost .barlayer path", state="attached")
        page.wait_for_selector(CHARGE)
        assert widest(page) <= width
        texts = ".xtick text, .ytick text"
        assert covered_labels(page, "#resource-cost .js-plotly-plot", texts) == []
        page.locator(CHARGE_CELL).first.click()
        page.wait_for_selector("#charge-body .facts")
        assert widest(page) <= width


def test_every_word_in_a_picture_stands_out_from_its_card(sign_in: Open) -> None:
    page = sign_in(theme="dark")
    drawn(page)
    assert faint_texts(page) == []
    page.click("#theme-toggle")
    assert faint_texts(page) == []


def test_a_phone_shows_what_the_dearest_resources_cost(sign_in: Open) -> None:
    page = sign_in(width=390)
    drawn(page)
    page.locator("#overview-resources").scroll_into_view_if_needed()
    cell = page.locator("#overview-resources .ag-pinned-right-cols-container .ag-cell").first
    expect(cell).to_have_text(re.compile(r"^[\d,]+\.\d\d$"))
    cost = cell.bounding_box()
    grid = page.locator("#overview-resources .ag-root-wrapper").bounding_box()
    assert cost is not None
    assert grid is not None
    assert cost["x"] + cost["width"] <= grid["x"] + grid["width"] + 1


def test_paper_has_ink_on_white_and_nothing_to_press(sign_in: Open) -> None:
    page = sign_in(theme="dark")
    drawn(page)
    page.emulate_media(media="print")
    for control in (".sidebar", "summary[aria-label^='Period']", "#theme-toggle", ".skip-link",
                    "#resources-csv", "summary[aria-label$='account']"):  # fmt: skip
        expect(page.locator(control)).to_be_hidden()
    expect(page.locator(".kpi-value").first).to_be_visible()
    surface = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert surface == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_paper_shows_the_grid_that_scrolls_as_a_table(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    rows = "document.querySelectorAll('#overview-resources .plain-table tr').length"
    # In one turn, as a browser prints: nothing that comes later is on the paper.
    assert (
        page.evaluate(f"() => {{ dispatchEvent(new Event('beforeprint')); return {rows}; }}") > 10
    )
    page.evaluate("() => { dispatchEvent(new Event('afterprint')); }")
    page.wait_for_function(f"() => {rows} === 0", polling=100)


@pytest.mark.parametrize(("system", "kept"), [("light", "dark"), ("dark", "light")])
def test_a_kept_theme_stands_before_anything_is_painted(
    context_of: Callable[..., Any], site: str, system: str, kept: str
) -> None:
    context = context_of(site, theme=system)
    context.add_init_script(
        f"localStorage.setItem('theme', '{kept}');"
        "window.themes = [];"
        "const look = () => window.themes.push(document.documentElement.dataset.bsTheme);"
        "new MutationObserver(() => document.body && look())"
        ".observe(document, {childList: true, subtree: true});"
    )
    page = context.new_page()
    page.goto("/login")
    page.click("button[value=viewer]")
    page.wait_for_selector("#overview-spent .kpi-value")
    assert set(page.evaluate("() => window.themes")) == {kept}
