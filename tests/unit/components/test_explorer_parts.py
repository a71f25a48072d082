"""The explorer's parts: menus that change one thing, parts that lead down, tables that say all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from support.markup import classed, kind, links, words

from finops_dash.components.explorer import controls, filters, grid, picture, ways
from finops_dash.components.explorer.picture import Seen
from finops_dash.components.places import EXPLORER, read_explored
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.period import Period
from finops_dash.services.answers import CostAnswer
from finops_dash.services.exploration import Course
from finops_dash.services.table_rows import TableRow

TODAY = date(2026, 11, 24)
OCTOBER = Period("2026-10")
ASKED = CostQuery(group_by=("service",), period=OCTOBER, grain=Grain.DAY)
LOOK = Look(chart=Chart.LINE)


def read(href: str) -> tuple[CostQuery, Look]:
    query, look, notices = read_explored(href.partition("?")[2])
    assert notices == ()
    return query, look


def answer(rows: list[dict[str, Any]], query: CostQuery) -> CostAnswer:
    return CostAnswer(query, OCTOBER.resolve(TODAY), tuple(rows), "USD", "daily_cost", 1)


def row(cost: int, **groups: str | None) -> dict[str, Any]:
    return {**groups, "effective_cost": Decimal(cost)}


def figure(shown: Any) -> dict[str, Any]:
    (graph,) = kind(shown, "Graph")
    found: dict[str, Any] = graph.figure
    return found


def menu(name: str, query: CostQuery = ASKED, look: Look = LOOK) -> dict[str, str]:
    menus = controls.cuts(query, look, ("env",))
    (found,) = (one for one in menus if words(kind(one, "Summary")).startswith(name))
    return links(found)


def test_a_group_is_added_taken_away_or_replaces_the_last_of_three() -> None:
    found = menu("Group by")
    assert read(found["Region"])[0].group_by == ("service", "region")
    assert read(found["Service"])[0].group_by == ()
    assert read(found["Tag env"])[0].group_by == ("service", "tag:env")
    full = replace(ASKED, group_by=("service", "region", "team"))
    assert read(menu("Group by", full)["SKU"])[0].group_by == ("service", "region", "sku")


def test_every_choice_keeps_all_else_of_the_question_and_its_look() -> None:
    for name in ("Group by", "Per", "Picture", "Show", "Charges"):
        for href in menu(name).values():
            query, look = read(href)
            kept = replace(query, group_by=ASKED.group_by, grain=ASKED.grain, filters=())
            assert kept == ASKED
            assert replace(look, chart=LOOK.chart, top=LOOK.top, cumulative=False) == LOOK


def test_cumulative_needs_steps_of_time_and_a_step_ends_it() -> None:
    query, look = read(menu("Per", replace(ASKED, grain=Grain.NONE))["Cumulative"])
    assert (query.grain, look.cumulative) == (Grain.DAY, True)
    assert not read(menu("Per", ASKED, replace(LOOK, cumulative=True))["Month"])[1].cumulative


def test_kinds_of_charges_are_switched_off_and_on_again() -> None:
    off = read(menu("Charges")["Tax"])[0]
    assert off.filters == (Filter("charge_category", ("Tax",), negated=True),)
    both = read(menu("Charges", off)["Credits"])[0]
    assert both.filters == (Filter("charge_category", ("Credit", "Tax"), negated=True),)
    assert read(menu("Charges", both)["Tax"])[0].filters == (
        Filter("charge_category", ("Credit",), negated=True),
    )
    assert "Without credits, tax" in words(controls.cuts(both, LOOK, ()))


def test_a_filter_opens_its_editor_and_knows_the_link_without_it() -> None:
    query = replace(
        ASKED, filters=(Filter("service", ("a|b",)), Filter("region", ("eu",), negated=True))
    )
    shown = filters.filters(EXPLORER, query, ("env",))
    editors = [
        orjson.loads(getattr(one, "data-filter")) for one in classed(shown, "filter-editor")
        if hasattr(one, "data-filter")
    ]  # fmt: skip
    assert {(e["dimension"], *e["values"], e["negated"]) for e in editors} == {
        ("service", "a|b", False), ("region", "eu", True),
    }  # fmt: skip
    for editor in editors:
        left = read(editor["without"])[0].filters
        assert editor["dimension"] not in {item.dimension for item in left}
        assert len(left) == 1
    assert read(links(shown)["Clear filters"])[0].filters == ()
    added = [orjson.loads(getattr(one, "data-filter")) for one in kind(shown, "Button")]
    assert {"sku", "tag:env"} <= {one["dimension"] for one in added}


def test_a_group_leads_a_level_down_past_what_is_narrowed_already() -> None:
    query = replace(ASKED, group_by=("provider",))
    assert read(ways.down(query, LOOK, ("AWS",)))[0].group_by == ("billing_account",)
    narrowed = query.where("billing_account", "1").where("sub_account", "2")
    assert read(ways.down(narrowed, LOOK, ("AWS",)))[0].group_by == ("service",)
    assert ways.down(replace(ASKED, group_by=("resource",)), LOOK, ("x" * 2001,)) == ""
    last = ways.narrowed(replace(ASKED, group_by=("resource",)), (None,))
    assert last is not None
    assert last.filters == (Filter("resource", ("",)),)


def test_others_open_until_the_most_are_shown() -> None:
    assert read(ways.opened(ASKED, LOOK))[1].top == 29
    assert ways.opened(ASKED, Look(top=50)) == ""


def test_groups_have_names_of_their_own() -> None:
    names = ways.group_names([("a · b", "c"), ("a", "b · c"), (None,), ("–",), ("Others",), ()])
    assert list(names.values()) == ["a · b · c", "a · b · c (2)", "–", "“–”", "“Others”", "Total"]


def test_mixed_currencies_and_units_can_be_had_one_by_one_or_apart() -> None:
    query = replace(ASKED, group_by=("service", "region", "team"))
    found = {
        name: read(href)[0]
        for name, href in links(ways.one_currency(query, LOOK, ("EUR", "USD"))).items()
    }
    assert {name: asked.currency for name, asked in found.items()} == {
        "Only EUR": "EUR", "Only USD": "USD", "Currencies apart": None,
    }  # fmt: skip
    assert found["Currencies apart"].group_by == ("service", "region", "billing_currency")
    units = links(ways.one_unit(query, LOOK, "consumed_unit", ("", "GB")))
    assert set(units) == {"Only GB", "Units apart"}
    assert read(units["Only GB"])[0].filters == (Filter("consumed_unit", ("GB",)),)


def test_the_picture_over_time_has_all_parts_in_its_table() -> None:
    course = Course(
        ("2026-10-01", "2026-10-02"),
        {("EC2",): [Decimal(1), Decimal(2)], (None,): [Decimal(0), Decimal(1)]},
        [Decimal(5), Decimal(5)],
        3,
        [Decimal(4), Decimal(2)],
        [Decimal(9), Decimal(9)],
    )
    shown = picture.course_card(Seen(ASKED, Look(), TODAY), course, "USD")
    traces = figure(shown)["data"]
    assert [trace["name"] for trace in traces] == ["EC2", "–", "Others", "Before"]
    assert read(traces[2]["meta"]["href"])[1].top == 29
    (table,) = classed(shown, "table-scroll")
    data = orjson.loads(getattr(table, "data-table"))
    assert data["head"] == ["Time", "EC2", "–", "Others", "Total", "Before"]
    assert data["rows"][0] == ["2026-10-01", "$1.00", "$0.00", "$4.00", "$5.00", "$9.00"]
    assert "and 3 others together" in words(shown)


@pytest.mark.parametrize("chart", [Chart.BAR, Chart.PIE, Chart.TREEMAP, Chart.SUNBURST])
def test_pictures_without_time_hold_the_whole(chart: Chart) -> None:
    query = replace(ASKED, grain=Grain.NONE, group_by=("provider", "service"))
    rows = [row(n, provider="AWS" if n % 2 else None, service=f"s{n}") for n in range(1, 15)]
    shown = picture.shares_card(Seen(query, Look(chart), TODAY), answer(rows, query))
    (trace,) = figure(shown)["data"]
    values = trace["x"] if chart is Chart.BAR else trace["values"]
    assert sum(values) == sum(range(1, 15))
    assert "and 5 others together" in words(shown)


def test_others_of_a_tree_stay_in_their_branch() -> None:
    query = replace(ASKED, grain=Grain.NONE, group_by=("provider", "service"))
    rows = [row(n, provider="AWS", service=f"s{n}") for n in range(1, 5)]
    rows += [row(1, provider="Tiny", service="t")]
    shown = picture.shares_card(Seen(query, Look(Chart.TREEMAP, 2), TODAY), answer(rows, query))
    (trace,) = figure(shown)["data"]
    others = [n for n, text in enumerate(trace["labels"]) if text == "Others"]
    found = {(trace["parents"][n] != "", trace["values"][n]) for n in others}
    assert found == {(True, 3.0), (False, 1.0)}


def test_prices_are_ranked_without_others() -> None:
    query = replace(ASKED, measure="effective_unit_price", grain=Grain.NONE)
    rows = [
        {"service": f"s{n}", "effective_unit_price": Decimal(n) if n else None} for n in range(12)
    ]
    found = replace(answer(rows, query), unit="USD per Hours")
    shown = picture.shares_card(Seen(query, Look(), TODAY), found)
    assert len(figure(shown)["data"][0]["y"]) == 9
    assert "of 12" in words(shown)


def test_today_is_said_to_be_partial() -> None:
    query = CostQuery(period=Period("mtd"))
    shown = picture.shares_card(Seen(query, Look(), TODAY), answer([row(5)], query))
    assert "Today is not over" in words(shown)


def test_the_table_has_a_column_for_each_step_of_few() -> None:
    seen = Seen(replace(ASKED, compare=Compare.PREVIOUS_PERIOD), LOOK, TODAY)
    shown = grid.grid(seen, 3, ("2026-09", "2026-10"), {"USD": Decimal(12)})
    (found,) = kind(shown, "AgGrid")
    names = [column["headerName"] for column in found.columnDefs]
    assert names[:3] == ["Service", "Effective cost, USD", "Share"]
    assert names[3:] == ["Before", "Change", "Course", "2026-09", "2026-10"]
    assert found.dashGridOptions["pinnedBottomRowData"] == [{"c0": "Sum", "value": "$12.00"}]


def test_a_row_says_its_amounts_as_text_and_leads_down() -> None:
    seen = Seen(ASKED, LOOK, TODAY)
    rows = [TableRow(("EC2",), Decimal(6), Decimal(2), Decimal(5), (Decimal(6), None))]
    (found,) = grid.row_data(seen, rows, {"USD": Decimal(12)})
    assert found["value"] == "$6.00"
    assert (found["share"], found["before"], found["change"]) == (
        "50.0%",
        "$2.00",
        "▲ +$3.00 (+150.0%)",
    )
    assert found["course"] == [6.0, 0.0]
    assert read(found["href"])[0].filters == (Filter("service", ("EC2",)),)
