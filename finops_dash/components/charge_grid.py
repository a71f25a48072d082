"""Single charges as an endless grid: the last level of every drill-down.

`charge_grid(asked_for(query))` stands on any page that keeps `columns` in its URL; its callbacks
are here. One at most stands on a page, for it owns its ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
    no_update,
)
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.charge_head import notices, order_choice, sentence, totals
from finops_dash.components.charge_panel import whole_line
from finops_dash.components.markup import aria, icon
from finops_dash.components.places import EXPLORER
from finops_dash.components.why import why_button
from finops_dash.domain.cost_query import CostQuery, Grain, Order
from finops_dash.domain.errors import QueryError
from finops_dash.domain.focus import COLUMNS, NUMBERS
from finops_dash.domain.registry import find_measure
from finops_dash.domain.url import from_url, to_url
from finops_dash.runtime import services
from finops_dash.services.charge_lines import PAGE, LinePage

GRID, ASKED, KNOWN = "charge-grid", "charge-asked", "charge-known"
HINT = "Enter or a click on a row shows the whole charge."
ROWS = "charge-rows"
HEAD, FOOT, CHOSEN = "charge-head", "charge-foot", "charge-columns"
PANEL, BODY = "charge-panel", "charge-body"
HEIGHT, MOST_KNOWN, UNKNOWN = 520, 150, -1
# Told of no rows at all, the grid would not take the first page of the next question; it is hidden.
NO_ROWS: dict[str, Any] = {"rowData": [], "rowCount": 1}
SHOWN = {  # by default, with the words of their heads and their widths
    "ChargePeriodStart": ("Day", 125),
    "ProviderName": ("Provider", 110),
    "SubAccountName": ("Account", 150),
    "ServiceName": ("Service", 190),
    "RegionId": ("Region", 120),
    "SkuId": ("SKU", 170),
    "ResourceId": ("Resource", 240),
    "ChargeCategory": ("Charge category", 120),
    "ChargeDescription": ("Description", 260),
    "PricingQuantity": ("Pricing quantity", 130),
    "PricingUnit": ("Pricing unit", 110),
    "ListCost": ("List cost", 205),
    "ContractedCost": ("Contracted cost", 205),
    "EffectiveCost": ("Effective cost", 205),
    "BilledCost": ("Billed cost", 205),
    "BillingCurrency": ("Currency", 90),
}
Asked = dict[str, Any]
OTHERS = tuple(name for name in COLUMNS if name not in SHOWN)


def charge_grid(asked: Asked) -> Component:
    """The charges that the question keeps, a page at a time; its callbacks answer a new question.

    A page changes the question by `Output(ASKED, "data")`.
    """
    head = html.Div(html.P("\u00a0", className="card-sentence"), id=HEAD, **aria(live="polite"))
    grid = dag.AgGrid(
        id=GRID,
        className="grid",
        rowModelType="infinite",
        columnDefs=_columns(asked),
        defaultColDef={"sortable": False, "resizable": True, "minWidth": 80},
        getRowId="params.data.id",
        dashGridOptions=_options(),
        style={"height": f"{HEIGHT}px"},
    )
    return html.Div(
        [
            dcc.Store(ASKED, data=asked),
            dcc.Store(KNOWN, data={}),
            html.Div([head, _chooser(asked)], className="grid-head"),
            html.Div([grid, html.P(HINT, className="card-sentence")], id=ROWS),
            html.Div(id=FOOT, className="card-foot"),
            _panel(),
        ]
    )


def asked_for(
    query: CostQuery, more: tuple[str, ...] = (), orders: Mapping[Order, str] | None = None
) -> Asked:
    """The question of a grid: the query, and the FOCUS columns `more` to show beside the usual.

    `orders` are links to the page with the charges in each order, where it offers a choice.
    """
    return {"query": to_url(query), "more": list(more), "orders": dict(orders or {})}


def chosen_columns(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The further columns that the text of a URL names, and the names in it that are none."""
    names = tuple(dict.fromkeys(name for name in text.split(",") if name))
    return (
        tuple(name for name in names if name in OTHERS),
        tuple(name for name in names if name not in COLUMNS),
    )


