"""The explorer: one chart and one table for any question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.figure_card import CONFIG, foot
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.money import full
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError, QueryError
from finops_dash.domain.registry import DIMENSIONS, Level, find_dimension
from finops_dash.domain.url import from_url, to_url
from finops_dash.figures.parts import lines_or_bars
from finops_dash.runtime import services
from finops_dash.services.cost import CostAnswer
from finops_dash.shell import empty_tenant, page_frame

register_page(__name__, path="/explorer", title="Explorer · FinOps Dash")

PATH = "/explorer"
MOST_SHOWN = 500


def layout(**query: str | list[str]) -> Component:
    """The answer to the question in the URL, drawn at once."""
    asked, notices = from_url(query)
    scope, today = current_user.scope, services().now().date()
    currencies = services().cost.currencies(scope)
    if not currencies:
        return page_frame("Explorer", notices, None, empty_tenant(scope.tenant_slug))
    bar = html.Div([filter_bar(PATH, asked, currencies, today), _cuts(asked)])
    try:
        answer = services().cost.answer(scope, asked, today)
    except (MixedCurrenciesError, MixedUnitsError, QueryError) as error:
        return page_frame("Explorer", [*notices, str(error)], bar, _way_out(asked, currencies))
    return page_frame("Explorer", [*notices, *answer.notices], bar, _picture(answer))


def _picture(answer: CostAnswer) -> Component:
    query = answer.query
    if not answer.rows:
        return html.Div(
            [
                html.P("No cost for this filter and period."),
                dcc.Link("Clear filters", href=PATH, className="button"),
            ],
            className="empty",
        )
    bucket = next(
        (n for n in (query.grain.value, *query.group_by) if n in Grain and n != Grain.NONE), None
    )
    group = next(
        (name for name in query.group_by if find_dimension(name).level is not Level.TIME), None
    )
    figure = lines_or_bars(list(answer.rows), bucket, group, query.measure)
    names = [n for n in answer.rows[0] if n != query.measure]
    table = [
        (*names, query.measure),
        *(
            (*(str(r[n] or "–") for n in names), full(r[query.measure], answer.unit))
            for r in answer.rows
        ),
    ]
    total = (
        f"{query.sentence()}. Total {full(answer.total, answer.unit)}"
        if answer.unit
        else query.sentence()
    )
    return html.Section(
        [
            html.P(total, className="card-sentence"),
            dcc.Graph(figure=figure, config=CONFIG, style={"height": "380px"}),
            foot(query, table),
            _grid(answer, names),
        ],
        className="card-figure wide",
    )


def _grid(answer: CostAnswer, names: list[str]) -> Component:
    measure = answer.query.measure
    rows = [{**row, measure: float(row[measure] or 0)} for row in answer.rows[:MOST_SHOWN]]
    columns: list[dict[str, Any]] = [
        {"field": name.replace(".", "\\."), "headerName": _heading(name)} for name in names
    ]
    columns.append(
        {
            "field": measure,
            "headerName": f"{_heading(measure)}, {answer.unit or ''}",
            "type": "rightAligned",
            "filter": "agNumberColumnFilter",
            "valueFormatter": {"function": "d3.format(',.2f')(params.value)"},
        }
    )
    return dag.AgGrid(
        rowData=rows,
        columnDefs=columns,
        defaultColDef={
            "sortable": True,
            "filter": True,
            "resizable": True,
            "flex": 1,
            "minWidth": 130,
        },
        style={"height": "420px"},
    )


def _heading(name: str) -> str:
    return find_dimension(name).label if name in DIMENSIONS else name.replace("_", " ").capitalize()


def _cuts(query: CostQuery) -> Component:
    """Links that group and cut the same question differently."""
    shown = (
        "provider",
        "sub_account",
        "service_category",
        "service",
        "region",
        "team",
        "environment",
        "charge_category",
    )
    groups = [
        _choice(
            DIMENSIONS[name].label,
            replace(query, group_by=() if query.group_by == (name,) else (name,)),
            chosen=name in query.group_by,
        )
        for name in shown
    ]
    grains = [
        _choice(
            "Total" if g is Grain.NONE else g.value.capitalize(),
            replace(query, grain=g),
            chosen=query.grain is g,
        )
        for g in Grain
    ]
    return html.Div(
        [
            html.Span("Group by", className="menu-name"),
            *groups,
            html.Span("Per", className="menu-name"),
            *grains,
        ],
        className="cuts",
    )


def _choice(text: str, query: CostQuery, *, chosen: bool) -> Component:
    return dcc.Link(
        text, href=f"{PATH}?{to_url(query)}", className="chip chosen" if chosen else "chip"
    )


def _way_out(query: CostQuery, currencies: tuple[str, ...]) -> Component:
    links = [
        _choice(f"Only {code}", replace(query, currency=code), chosen=False) for code in currencies
    ]
    apart = replace(query, group_by=(*query.group_by[:2], "billing_currency"))
    return html.Div([*links, _choice("Currencies apart", apart, chosen=False)], className="empty")
