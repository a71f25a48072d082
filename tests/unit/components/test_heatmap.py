"""The cards of heat pictures: what shades mean in amounts, and tables whose cells lead on."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.figures import AMOUNTS, NAMES
from support.markup import kind, words

from finops_dash.components.heatmap.cards import fifths, filled, narrowed
from finops_dash.components.heatmap.days import weekday_card
from finops_dash.components.heatmap.parts import account_card
from finops_dash.components.markup import data_table, linked
from finops_dash.domain.cost_query import CostQuery, Filter, Grain
from finops_dash.domain.period import DateRange, Period
from finops_dash.domain.url import from_url
from finops_dash.figures.scale import bounds
from finops_dash.services.grid import Slot, by_cost
from finops_dash.services.heatmap import Days, Parts

FIRST = date(2026, 10, 1)
DAYS = DateRange(FIRST, date(2026, 11, 1))
QUERY = CostQuery(currency="USD", period=Period("2026-10"))


def table(card: Any) -> dict[str, Any]:
    (found,) = (json.loads(getattr(item, "data-table")) for item in kind(card, "Div")
                if hasattr(item, "data-table"))  # fmt: skip
    return dict(found)


def test_shades_are_told_in_amounts() -> None:
    costs = [Decimal(n) for n in range(1, 11)]
    found = words(fifths([*costs, Decimal(0), Decimal(-1)], bounds(costs), "USD", "day"))
    assert found == (
        "No cost up to $2.00 up to $4.00 up to $6.00 up to $8.00 "
        "over $8.00: the dearest fifth of the days − Credit"
    )
    assert "each" in words(fifths([Decimal(1)] * 3, (), "USD", "day")).lower()


@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_each_shade_that_is_drawn_is_explained_once(costs: list[Decimal]) -> None:
    marks = [words(item) for item in fifths(costs, bounds(costs), "USD", "day")]
    assert len(marks) >= 1
    assert len(set(marks)) == len(marks) or any("up to" in mark for mark in marks)


def test_weeks_stand_in_a_table_whose_days_lead_to_the_explorer() -> None:
    costs = {FIRST + timedelta(n): Decimal(n + 1) for n in range(10)}
    days = Days(QUERY, DAYS, costs, "USD", None)
    rows = table(weekday_card(days))["rows"]
    assert rows[0][0] == "28 Sep 2026"
    assert rows[0][1:4] == ["–", "–", "–"]
    cell = rows[0][4]
    assert cell["text"] == "$1.00"
    query, notices = from_url(cell["href"].partition("?")[2])
    assert (query.period, query.group_by, notices) == (Period("2026-10-01"), ("service",), ())
    assert rows[-1][0] == "Average"


@given(st.dictionaries(st.tuples(NAMES, NAMES), AMOUNTS, min_size=1, max_size=40))
def test_any_names_lead_to_themselves(cells: dict[tuple[str, str], Decimal]) -> None:
    grid = by_cost(cells, 3, 3)
    parts = Parts(QUERY, DAYS, grid, "USD")
    asked = {
        (account.of(QUERY, "sub_account"), service.of(QUERY, "service"))
        for account in grid.rows
        for service in grid.columns
    }
    filters = {frozenset((*a.filters, *s.filters)) for a, s in asked if a and s}
    rows = table(account_card(parts, Grain.DAY))["rows"]
    led = [cell["href"] for row in rows for cell in row if isinstance(cell, dict)]
    for href in led:
        query, notices = from_url(href.partition("?")[2])
        assert notices == ()
        assert frozenset(query.filters) in filters


def test_a_filter_in_force_stays_with_the_others() -> None:
    query = QUERY.where("service", "a", "b", "c")
    text = narrowed(Slot(("a", "b"), is_rest=True), query, "service")
    assert set(from_url(text)[0].filters) == {
        Filter("service", ("a", "b", "c")),
        Filter("service", ("a", "b"), negated=True),
    }


def test_an_address_with_a_part_missing_leads_nowhere() -> None:
    assert filled("/explorer?{row}&{column}", row="a", column="") == ""
    assert filled("/explorer?{row}&{column}", row="a", column="b") == "/explorer?a&b"


def test_a_cell_without_an_address_is_plain_text() -> None:
    assert linked("here", "") == "here"
    shown = data_table([("Day",), (linked("here", "/explorer"),)], "x")
    assert json.loads(getattr(shown, "data-table"))["rows"] == [
        [{"text": "here", "href": "/explorer"}]
    ]