def _options(sums: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {
        "rowHeight": 32,
        "headerHeight": 36,
        "cacheBlockSize": PAGE,
        "maxConcurrentDatasourceRequests": 1,
        "infiniteInitialRowCount": 1,
        "enableCellTextSelection": True,
        "suppressMultiSort": True,
        "pinnedBottomRowData": sums or [],
    }


def _columns(asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what a browser sends
    measure = find_measure(_query(asked).measure).focus_column
    columns = []
    for name in _names(asked):
        words, width = SHOWN.get(name, (name, 160))
        column = {"field": name, "headerName": words, "width": width, "tooltipField": name}
        if name in NUMBERS:
            column["type"] = "rightAligned"
        # On a phone the other columns move beneath what was asked for.
        columns.append({**column, "pinned": "right" if name == measure else None})
    return columns


def _chooser(asked: Asked) -> Component:
    """Which further columns are shown; `grid.js` writes the choice into the URL."""
    boxes = dbc.Checklist(
        id=CHOSEN, options=list(OTHERS), value=asked["more"], className="column-choices"
    )
    return html.Details(
        [
            html.Summary([html.Span("Columns"), icon("chevron-down")]),
            html.Div(boxes, className="menu-list", role="group", **aria(label="More columns")),
        ],
        className="menu right-list",
    )


def _panel() -> Component:
    panel: Component = dbc.Offcanvas(
        html.Div(id=BODY),
        id=PANEL,
        title=html.Span("Charge", id=f"{PANEL}-title"),
        labelledby=f"{PANEL}-title",
        placement="end",
        is_open=False,
    )
    return panel


def _query(asked: Any) -> CostQuery:  # noqa: ANN401 - what a browser sends
    """The query a store holds; that of an empty URL where it holds none."""
    text = asked.get("query") if isinstance(asked, dict) else ""
    return from_url(text if isinstance(text, str) else "")[0]


def _names(asked: Any) -> tuple[str, ...]:  # noqa: ANN401 - what a browser sends
    more = asked.get("more") if isinstance(asked, dict) else None
    return (*SHOWN, *(name for name in more or () if name in OTHERS))


@callback(
    Output(GRID, "getRowsResponse"),
    Output(KNOWN, "data"),
    Input(GRID, "getRowsRequest"),
    State(ASKED, "data"),
    State(KNOWN, "data"),
    prevent_initial_call=True,
)
def serve(wanted: Any, asked: Any, known: Any) -> tuple[Any, Any]:  # noqa: ANN401 - of a browser
    """The page of charges that the grid asks for, and what to go on behind, by its first row."""
    start = wanted.get("startRow") if isinstance(wanted, dict) else None
    if not isinstance(start, int):
        return no_update, no_update
    query, names = _query(asked), _names(asked)
    mark = f"{services().cost.data_version(current_user.scope)} {to_url(query)}"
    behind = known if isinstance(known, dict) and known.get("of") == mark else {}
    try:
        page = _page(query, names, start, behind.get(str(start)))
    except QueryError:  # the head says why
        return NO_ROWS, no_update
    rows = [_shown(line) for line in page.lines]
    end = start + len(rows)
    if page.after is None:
        return {"rowData": rows, "rowCount": end} if rows else NO_ROWS, no_update
    kept = dict(list(behind.items())[-MOST_KNOWN:])
    return {"rowData": rows, "rowCount": UNKNOWN}, {**kept, str(end): page.after, "of": mark}


def _page(query: CostQuery, names: tuple[str, ...], start: int, after: Any) -> LinePage:  # noqa: ANN401 - of a browser
    """The page in the order asked for, newest first where there are too many to sort."""
    lines, scope, today = services().charge_lines, current_user.scope, services().now().date()
    behind = after if isinstance(after, str) and start else None
    try:
        return lines.page(scope, query, today, names, start, behind)
    except QueryError as error:
        if error.field != "order":
            raise
        newest = replace(query, order=Order.NAME)
        return lines.page(scope, newest, today, names, start, behind)


def _shown(line: dict[str, str]) -> dict[str, str]:
    """The line with whole days as days."""
    return {name: text.removesuffix("T00:00:00Z") for name, text in line.items()}


@callback(
    Output(GRID, "columnDefs"),
    Output(CHOSEN, "value"),
    Input(ASKED, "data"),
    prevent_initial_call=True,
)
def choose_columns(asked: Any) -> tuple[list[dict[str, Any]], list[str]]:  # noqa: ANN401 - of a browser
    """The columns of the grid, and the boxes of those beside the usual ones."""
    return _columns(asked), list(_names(asked)[len(SHOWN) :])


@callback(
    Output(HEAD, "children"),
    Output(FOOT, "children"),
    Output(ROWS, "hidden"),
    Output(GRID, "dashGridOptions"),
    Input(ASKED, "data"),
)
def sum_up(asked: Any) -> tuple[list[Component], list[Component], bool, dict[str, Any]]:  # noqa: ANN401 - of a browser
    """How many charges there are and what they sum up to, in words and as the last rows."""
    query, today = _query(asked), services().now().date()
    try:
        summed = services().charge_lines.summed(current_user.scope, query, today)
    except QueryError as error:
        return notices(str(error)), [], True, _options()
    orders = asked.get("orders") if isinstance(asked, dict) else None
    orders = orders if isinstance(orders, dict) else {}
    head = [
        html.P(sentence(summed, query, today), className="card-sentence"),
        *notices(*summed.notices),
        *([order_choice(query, summed, orders)] if orders and summed.count else []),
    ]
    explored = replace(summed.query, group_by=("service",), grain=Grain.DAY, order=Order.DEAREST)
    onward = [why_button(summed.query), dcc.Link("Open in explorer", href=EXPLORER.href(explored))]
    return head, onward, not summed.count, _options(totals(summed))


@callback(
    Output(PANEL, "is_open"),
    Output(BODY, "children"),
    Input(GRID, "cellClicked"),
    prevent_initial_call=True,
)
def open_line(clicked: Any) -> tuple[Any, Any]:  # noqa: ANN401 - of a browser
    """The whole of the charge whose row was chosen."""
    line_id = clicked.get("rowId") if isinstance(clicked, dict) else None
    if not isinstance(line_id, str) or line_id.startswith(("total", "b-")):
        return no_update, no_update
    return True, whole_line(services().charge_lines.line(current_user.scope, line_id))


clientside_callback(
    ClientsideFunction("finops_grid", "anew"), Input(ASKED, "data"), prevent_initial_call=True
)
clientside_callback(
    ClientsideFunction("finops_grid", "choose"), Input(CHOSEN, "value"), prevent_initial_call=True
)
