"""The heatmap: when and where cost falls, in one of five pictures."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import orjson
from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.drawing import drawn
from finops_dash.components.export_menu import export_menu
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.heatmap import controls, days, hours, parts
from finops_dash.components.heatmap.controls import HEATMAP
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.reports.asked import heat_behind
from finops_dash.components.states import empty_tenant, nothing_here, say
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.heatmap import HeatView, Map
from finops_dash.runtime import services
from finops_dash.services.overview import View
from finops_dash.shell import page_frame

register_page(__name__, path=HEATMAP.path, title="Heatmap · FinOps Dash")

VIEW, BAR, NOTICES, PICTURE = "heatmap-view", "heatmap-bar", "heatmap-notices", "heatmap-picture"


def layout(**query: str | list[str]) -> Component:
    """The frame of the view in the URL; callbacks draw its controls and its picture."""
    asked, notices = controls.read(query)
    scope, today = current_user.scope, services().now().date()
    view = services().overview.view(scope, asked.query, today)
    if view is None:
        return page_frame("Heatmap", html.Div(notice_list(notices)), empty_tenant(scope))
    skeleton = html.Section(className="card-figure skeleton", style={"height": "330px"})
    return page_frame(
        "Heatmap",
        html.Div(_bar(asked, view), id=BAR, role="group", **aria(label="What is shown")),
        html.Div(notice_list(notices), id=NOTICES),
        dcc.Store(VIEW, data=urlencode(query, doseq=True)),
        dcc.Loading(
            html.Div(skeleton, id=PICTURE, className="heat-cards"),
            custom_spinner=html.Div(className="waiting"),
            delay_show=250,
            overlay_style={"visibility": "visible", "opacity": 0.5},
        ),
        store=VIEW,
    )


def _bar(asked: HeatView, view: View) -> list[Component]:
    place, today = controls.place_of(asked.map), services().now().date()
    currencies = services().cost.currencies(current_user.scope)
    behind = replace(view.query, compare=Compare.NONE)
    taken = export_menu(
        heat_behind(HeatView(behind, asked.map)), current_user.scope.tenant_slug, behind
    )
    bar = [*filter_bar(place, view.asked, currencies, today), taken]
    chosen = controls.choices(HeatView(view.asked, asked.map))
    return [chosen, html.Div(bar, className="filter-bar")]


@callback(
    Output(BAR, "children"),
    Output(NOTICES, "children"),
    Input(VIEW, "data"),
    prevent_initial_call=True,
)
def draw_bar(text: str) -> tuple[list[Component], list[Component]]:
    """The controls and notices of the view now in force."""
    asked, notices = controls.read(text)
    view = services().overview.view(current_user.scope, asked.query, services().now().date())
    return ([] if view is None else _bar(asked, view)), notice_list(notices)


@callback(Output(PICTURE, "children"), Input(VIEW, "data"))
def draw_picture(text: str) -> orjson.Fragment:
    """The picture of the view, kept until new data comes."""
    asked, _ = controls.read(text)
    scope, today = current_user.scope, services().now().date()

    def picture() -> list[Component]:
        view = services().overview.view(scope, asked.query, today)
        return [] if view is None else _picture(asked.map, view)

    key = (controls.place_of(asked.map).href(asked.query), today)
    return drawn(services().cost, scope, PICTURE, key, picture)


def _picture(shown: Map, view: View) -> list[Component]:
    try:
        whole = services().heatmap.whole(current_user.scope, view)
        cards = _cards(shown, view)
    except FinOpsError as error:
        return [html.Section(say(str(error)), className="card-figure")]
    if not cards:
        plain = CostQuery(measure=view.asked.measure, compare=view.asked.compare)
        clear = nothing_here(controls.place_of(shown).href(plain))
        return [html.Section(clear, className="card-figure")]
    return [controls.headline(whole, lacks_comparison=view.lacks_comparison), *cards]


def _cards(shown: Map, view: View) -> list[Component]:
    """The cards of the picture; none where there is no cost."""
    scope, heatmap = current_user.scope, services().heatmap
    if shown is Map.CALENDAR:
        return days.calendar_cards(view, heatmap.years(scope, view))
    if shown is Map.HOUR:
        return [hours.hour_card(heatmap.hours(scope, view), view.asked)]
    if shown is Map.WEEKDAY:
        weeks = heatmap.weeks(scope, view)
        return [days.weekday_card(weeks)] if weeks.costs else []
    if shown is Map.SERVICE:
        found = heatmap.services(scope, view)
        return [parts.service_card(found, view.grain)] if found.grid.rows else []
    found = heatmap.accounts(scope, view)
    return [parts.account_card(found, view.grain)] if found.grid.rows else []
