"""All clouds on one page: providers side by side, by category, region, month and unit price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import orjson
from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.drawing import drawn
from finops_dash.components.export_menu import export_menu
from finops_dash.components.figure_card import figure_card
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.markup import aria
from finops_dash.components.multicloud import months, parts, sides
from finops_dash.components.multicloud.shared import Card, Palette
from finops_dash.components.notices import notice_list
from finops_dash.components.places import MULTICLOUD
from finops_dash.components.reports.asked import multicloud_behind
from finops_dash.components.states import empty_tenant, say
from finops_dash.domain.cost_query import Compare
from finops_dash.domain.errors import FinOpsError
from finops_dash.runtime import services
from finops_dash.services.overview import View
from finops_dash.shell import page_frame

register_page(__name__, path=MULTICLOUD.path, title="Multicloud · FinOps Dash")

VIEW, BAR, NOTICES = "multicloud-view", "multicloud-bar", "multicloud-notices"
SIDES, REGIONS, CATEGORIES = "multicloud-sides", "multicloud-regions", "multicloud-categories"
PRICES, MONTHS, GROWTH = "multicloud-prices", "multicloud-months", "multicloud-growth"


def layout(**query: str | list[str]) -> Component:
    """The frame of the view in the URL; callbacks draw its cards."""
    asked, notices = MULTICLOUD.read(query)
    scope, today = current_user.scope, services().now().date()
    view = services().overview.view(scope, asked, today)
    if view is None:
        return page_frame("Multicloud", html.Div(notice_list(notices)), empty_tenant(scope))
    cards = [
        figure_card("Providers side by side", SIDES, sides.SIDES, 12),
        figure_card("By service category", CATEGORIES, 360, 6),
        figure_card("Unit prices of the same", PRICES, 360, 6),
        figure_card("Cost per month", MONTHS, months.LINES, 6),
        figure_card("Growth per month", GROWTH, months.LINES, 6),
        figure_card("Regions", REGIONS, 240, 12),
    ]
    return page_frame(
        "Multicloud",
        html.Div(
            _bar(view), id=BAR, className="filter-bar", role="group", **aria(label="What is shown")
        ),
        html.Div(notice_list(notices), id=NOTICES),
        dcc.Store(VIEW, data=urlencode(query, doseq=True)),
        html.Div(cards, className="figures"),
        store=VIEW,
    )


def _bar(view: View) -> list[Component]:
    scope, today = current_user.scope, services().now().date()
    lines = replace(view.query, compare=Compare.NONE)
    return [
        *filter_bar(MULTICLOUD, view.asked, services().cost.currencies(scope), today),
        export_menu(multicloud_behind(view.query), scope.tenant_slug, lines),
    ]


def _view(text: str) -> View | None:
    asked, _ = MULTICLOUD.read(text)
    return services().overview.view(current_user.scope, asked, services().now().date())


def _drawn(name: str, text: str, draw: Callable[[View, Palette], Card]) -> orjson.Fragment:
    """What `draw` makes of the view in the URL, kept until new data comes."""
    scope, today = current_user.scope, services().now().date()

    def drawing() -> Card:
        view = _view(text)
        if view is None:
            return []
        try:
            dearest = services().exploration.dearest(scope, "provider", today)
            return draw(view, Palette.of(dearest))
        except FinOpsError as error:
            return say(str(error))

    key = (MULTICLOUD.href(MULTICLOUD.read(text)[0]), today)
    return drawn(services().cost, scope, name, key, drawing)


@callback(
    Output(BAR, "children"),
    Output(NOTICES, "children"),
    Input(VIEW, "data"),
    prevent_initial_call=True,
)
def draw_bar(text: str) -> tuple[list[Component], list[Component]]:
    """The controls and notices of the view now in force."""
    view = _view(text)
    return ([] if view is None else _bar(view)), notice_list(MULTICLOUD.read(text)[1])


@callback(Output(SIDES, "children"), Output(REGIONS, "children"), Input(VIEW, "data"))
def draw_sides(text: str) -> tuple[orjson.Fragment, orjson.Fragment]:
    """The providers side by side, and their regions."""
    scope, found = current_user.scope, services().multicloud
    columns = _drawn(SIDES, text, lambda v, p: sides.sides_card(v, found.sides(scope, v), p))
    regions = _drawn(REGIONS, text, lambda v, p: sides.region_card(v, found.sides(scope, v), p))
    return columns, regions


@callback(Output(CATEGORIES, "children"), Input(VIEW, "data"))
def draw_categories(text: str) -> orjson.Fragment:
    """The categories of services by provider."""
    scope, found = current_user.scope, services().multicloud
    return _drawn(
        CATEGORIES, text, lambda v, p: parts.category_card(v, found.categories(scope, v), p)
    )


@callback(Output(PRICES, "children"), Input(VIEW, "data"))
def draw_prices(text: str) -> orjson.Fragment:
    """What providers ask for the same."""
    scope, found = current_user.scope, services().prices
    return _drawn(PRICES, text, lambda v, p: parts.price_card(found.prices(scope, v), p))


@callback(Output(MONTHS, "children"), Output(GROWTH, "children"), Input(VIEW, "data"))
def draw_months(text: str) -> tuple[orjson.Fragment, orjson.Fragment]:
    """The last twelve months, as amounts and as an index."""
    scope, found = current_user.scope, services().multicloud
    amounts = _drawn(MONTHS, text, lambda v, p: months.months_card(found.courses(scope, v), p))
    growth = _drawn(GROWTH, text, lambda v, p: months.growth_card(found.courses(scope, v), p))
    return amounts, growth
