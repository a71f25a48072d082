"""The pages as plain functions of somebody signed in: what they show, and what they answer."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import dash
import pytest
from dash import Dash
from support.answers import components, figures
from support.focus import on, write_csv
from support.markup import classed, kind, words
from support.visiting import VIEWS, Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url

As = Callable[[Scope], AbstractContextManager[None]]
ANSWER = "explorer-answer.children"


def layout(app: Dash, path: str, **query: str) -> Any:
    """The page's layout; the app has served once, so that its pages are there."""
    app.server.test_client().get("/healthz")
    (page,) = (page for page in dash.page_registry.values() if page["path"] == path)
    return page["layout"](**query)


@pytest.mark.parametrize("path", [*VIEWS, "/views", "/not-found-404"])
def test_a_page_has_one_heading_a_skip_link_and_a_main_part(
    app: Dash, signed_in_as: As, demo: Scope, path: str
) -> None:
    with signed_in_as(demo):
        shown = layout(app, path)
    assert len(kind(shown, "H1")) == 1
    (skip, *_) = kind(shown, "A")
    (main,) = kind(shown, "Main")
    assert (skip.href, main.id) == ("#content", "content")
    assert demo.tenant_slug in words(kind(shown, "Aside"))


def test_the_overview_waits_with_nine_cards_and_eight_key_figures(
    app: Dash, signed_in_as: As, demo: Scope
) -> None:
    with signed_in_as(demo):
        shown = layout(app, "/overview")
    titles = [words(heading) for heading in kind(shown, "H2")]
    assert titles == [
        "Cost over time", "Where it goes", "What changed", "Who owns it", "What stood out",
        "Service by day", "Calendar", "Drill down", "Dearest resources",
    ]  # fmt: skip
    assert len(classed(shown, "kpi")) == 8


@pytest.mark.parametrize("path", VIEWS)
def test_an_empty_tenant_reads_how_to_load_a_bill(
    app: Dash, signed_in_as: As, scope: Scope, path: str
) -> None:
    with signed_in_as(scope):
        shown = layout(app, path)
    assert "No bill has been loaded yet" in words(shown)
    assert f"finops-dash ingest ./exports --tenant {scope.tenant_slug}" in words(shown)
    assert "No data yet" in words(kind(shown, "Header"))
    assert not kind(shown, "Store")


def test_the_callbacks_of_an_empty_tenant_answer_too(
    visit: Callable[[Scope], Visitor], scope: Scope
) -> None:
    visitor = visit(scope)
    for path in VIEWS:
        for output, answer in visitor.draw(path, "").items():
            assert answer.status_code in {200, 204}, output
            assert not failed(answer), output
    assert "content" not in visitor.call("overview-file.data", 1, "").text


def test_a_first_bill_fills_the_page(
    visit: Callable[[Scope], Visitor], services: Services, scope: Scope, tmp_path: Any
) -> None:
    visitor = visit(scope)
    assert "No bill has been loaded yet" in visitor.layout("/overview").text
    yesterday = services.now().date() - timedelta(days=1)
    bill = write_csv(tmp_path / "bill.csv", [on(yesterday.isoformat(), EffectiveCost="41.5")])
    services.ingestion.ingest(scope, [str(bill)])
    assert "No bill has been loaded yet" not in visitor.layout("/overview").text
    shown = visitor.draw("/overview", "")
    assert not [output for output, answer in shown.items() if failed(answer)]
    assert any("$41.50" in answer.text for answer in shown.values())


