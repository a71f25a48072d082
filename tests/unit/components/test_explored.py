"""The explorer's answer: a picture that adds up, the rows, and the ways to cut it again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from support.markup import classed, kind, links, words

from finops_dash.components.explored import MOST_SHOWN, cuts, picture, way_out
from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import CostQuery, Filter, Grain
from finops_dash.domain.period import Period
from finops_dash.services.answers import CostAnswer

TODAY = date(2026, 11, 24)
OCTOBER = Period("2026-10")


def answer(rows: list[dict[str, Any]], **asked: Any) -> CostAnswer:
    query = CostQuery(period=OCTOBER, **asked)
    return CostAnswer(query, OCTOBER.resolve(TODAY), tuple(rows), "USD", "daily_cost", 1)


def row(cost: int, **groups: str | None) -> dict[str, Any]:
    return {**groups, "effective_cost": Decimal(cost)}


def figure(shown: Any) -> dict[str, Any]:
    (graph,) = kind(shown, "Graph")
    found: dict[str, Any] = graph.figure
    return found


def test_two_groups_are_drawn_as_sums_of_the_first() -> None:
    rows = [
        row(5, service="EC2", region="eu"),
        row(7, service="EC2", region="us"),
        row(1, service=None, region="eu"),
    ]
    (bar,) = figure(picture(answer(rows, group_by=("service", "region")), TODAY))["data"]
    assert dict(zip(bar["y"], bar["x"], strict=True)) == {"EC2": 12.0, "–": 1.0}


def test_a_bar_leads_a_level_down_and_one_without_a_name_to_what_has_none() -> None:
    shown = picture(
        answer([row(5, service="EC2"), row(1, service=None)], group_by=("service",)), TODAY
    )
    (bar,) = figure(shown)["data"]
    targets = {
        y: EXPLORER.read(link.partition("?")[2])[0]
        for y, link in zip(bar["y"], bar["customdata"], strict=True)
    }
    assert targets["EC2"].filters == (Filter("service", ("EC2",)),)
    assert targets["–"].filters == (Filter("service", ("",)),)
    assert targets["EC2"].group_by == ("resource",)


def test_what_is_stacked_over_time_has_a_legend() -> None:
    rows = [row(n, day="2026-10-01", service=f"s{n:02}") for n in range(1, 13)]
    shown = picture(answer(rows, group_by=("service",), grain=Grain.DAY), TODAY)
    names = [words(item) for item in kind(shown, "Li")]
    assert names == [trace["name"] for trace in figure(shown)["data"]]
    assert names[-1] == "Others"


def test_the_sentence_holds_the_total() -> None:
    shown = picture(
        answer([row(5, service="EC2"), row(7, service="S3")], group_by=("service",)), TODAY
    )
    assert "Effective cost by service, 1–31 Oct 2026. Total $12.00" in words(shown)


def test_the_grid_holds_the_rows_up_to_its_most() -> None:
    rows = [row(1, service=f"s{n}") for n in range(MOST_SHOWN + 3)]
    shown = picture(answer(rows, group_by=("service",)), TODAY)
    (grid,) = kind(shown, "AgGrid")
    assert len(grid.rowData) == MOST_SHOWN
    assert "3 more rows are not shown here." in words(shown)


def test_a_tag_with_dots_is_a_column_like_any_other() -> None:
    name = "tag:a.b[0]"
    (grid,) = kind(picture(answer([row(5, **{name: "x"})], group_by=(name,)), TODAY), "AgGrid")
    assert grid.rowData[0]["c0"] == "x"
    assert grid.columnDefs[0] == {"colId": name, "headerName": "Tag a.b[0]", "field": "c0"}


def test_nothing_found_offers_to_clear_the_filters_of_the_same_period() -> None:
    shown = picture(answer([], filters=(Filter("service", ("EC2",)),)), TODAY)
    assert links(shown) == {"Clear filters": EXPLORER.href(CostQuery(period=OCTOBER))}


def test_today_is_said_to_be_partial() -> None:
    query = CostQuery(period=Period("mtd"))
    found = CostAnswer(query, query.period.resolve(TODAY), (row(5),), "USD", "daily_cost", 1)
    assert "Today is not over" in words(picture(found, TODAY))


@pytest.mark.parametrize(("group_by", "then"), [((), ("service",)), (("service",), ())])
def test_a_group_chosen_again_is_left(group_by: tuple[str, ...], then: tuple[str, ...]) -> None:
    found = links(cuts(CostQuery(group_by=group_by, period=OCTOBER)))
    assert EXPLORER.read(found["Service"].partition("?")[2])[0].group_by == then
    assert EXPLORER.read(found["Week"].partition("?")[2])[0].grain is Grain.WEEK


def test_mixed_currencies_can_be_had_one_by_one_or_apart() -> None:
    found = links(way_out(CostQuery(group_by=("service", "day", "region")), ("EUR", "USD")))
    queries = {name: EXPLORER.read(href.partition("?")[2])[0] for name, href in found.items()}
    assert {name: query.currency for name, query in queries.items()} == {
        "Only EUR": "EUR",
        "Only USD": "USD",
        "Currencies apart": None,
    }
    assert queries["Currencies apart"].group_by == ("service", "region", "billing_currency")


def test_rows_as_a_table_add_up_to_the_total() -> None:
    rows = [row(n, service=f"s{n}") for n in range(1, 8)]
    shown = picture(answer(rows, group_by=("service",)), TODAY)
    (table,) = classed(shown, "table-scroll")
    cells = dict(orjson.loads(getattr(table, "data-table"))["rows"])
    assert sum(Decimal(amount.removeprefix("$")) for amount in cells.values()) == 28
