"""The charges behind any question of cost, one by one."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.charge_grid import (
    ASKED,
    Asked,
    asked_for,
    charge_grid,
    chosen_columns,
)
from finops_dash.components.charge_head import ORDERS
from finops_dash.components.filter_bar import Offered, filter_bar
from finops_dash.components.keyed_place import CHARGES, COLUMNS_KEY
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.states import empty_tenant
from finops_dash.domain.url import Notice
from finops_dash.runtime import services
from finops_dash.shell import page_frame

VIEW, BAR, NOTICES = "charges-view", "charges-bar", "charges-notices"

register_page(__name__, path=CHARGES.path, title="Charges · FinOps Dash")


def layout(**query: str | list[str]) -> Component:
    """The frame of the question in the URL; the grid reads its charges."""
    scope, text = current_user.scope, urlencode(query, doseq=True)
    if not services().cost.currencies(scope):
        return page_frame("Charges", empty_tenant(scope))
    bar, notices, asked = view(text)
    return page_frame(
        "Charges",
        html.Div(bar, id=BAR, className="filter-bar", role="group", **aria(label="What is shown")),
        html.Div(notices, id=NOTICES),
        dcc.Store(VIEW, data=text),
        html.Section(charge_grid(asked), className="card-figure"),
        store=VIEW,
    )


@callback(
    Output(BAR, "children"),
    Output(NOTICES, "children"),
    Output(ASKED, "data", allow_duplicate=True),  # each page that has the grid asks it
    Input(VIEW, "data"),
    prevent_initial_call=True,
)
def view(text: str) -> tuple[list[Component], list[Component], Asked]:
    """The controls, what the URL got wrong, and the question that the grid answers."""
    place, today = CHARGES.at(text), services().now().date()
    query, notices = CHARGES.read(text)
    more, unknown = chosen_columns(place.text(COLUMNS_KEY))
    currencies = services().cost.currencies(current_user.scope)
    bar = filter_bar(place, query, currencies, today, Offered(compares=False))
    wrong = [Notice(COLUMNS_KEY, name, "it is no column of FOCUS 1.2") for name in unknown]
    orders = {order: place.href(replace(query, order=order)) for order in ORDERS}
    return bar, notice_list([*notices, *wrong]), asked_for(query, more, orders)
