"""Resources as an endless grid, each a link to its own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import dash_ag_grid as dag
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

from finops_dash.components.charge_grid import NO_ROWS
from finops_dash.components.markup import aria
from finops_dash.components.money import full
from finops_dash.components.places import view_link
from finops_dash.components.resource_links import RESOURCES, SEARCH_KEY, resource_href
from finops_dash.domain.cost_query import CostQuery, Order
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import main_currency
from finops_dash.domain.period import Period
from finops_dash.domain.registry import find_measure
from finops_dash.runtime import services
from finops_dash.services.resources import PAGE, Found, Priced

GRID, ASKED, HEAD, ROWS = "resource-grid", "resource-asked", "resource-head", "resource-rows"
HEIGHT = 560
HINT = "Enter or a click on a name opens the resource."
ORDERS = {
    Order.DEAREST: "Dearest first",
    Order.CHEAPEST: "Cheapest first",
    Order.NAME: "By name",
}
COLUMNS = (
    ("title", "Resource", 220),
    ("service", "Service", 190),
    ("account", "Account", 160),
    ("region", "Region", 120),
    ("type", "Type", 120),
    ("tags", "Tags", 320),
    ("id", "Id", 380),
)


def resource_list(text: str) -> Component:
    """The resources that the URL's query string asks for, as much of it as is scrolled to."""
    columns: list[dict[str, Any]] = [
        {"field": name, "headerName": words, "width": width, "tooltipField": name}
        for name, words, width in COLUMNS
    ]
    columns[0] |= {"cellRenderer": "FinopsLink"}
    cost = {"field": "cost", "headerName": "Cost", "width": 140, "type": "rightAligned"}
    grid = dag.AgGrid(
        id=GRID,
        className="grid",
        rowModelType="infinite",
        columnDefs=[*columns, {**cost, "pinned": "right"}],
        defaultColDef={"sortable": False, "resizable": True, "minWidth": 80},
        getRowId="params.data.id",
        dashGridOptions={
            "rowHeight": 34,
            "headerHeight": 36,
            "cacheBlockSize": PAGE,
            "maxConcurrentDatasourceRequests": 1,
            "infiniteInitialRowCount": 1,
            "enableCellTextSelection": True,
        },
        style={"height": f"{HEIGHT}px"},
    )
    return html.Div(
        [
            dcc.Store(ASKED, data=text),
            html.Div(html.P("\u00a0"), id=HEAD, **aria(live="polite")),
            html.Div([grid, html.P(HINT, className="card-sentence")], id=ROWS),
        ]
    )


def found_for(text: str, today: date) -> Found:
    """What the URL's query string finds, in one currency."""
    scope = current_user.scope
    query = in_one_currency(RESOURCES.read(text)[0], services().cost.currencies(scope))
    return services().resources.find(scope, query, RESOURCES.at(text).text(SEARCH_KEY), today)


def in_one_currency(query: CostQuery, currencies: tuple[str, ...]) -> CostQuery:
    """The query in the main currency where it names none and there are several."""
    if query.currency is not None or len(currencies) <= 1:
        return query
    return replace(query, currency=main_currency(currencies))


@callback(
    Output(GRID, "getRowsResponse"),
    Input(GRID, "getRowsRequest"),
    State(ASKED, "data"),
    prevent_initial_call=True,
)
def serve(wanted: Any, text: Any) -> Any:  # noqa: ANN401 - what a browser sends
    """The page of resources that the grid asks for."""
    start = wanted.get("startRow") if isinstance(wanted, dict) else None
    if not isinstance(start, int) or not isinstance(text, str):
        return no_update
    try:
        found = found_for(text, services().now().date())
    except FinOpsError:  # the head says why
        return NO_ROWS
    query, _ = RESOURCES.read(text)
    shown = services().resources.page(current_user.scope, found, start)
    rows = [_row(one, found, query) for one in shown]
    return {"rowData": rows, "rowCount": len(found.costs)} if found.costs else NO_ROWS


def _row(priced: Priced, found: Found, query: CostQuery) -> dict[str, str]:
    one, place = priced.resource, priced.resource.placing
    return {
        "id": one.id,
        "title": one.title,
        "href": resource_href(one.id, replace(query, currency=None)),
        "service": place.service,
        "account": place.account_name or place.account,
        "region": place.region,
        "type": one.type,
        "tags": ", ".join(f"{key}={value}" for key, value in place.tags),
        "cost": full(priced.cost, found.unit),
    }


@callback(Output(HEAD, "children"), Output(ROWS, "hidden"), Input(ASKED, "data"))
def sum_up(text: Any) -> tuple[list[Component], bool]:  # noqa: ANN401 - what a browser sends
    """How many resources there are, what they cost together, and where else there are more."""
    asked = text if isinstance(text, str) else ""
    try:
        found = found_for(asked, services().now().date())
    except FinOpsError as error:
        return [html.Div(str(error), className="notice", role="status")], True
    place, (query, _) = RESOURCES.at(asked), RESOURCES.read(asked)
    if not found.costs:
        return [_nothing(asked, found)], True
    orders = [
        view_link(
            words,
            place.href(replace(query, order=order)),
            className="chip chosen" if order is query.order else "chip",
            **(aria(current="true") if order is query.order else {}),
        )
        for order, words in ORDERS.items()
    ]
    return [
        html.P(_sentence(found), className="card-sentence"),
        *([_elsewhere(asked, found)] if found.elsewhere else []),
        html.Div([html.Span("Order", className="menu-name"), *orders], className="cuts"),
    ], False


def _sentence(found: Found) -> str:
    count = len(found.costs)
    measure = find_measure(found.query.measure).label
    total = full(found.total, found.unit)
    return (
        f"{count:,} resource{'' if count == 1 else 's'}. {measure} {total} over "
        f"{found.months.sentence()}: resources are summed by whole months"
    )


def _elsewhere(text: str, found: Found) -> Component:
    count = found.elsewhere
    words = f"{count:,} more match{'es' if count == 1 else ''}, not charged in these months. "
    return html.P([words, _everything(text)], className="card-sentence")


def _nothing(text: str, found: Found) -> Component:
    """Nothing found: whether there is something elsewhere, and the ways out."""
    place, (query, _) = RESOURCES.at(text), RESOURCES.read(text)
    searched = place.text(SEARCH_KEY)
    words = (
        f"No resource matches “{searched}” in this period and with these filters."
        if searched
        else "No resource was charged in this period and with these filters."
    )
    clear = place.with_own(**{SEARCH_KEY: ""}).href(replace(query, filters=()))
    ways: list[Component] = [view_link("Clear search and filters", clear, className="button")]
    if found.elsewhere:
        words += f" {found.elsewhere:,} match at other times or otherwise."
        ways.insert(0, _everything(text))
    return html.Div([html.P(words), html.Div(ways, className="cuts")], className="empty")


def _everything(text: str) -> Component:
    """The same search over all stored days, without filters."""
    place, (query, _) = RESOURCES.at(text), RESOURCES.read(text)
    everything = replace(query, period=Period("all"), filters=())
    return view_link("Search all stored days", place.href(everything), className="link-button")


clientside_callback(
    ClientsideFunction("finops_grid", "anew"), Input(ASKED, "data"), prevent_initial_call=True
)
