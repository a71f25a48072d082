"""Provider, account, service, resource: a level at a time, and the dearest resources."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
from dash import html

from finops_dash.components.crumbs import crumbs
from finops_dash.components.figure_card import figure_body, foot
from finops_dash.components.markup import icon
from finops_dash.components.money import full
from finops_dash.components.overview.course import Card, cleared
from finops_dash.components.places import OVERVIEW
from finops_dash.components.states import nothing_here
from finops_dash.domain.cost_query import can_be_asked_for
from finops_dash.domain.registry import find_dimension
from finops_dash.figures import tiles
from finops_dash.figures.base import Shades
from finops_dash.services.answers import CostAnswer
from finops_dash.services.overview import DRILL, View

TREEMAP, GRID = 330, 374
CSV_BUTTON = "resources-csv"


def drill_card(view: View, level: str, answer: CostAnswer, shades: Shades) -> Card:
    """One level of the drill-down, with the way back up as breadcrumbs."""
    if not answer.rows:
        return [crumbs(OVERVIEW, view.asked, DRILL, "All cost"), nothing_here(cleared(view))]
    measure, name = answer.query.measure, find_dimension(level).label
    last = level == DRILL[-1]
    rows = [(name, "Cost")]
    rows += [(str(_name(r, level)), full(r[measure], view.currency)) for r in answer.rows]
    words = f"By {name.lower()}, {answer.days.sentence()}"
    words += ". Resources are kept by whole months" if last else ". A click goes a level down"

    def down(value: str) -> str:
        return OVERVIEW.href(view.asked.where(level, value)) if can_be_asked_for(value) else ""

    parts = [
        tiles.Part(_name(r, level), r[measure], "" if last else down(r[level] or ""))
        for r in answer.rows
    ]
    figure = tiles.treemap(parts, view.currency, shades)
    body = figure_body("drill-down", figure, words, answer.query, rows, TREEMAP)
    return [crumbs(OVERVIEW, view.asked, DRILL, "All cost"), *body]


def _name(row: dict[str, Any], level: str) -> str:
    """How a part is called: a resource by its name where it has one."""
    return str((row.get("resource_name") if level == DRILL[-1] else None) or row[level] or "none")


def resources_card(view: View, answer: CostAnswer) -> Card:
    """The dearest resources, to sort, filter and take along."""
    if not answer.rows:
        return nothing_here(cleared(view))
    measure = answer.query.measure
    rows = [{**row, measure: float(row[measure])} for row in answer.rows]
    grid = dag.AgGrid(
        className="grid",
        rowData=rows,
        columnDefs=_columns(measure, view.currency),
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "minWidth": 120},
        columnSize="responsiveSizeToFit",
        dashGridOptions={"rowHeight": 32, "headerHeight": 36, "enableCellTextSelection": True},
        style={"height": f"{GRID}px"},
    )
    words = f"The {len(rows)} dearest over {answer.days.sentence()}, as resources are kept by month"
    table: list[tuple[str, ...]] = [("Resource", "Service", "Account", "Cost")]
    names = ("resource_name", "service", "sub_account")
    table += [
        (*(str(row[name] or "–") for name in names), full(row[measure], view.currency))
        for row in answer.rows
    ]
    export = html.Button(
        [icon("download"), " Download CSV"], id=CSV_BUTTON, className="link-button", n_clicks=0
    )
    return [
        html.P(words, className="card-sentence"),
        grid,
        export,
        foot("dearest-resources", answer.query, words, table),
    ]


def _columns(measure: str, currency: str) -> list[dict[str, object]]:
    return [
        {"field": "resource_name", "headerName": "Resource", "width": 190},
        {"field": "service", "headerName": "Service", "width": 190},
        {"field": "sub_account", "headerName": "Account", "width": 130},
        {
            "field": measure,
            "headerName": f"Cost, {currency}",
            "width": 140,
            "minWidth": 104,
            "pinned": "right",  # on a phone the other columns move beneath it
            "type": "rightAligned",
            "filter": "agNumberColumnFilter",
            "valueFormatter": {"function": "d3.format(',.2f')(params.value)"},
        },
    ]