def test_the_figures_of_the_overview_are_those_of_the_store(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    asked = from_url("period=last-30-days&currency=USD&group_by=service")[0]
    total = services.cost.answer(demo, asked, services.now().date()).total
    (trend,) = figures(analyst.call("overview-trend.children", "").json)
    parts, _changes = figures(analyst.call("overview-services.children", "").json)
    _heat, days = figures(analyst.call("overview-calendar.children", "").json)
    (tree,) = figures(analyst.call("overview-drill.children", "").json)
    drawn = (
        sum(trend["data"][0]["y"]),
        sum(parts["data"][0]["x"]),
        sum(cost or 0 for week in days["data"][0]["z"] for cost in week),
        sum(tree["data"][0]["values"]),
    )
    assert drawn == pytest.approx([float(total)] * 4)


@pytest.mark.parametrize("search", ["", "compare=none", "filter=provider:AWS&period=last-7-days"])
def test_no_two_components_of_the_overview_share_an_id(analyst: Visitor, search: str) -> None:
    shown = [analyst.layout("/overview").json]
    shown += [answer.json for answer in analyst.draw("/overview", search).values()]
    ids = Counter(
        json.dumps(item["props"]["id"], sort_keys=True)
        for item in components(shown)
        if "id" in item["props"]
    )
    drawn_again = {
        json.dumps({"key": "period", "kind": "range", "place": "/overview"})
    }  # in the bar, both times
    assert {name for name, count in ids.items() if count > 1} <= drawn_again
    assert len(ids) > 20


def test_a_file_of_resources_is_what_the_grid_shows(analyst: Visitor) -> None:
    (grid,) = [
        item["props"]
        for item in components(analyst.call("overview-resources.children", "").json)
        if item["type"] == "AgGrid"
    ]
    data = analyst.call("overview-file.data", 1, "").json["response"]["overview-file"]["data"]
    head, *rows = csv.reader(io.StringIO(data["content"].removeprefix("\ufeff")))
    assert head == ["resource_name", "service", "sub_account", "effective_cost_USD"]
    assert data["filename"].startswith("dearest-resources-")
    assert len(rows) == len(grid["rowData"]) == 100
    measure = grid["columnDefs"][-1]["field"]
    assert [float(Decimal(row[-1])) for row in rows] == pytest.approx(
        [row[measure] for row in grid["rowData"]]
    )


def test_no_file_comes_before_the_button_is_pressed(analyst: Visitor) -> None:
    assert "content" not in analyst.call("overview-file.data", 0, "").text


def test_a_long_period_is_drawn_by_month(analyst: Visitor) -> None:
    period = "period=last-120-days"
    (trend,) = figures(analyst.call("overview-trend.children", period).json)
    assert all(len(month) == len("2026-10") for month in trend["data"][0]["x"])
    assert (
        "Choose a period of up to 92 days"
        in analyst.call("overview-calendar.children", period).text
    )


@pytest.mark.parametrize("period", ["2021-01", "2199-12"])
def test_a_period_without_cost_offers_the_way_back(analyst: Visitor, period: str) -> None:
    shown = analyst.draw("/overview", f"period={period}")
    assert not [output for output, answer in shown.items() if failed(answer)]
    assert "No cost for this filter and period" in shown["overview-trend.children"].text


def test_currencies_are_never_added_up(analyst: Visitor) -> None:
    shown = analyst.call("explorer-bar.children", "group_by=day,region,service&period=all")
    assert not failed(shown)
    assert "currency=USD" in shown.text
    apart = analyst.call(ANSWER, "group_by=billing_currency&period=all")
    assert "are never added up" in apart.text
    assert "Only EUR" in apart.text
    rows = {row["c0"]: row["value"] for row in analyst.rows("group_by=billing_currency&period=all")}
    assert rows["EUR"].startswith("€")
    assert rows["USD"].startswith("$")
    table = analyst.call("explorer-table.children", "group_by=billing_currency&period=all")
    assert "several units, not added up" in table.text


def test_a_quantity_of_several_units_is_refused_in_words(analyst: Visitor) -> None:
    shown = analyst.call(ANSWER, "measure=consumed_quantity&period=last-7-days")
    assert "would add up different units" in shown.text


def test_why_says_what_is_behind_a_number(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    query = "group_by=service&period=last-30-days&currency=USD"
    shown = analyst.call("..why-panel.is_open...why-body.children..", {"query": query, "at": 1})
    answer = services.cost.answer(demo, from_url(query)[0], services.now().date())
    rows, unpriced = services.cost.counts(demo, answer)
    assert shown.json["response"]["why-panel"]["is_open"] is True
    for part in (f"{rows:,}", f"{unpriced:,} (tax", "FOCUS EffectiveCost", answer.table):
        assert part in shown.text


def test_why_asked_in_a_strange_way_harms_nothing(analyst: Visitor) -> None:
    for asked in (
        None,
        "x",
        {},
        {"query": None},
        {"query": 5},
        {"query": "period=never"},
        [],
        {"query": "", "bridge": {}},
        {"query": "", "bridge": "compare=none"},
    ):
        shown = analyst.call("..why-panel.is_open...why-body.children..", asked)
        assert shown.status_code == 200
