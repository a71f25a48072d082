"""Every resource that was ever charged: found by id, name or tag as one types."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import (
    ClientsideFunction,
    Input,
    Output,
    callback,
    clientside_callback,
    dcc,
    html,
    register_page,
)
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.filter_bar import Offered, filter_bar
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.resource_links import RESOURCES, SEARCH_KEY
from finops_dash.components.resource_list import ASKED, in_one_currency, resource_list
from finops_dash.components.states import empty_tenant
from finops_dash.runtime import services
from finops_dash.shell import page_frame

VIEW, BAR, NOTICES = "resources-view", "resources-bar", "resources-notices"
SEARCH = "resources-search"
EXAMPLE = "Id, name or tag, for example web or team=Payments"

register_page(__name__, path=RESOURCES.path, title="Resources · FinOps Dash")


def layout(**query: str | list[str]) -> Component:
    """The search and the list that its URL asks for."""
    scope, text = current_user.scope, urlencode(query, doseq=True)
    if not services().cost.currencies(scope):
        return page_frame("Resources", empty_tenant(scope))
    bar, notices, asked = view(text)
    return page_frame(
        "Resources",
        _search(RESOURCES.at(text).text(SEARCH_KEY)),
        html.Div(bar, id=BAR, className="filter-bar", role="group", **aria(label="What is shown")),
        html.Div(notices, id=NOTICES),
        dcc.Store(VIEW, data=text),
        html.Section(resource_list(asked), className="card-figure"),
        store=VIEW,
    )


def _search(text: str) -> Component:
    """The field that finds as one types; `grid.js` writes it into the URL."""
    field = dcc.Input(
        id=SEARCH,
        type="search",
        value=text,
        placeholder=EXAMPLE,
        autoComplete="off",
        className="search-field",
        maxLength=200,
    )
    return html.Div(
        [html.Label("Search resources", htmlFor=SEARCH, className="menu-name"), field],
        className="search",
        role="search",
    )


@callback(
    Output(BAR, "children"),
    Output(NOTICES, "children"),
    Output(ASKED, "data"),
    Input(VIEW, "data"),
    prevent_initial_call=True,
)
def view(text: str) -> tuple[list[Component], list[Component], str]:
    """The controls, what the URL got wrong, and the question that the list answers."""
    query, notices = RESOURCES.read(text)
    currencies, today = services().cost.currencies(current_user.scope), services().now().date()
    shown = in_one_currency(query, currencies)
    bar = filter_bar(RESOURCES.at(text), shown, currencies, today, Offered(compares=False))
    return bar, notice_list(notices), text if isinstance(text, str) else ""


clientside_callback(
    ClientsideFunction("finops_grid", "search"), Input(SEARCH, "value"), prevent_initial_call=True
)
clientside_callback(
    ClientsideFunction("finops_grid", "follow"), Input(VIEW, "data"), prevent_initial_call=True
)
