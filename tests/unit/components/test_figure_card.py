"""The parts of a figure's card: what it shows, why, where to go on, and the same as a table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from support.figures import NAMES
from support.markup import classed, kind, links, words

from finops_dash.components.figure_card import figure_body, figure_card, foot, legend
from finops_dash.components.markup import MOST_ROWS, data_table
from finops_dash.components.overview.links import cell_link, service_link
from finops_dash.components.places import EXPLORER, OVERVIEW
from finops_dash.components.states import failed, nothing_here
from finops_dash.domain.cost_query import CostQuery, Filter, Grain
from finops_dash.domain.period import Period
from finops_dash.domain.url import escape
from finops_dash.figures.tiles import service_by_day

QUERY = CostQuery(group_by=("service",), period=Period("2026-10"))
TABLE = [("Day", "Cost"), *((f"2026-10-{n:02}", f"${n}.00") for n in range(1, 32))]


def test_the_frame_waits_in_the_figures_own_size() -> None:
    card = figure_card("Cost over time", "trend", 320, 8)
    assert words(kind(card, "H2")) == "Cost over time"
    assert classed(card, "span-8")
    (skeleton,) = classed(card, "skeleton")
    assert skeleton.style == {"height": "320px"}
    (body,) = (item for item in kind(card, "Div") if getattr(item, "id", None) == "trend")
    assert body.style == {"minHeight": "320px"}


def test_a_figure_says_what_it_shows_and_can_be_taken_along() -> None:
    figure = {"data": [], "layout": {}}
    body = figure_body("trend", figure, "Cost per day", QUERY, TABLE, 300)
    (graph,) = kind(body, "Graph")
    assert words(classed(body, "card-sentence")) == "Cost per day"
    (picture,) = (button for button in kind(body, "Button") if words(button) == "Download PNG")
    assert getattr(picture, "data-picture") == "trend"
    assert graph.style == {"height": "300px"}


def test_a_foot_leads_to_the_reasons_the_explorer_and_the_table() -> None:
    shown = foot("trend", QUERY, "Cost per day", TABLE)
    assert [words(button) for button in kind(shown, "Button")] == ["Why this number?"]
    assert links(shown) == {"Open in explorer": EXPLORER.href(QUERY)}
    assert words(kind(shown, "Summary")) == "As a table"
    (table,) = classed(shown, "table-scroll")
    assert len(rows_of(table)["rows"]) == len(TABLE) - 1
    assert links(foot("trend", QUERY, "x", TABLE, onward=False)) == {}


def rows_of(table: Any) -> dict[str, Any]:
    """What `table.js` is given to write."""
    found: dict[str, Any] = orjson.loads(getattr(table, "data-table"))
    return found


def test_a_table_has_heads_a_caption_and_is_reached_by_keyboard() -> None:
    shown = data_table(TABLE, "Cost per day")
    assert rows_of(shown)["head"] == ["Day", "Cost"]
    assert rows_of(shown)["caption"] == "Cost per day"
    assert (shown.tabIndex, shown.role) == (0, "region")


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    shown = rows_of(data_table([("Day",), *(("x",) for _ in range(600))], "Days"))
    assert len(shown["rows"]) == MOST_ROWS
    assert shown["caption"] == "Days (the first 500 of 600 rows)"


def test_a_table_of_nothing_is_still_a_table() -> None:
    assert rows_of(data_table([], "Nothing"))["rows"] == []


def test_a_legend_names_each_trace_with_its_own_mark() -> None:
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "Before",
        "line": {"dash": "dot", "color": "#1"},
    }
    ring = {"type": "scatter", "mode": "markers", "name": "Odd", "marker": {"color": "#2"}}
    bar = {"type": "bar", "name": "Cost", "marker": {"color": "#3"}}
    shown = legend({"data": [bar, line, {"type": "scatter", "mode": "lines"}, ring]})
    assert [words(item) for item in kind(shown, "Li")] == ["Cost", "Before", "Odd"]
    marks = [(mark.className, mark.style["color"]) for mark in kind(shown, "Span")]
    assert marks == [("mark-bar", "#3"), ("mark-dot", "#1"), ("mark-ring", "#2")]


@given(NAMES.filter(lambda name: len(name) <= 2000))
def test_a_bar_leads_to_the_explorer_on_its_service(name: str) -> None:
    found, notices = EXPLORER.read(service_link(QUERY, name).partition("?")[2])
    assert not notices
    assert found.filters == (Filter("service", (name,)),)
    assert (found.period, found.grain, found.group_by) == (
        QUERY.period,
        Grain.DAY,
        ("sub_account",),
    )


def test_a_bar_without_a_service_leads_to_what_has_none() -> None:
    found, _ = EXPLORER.read(service_link(QUERY, "No service").partition("?")[2])
    assert found.filters == (Filter("service", ("",)),)


def clicked(name: str | None, column: str = "2026-10-03") -> CostQuery:
    """The query that `view.js` makes of a click on a tile."""
    rows: list[dict[str, Any]] = [{"day": column, "service": name, "cost": Decimal(1)}]
    figure = service_by_day(rows, "day", "cost", "USD")
    (label,) = figure["data"][0]["y"]
    row = quote(escape(figure["layout"]["meta"]["names"][label]), safe="")
    href = cell_link(QUERY).replace("{row}", row).replace("{column}", column)
    found, notices = EXPLORER.read(href.partition("?")[2])
    assert not notices
    return found


@given(NAMES.filter(lambda name: len(name) <= 2000))
def test_a_tile_leads_to_its_service_and_day(name: str) -> None:
    found = clicked(name)
    assert found.filters == (Filter("service", (name,)),)
    assert found.period == Period("2026-10-03")


def test_a_tile_without_a_service_leads_to_what_has_none() -> None:
    assert clicked(None).filters == (Filter("service", ("",)),)


def test_a_failed_part_names_the_request_and_offers_another_try() -> None:
    shown = failed("abc123")
    assert "abc123" in words(shown)
    assert shown.role == "alert"
    assert links(shown) == {"Try again": ""}


def test_a_filter_without_cost_can_be_cleared() -> None:
    assert links(nothing_here(OVERVIEW.href(CostQuery()))) == {
        "Clear filters": OVERVIEW.href(CostQuery())
    }


@pytest.mark.parametrize("place", [EXPLORER, OVERVIEW])
def test_a_place_leaves_out_what_it_shows_anyway(place: Any) -> None:
    assert place.href(place.default) == place.path
    asked = CostQuery(period=Period.between(date(2026, 10, 3), date(2026, 10, 9)))
    assert place.read(place.href(asked).partition("?")[2]) == (asked, ())
