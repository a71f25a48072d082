"""The bridge: what leads from one cost to another, step by step, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.bridge import controls
from finops_dash.components.bridge.method import settled
from finops_dash.components.bridge.steps import shown
from finops_dash.components.export_menu import export_menu
from finops_dash.components.filter_bar import Offered, filter_bar
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.places import BRIDGE
from finops_dash.components.states import empty_tenant, nothing_here
from finops_dash.domain.bridge_query import BridgeQuery, Way, read_bridge
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.errors import FinOpsError
from finops_dash.runtime import services
from finops_dash.shell import page_frame

register_page(__name__, path=BRIDGE.path, title="Bridge · FinOps Dash")

VIEW, BAR, ANSWER = "bridge-view", "bridge-bar", "bridge-answer"


def layout(**query: str | list[str]) -> Component:
    """The frame of the bridge in the URL; a callback builds it."""
    scope = current_user.scope
    if not services().cost.currencies(scope):
        return page_frame("Bridge", empty_tenant(scope))
    skeleton = html.Section(className="card-figure skeleton", style={"height": "520px"})
    return page_frame(
        "Bridge",
        html.Div(id=BAR, className="bridge-bar", role="group", **aria(label="What is shown")),
        dcc.Store(VIEW, data=urlencode(query, doseq=True)),
        dcc.Loading(
            html.Div(skeleton, id=ANSWER),
            custom_spinner=html.Div(className="waiting"),
            delay_show=250,
            overlay_style={"visibility": "visible", "opacity": 0.5},
        ),
        store=VIEW,
    )


@callback(Output(BAR, "children"), Output(ANSWER, "children"), Input(VIEW, "data"))
def answer(text: str) -> tuple[list[Component], list[Component]]:
    """The controls, and the bridge as a waterfall with its steps and what they are made of."""
    asked, notices = read_bridge(text if isinstance(text, str) else "", BRIDGE.default)
    today = services().now().date()
    currencies, asked = services().cost.currencies(current_user.scope), settled(asked)
    return _bar(asked, currencies, today), [*notice_list(notices), *_answer(asked, today)]


def _bar(asked: BridgeQuery, currencies: tuple[str, ...], today: date) -> list[Component]:
    place, periods = controls.place_for(asked), asked.way is Way.PERIODS
    bar = filter_bar(place, asked.query, currencies, today, Offered(compares=periods))
    dimension = controls.dimension_of(asked)
    pair = services().bridge.dearest(current_user.scope, asked.query, dimension, today)
    more: list[Component] = []
    if asked.way is Way.MEASURES:
        more = [controls.prices(asked)]
    elif asked.way is Way.FILTERS:
        more = [
            controls.dimensions(asked, dimension, _pairs(asked, today)),
            *controls.sides(asked, dimension, pair),
        ]
    behind = replace(asked.query, compare=Compare.NONE)
    taken = export_menu(None, current_user.scope.tenant_slug, behind, picture="bridge")
    return [
        html.Div([*bar, taken], className="filter-bar"),
        html.Div([*controls.ways(asked, pair, dimension), *more], className="cuts filter-bar"),
    ]


def _pairs(asked: BridgeQuery, today: date) -> dict[str, tuple[str, ...]]:
    """The dearest values of each dimension that two filters may differ in."""
    scope, found = current_user.scope, services().bridge
    return {name: found.dearest(scope, asked.query, name, today) for name in controls.SIDES}


def _answer(asked: BridgeQuery, today: date) -> list[Component]:
    try:
        found = services().bridge.of(current_user.scope, asked, today)
    except FinOpsError as error:
        return notice_list([str(error)])
    if found is None or found.bridge.is_nothing:
        clear = controls.href(BridgeQuery(CostQuery(period=asked.query.period)))
        return [nothing_here(clear)]
    notices = list(found.notices)
    if asked.step is not None and found.bridge.part(asked.step) is None:
        notices.append(f"{asked.step.label} moves nothing here: another step is shown.")
    return [*notice_list(notices), *shown(asked, found)]
