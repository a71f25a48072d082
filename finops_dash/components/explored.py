"""The explorer's answer to any question: a picture, a grid, and the ways to cut it again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.figure_card import CONFIG, foot, legend
from finops_dash.components.markup import aria
from finops_dash.components.money import full
from finops_dash.components.places import EXPLORER, view_link
from finops_dash.components.states import nothing_here
from finops_dash.domain.cost_query import CostQuery, Grain, can_be_asked_for
from finops_dash.domain.money import ZERO
from finops_dash.domain.registry import DIMENSIONS, Level, find_dimension, find_measure
from finops_dash.figures import bars
from finops_dash.figures.base import NOTHING
from finops_dash.services.answers import CostAnswer

MOST_SHOWN = 500
PICTURE, GRID = 360, 400
GROUPS = (
    "provider", "sub_account", "service_category", "service", "region", "team", "environment",
    "charge_category",
)  # fmt: skip


def picture(answer: CostAnswer, today: date) -> Component:
    """The answer with its sentence, its figure, its basis and its rows."""
    query = answer.query
    if not answer.rows:
        return nothing_here(EXPLORER.href(CostQuery(period=query.period)))
    words = query.sentence()
    if answer.unit is not None:
        words += f". Total {full(answer.total, answer.unit)}"
    if today in answer.days:
        words += ". Today is not over: its cost is partial"
    names = _names(answer)
    figure = _figure(answer)
    graph = dcc.Graph(
        id={"kind": "graph", "name": "explored"},
        figure=figure,
        config=CONFIG,
        style={"height": f"{PICTURE}px"},
    )
    card = [
        html.P(words, className="card-sentence"),
        *([legend(figure)] if len(figure["data"]) > 1 else []),
        graph,
        foot("explored", query, words, _table(answer, names), is_picture=True, onward=False),
    ]
    return html.Section([*card, _grid(answer, names)], className="card-figure")


def _figure(answer: CostAnswer) -> dict[str, Any]:
    query, unit, rows = answer.query, answer.unit or "", list(answer.rows)
    buckets = [n for n in (query.grain.value, *query.group_by) if n in _BUCKETS]
    group = next((n for n in query.group_by if n not in _BUCKETS), None)
    if buckets:
        return bars.over_time(rows, buckets[0], group, query.measure, unit)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[str(row[group] or NOTHING) if group else "Total"] += row[query.measure] or ZERO
    href = partial(_narrowed, query, group) if group else None
    return bars.breakdown(sums, unit, href)


_BUCKETS = tuple(grain.value for grain in Grain if grain is not Grain.NONE)


def _narrowed(query: CostQuery, group: str, name: str) -> str:
    """The same question about one value, cut by the level below it; none for an endless name."""
    child = find_dimension(group).child
    groups = (child,) if child and child not in _BUCKETS else query.group_by
    value = "" if name == NOTHING else name
    if not can_be_asked_for(value):
        return ""
    return EXPLORER.href(replace(query.where(group, value), group_by=groups))


def _names(answer: CostAnswer) -> list[str]:
    return [name for name in answer.rows[0] if name != answer.query.measure]


def _table(answer: CostAnswer, names: list[str]) -> list[tuple[str, ...]]:
    measure = answer.query.measure
    head = (*(_heading(name) for name in names), _heading(measure))
    body = [
        (*(str(row[name] or "–") for name in names), full(row[measure], answer.unit))
        for row in answer.rows
    ]
    return [head, *body]


def _grid(answer: CostAnswer, names: list[str]) -> Component:
    measure = answer.query.measure
    rows = [{**row, measure: float(row[measure] or 0)} for row in answer.rows[:MOST_SHOWN]]
    columns: list[dict[str, Any]] = [
        # A tag's key may hold dots and brackets, which a `field` would read as a path.
        {"colId": name, "headerName": _heading(name), "field": f"c{number}"}
        for number, name in enumerate(names)
    ]
    columns.append(
        {
            "field": "value",
            "headerName": f"{_heading(measure)}, {answer.unit}"
            if answer.unit
            else _heading(measure),
            "type": "rightAligned",
            "filter": "agNumberColumnFilter",
            "valueFormatter": {"function": "d3.format(',.2f')(params.value)"},
        }
    )
    shown = [
        {**{f"c{n}": row[name] for n, name in enumerate(names)}, "value": row[measure]}
        for row in rows
    ]
    left_out = len(answer.rows) - len(shown)
    more = [html.P(f"{left_out:,} more rows are not shown here.")] if left_out > 0 else []
    grid = dag.AgGrid(
        className="grid",
        rowData=shown,
        columnDefs=columns,
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "minWidth": 110},
        columnSize="responsiveSizeToFit",
        dashGridOptions={"rowHeight": 32, "headerHeight": 36, "enableCellTextSelection": True},
        style={"height": f"{GRID}px"},
    )
    return html.Div([grid, *more])


def _heading(name: str) -> str:
    if name in DIMENSIONS or name.startswith("tag:"):
        return find_dimension(name).label
    return name.capitalize() if name in _BUCKETS else find_measure(name).label


def cuts(query: CostQuery) -> list[Component]:
    """Links that group and cut the same question differently."""
    groups = [
        _choice(
            DIMENSIONS[name].label,
            replace(query, group_by=() if query.group_by == (name,) else (name,)),
            chosen=name in query.group_by,
        )
        for name in GROUPS
    ]
    grains = [
        _choice(
            "Total" if grain is Grain.NONE else grain.value.capitalize(),
            replace(query, grain=grain),
            chosen=query.grain is grain,
        )
        for grain in Grain
    ]
    return [
        html.Div([html.Span("Group by", className="menu-name"), *groups], className="cuts"),
        html.Div([html.Span("Per", className="menu-name"), *grains], className="cuts"),
    ]


def way_out(query: CostQuery, currencies: tuple[str, ...]) -> Component:
    """The choices left where the answer would add up currencies or units."""
    links = [
        _choice(f"Only {code}", replace(query, currency=code), chosen=False) for code in currencies
    ]
    kept = tuple(name for name in query.group_by if find_dimension(name).level is not Level.TIME)
    apart = replace(query, group_by=(*kept[:2], "billing_currency"))
    return html.Div([*links, _choice("Currencies apart", apart, chosen=False)], className="empty")


def _choice(text: str, query: CostQuery, *, chosen: bool) -> Component:
    state = aria(current="true") if chosen else {}
    name = "chip chosen" if chosen else "chip"
    return view_link(text, EXPLORER.href(query), className=name, **state)
