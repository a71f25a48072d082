"""The executive overview: what do we spend, is it on plan, what changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import orjson
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
    register_page,
)
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.drawing import drawn
from finops_dash.components.export_menu import export_menu
from finops_dash.components.figure_card import figure_card
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.kpi_card import headline, kpi_card, waiting_cards
from finops_dash.components.markup import aria
from finops_dash.components.notes import notes_for
from finops_dash.components.notices import notice_list
from finops_dash.components.overview import course, drill, shares
from finops_dash.components.places import OVERVIEW
from finops_dash.components.states import empty_tenant, say
from finops_dash.domain.cost_query import Compare
from finops_dash.domain.errors import QueryError
from finops_dash.domain.scope import Scope
from finops_dash.exports.table_csv import table_csv
from finops_dash.figures.base import Shades, steady
from finops_dash.runtime import services
from finops_dash.services.key_figures import KeyFigure
from finops_dash.services.overview import View
from finops_dash.shell import page_frame

register_page(__name__, path=OVERVIEW.path, title="Overview · FinOps Dash")

VIEW, BAR, NOTICES, DOWNLOAD = "overview-view", "overview-bar", "overview-notices", "overview-file"
HEADLINE, SPENT, AHEAD = "overview-headline", "overview-spent", "overview-ahead"
OWNED, SAVED, LOST = "overview-owned", "overview-saved", "overview-lost"
TREND, SERVICES, MOVERS = "overview-trend", "overview-services", "overview-movers"
GAUGE, ANOMALIES, HEAT = "overview-gauge", "overview-anomalies", "overview-heat"
CALENDAR, DRILL, RESOURCES = "overview-calendar", "overview-drill", "overview-resources"


def layout(**query: str | list[str]) -> Component:
    """The view its URL describes; what the URL got wrong becomes a notice."""
    asked, notices = OVERVIEW.read(query)
    scope, today = current_user.scope, services().now().date()
    view = services().overview.view(scope, asked, today)
    if view is None:
        return page_frame("Overview", html.Div(notice_list(notices)), empty_tenant(scope))
    bar = _bar(view)
    return page_frame(
        "Overview",
        html.Div(bar, id=BAR, className="filter-bar", role="group", **aria(label="What is shown")),
        html.Div(notice_list(notices), id=NOTICES),
        dcc.Store(VIEW, data=OVERVIEW.href(view.asked).partition("?")[2]),
        dcc.Download(DOWNLOAD),
        *_cards(),
        store=VIEW,
    )


def _bar(view: View) -> list[Component]:
    """The controls, and what can be taken along: the cost by service and day, and its lines."""
    scope, today = current_user.scope, services().now().date()
    lines = replace(view.query, compare=Compare.NONE)
    shown = replace(lines, group_by=("service",), grain=view.grain)
    return [
        *filter_bar(OVERVIEW, view.asked, services().cost.currencies(scope), today),
        export_menu(shown, scope.tenant_slug, lines),
    ]


def _cards() -> list[Component]:
    cards = [
        figure_card("Cost over time", TREND, course.TREND, 8),
        figure_card("Where it goes", SERVICES, shares.BREAKDOWN, 4),
        figure_card("What changed", MOVERS, shares.MOVERS, 4),
        figure_card("Who owns it", GAUGE, shares.GAUGE, 4),
        figure_card("What stood out", ANOMALIES, shares.MOVERS, 4),
        figure_card("Service by day", HEAT, course.HEAT, 8),
        figure_card("Calendar", CALENDAR, course.CALENDAR, 4),
        figure_card("Drill down", DRILL, drill.TREEMAP, 6),
        figure_card("Dearest resources", RESOURCES, drill.GRID, 6),
    ]
    numbers = [
        html.Div(waiting_cards(count), id=name, className="kpi-group")
        for name, count in ((SPENT, 1), (AHEAD, 3), (OWNED, 1), (SAVED, 1), (LOST, 2))
    ]
    return [
        html.Div(html.P("\u00a0", className="headline"), id=HEADLINE, **aria(live="polite")),
        html.Section(numbers, className="kpis", **aria(label="Key figures")),
        html.Div(cards, className="figures"),
    ]


def _drawn(
    name: str, text: str, draw: Callable[[View], Any], also: Hashable = None
) -> orjson.Fragment:
    """What `draw` makes of the view in the URL, kept until new data or a new forecast comes.

    `also` is what else it depends on.
    """
    scope, today = current_user.scope, services().now().date()
    asked, _ = OVERVIEW.read(text)

    def drawing() -> Any:  # noqa: ANN401 - whatever Dash shows
        view = services().overview.view(scope, asked, today)
        try:
            return [] if view is None else draw(view)
        except QueryError as error:  # of a part that cannot be had as of an earlier moment
            return say(str(error))

    key = (OVERVIEW.href(asked), today, services().forecasts.stamp(scope), also)
    return drawn(services().cost, scope, name, key, drawing)


def _shades(dimension: str) -> Shades:
    """The colours that the dimension's values have on every page."""
    found, today = services().exploration, services().now().date()
    return steady(found.dearest(current_user.scope, dimension, today))


def _key_figures(
    name: str, text: str, *asked: Callable[[Scope, View], KeyFigure]
) -> orjson.Fragment:
    scope = current_user.scope

    def cards(view: View) -> list[Component]:
        return [kpi_card(figure(scope, view), view.currency) for figure in asked]

    return _drawn(name, text, cards)


@callback(
    Output(BAR, "children"),
    Output(NOTICES, "children"),
    Input(VIEW, "data"),
    prevent_initial_call=True,
)
def draw_bar(text: str) -> tuple[orjson.Fragment, list[Component]]:
    """The controls and notices of the view now in force."""
    return _drawn(BAR, text, _bar), notice_list(OVERVIEW.read(text)[1])


@callback(
    Output(HEADLINE, "children"),
    Output(SPENT, "children"),
    Output(AHEAD, "children"),
    Input(VIEW, "data"),
)
def draw_spending(text: str) -> tuple[orjson.Fragment, orjson.Fragment, orjson.Fragment]:
    """What is spent and where it is heading: the sentence and four figures."""
    scope, figures = current_user.scope, services().key_figures

    def sentence(view: View) -> Component:
        return headline(figures.spend(scope, view), figures.month_end(scope, view), view.currency)

    ahead = (figures.month_end, figures.run_rate, figures.month_to_date)
    return (
        _drawn(HEADLINE, text, sentence),
        _key_figures(SPENT, text, figures.spend),
        _key_figures(AHEAD, text, *ahead),
    )


@callback(
    Output(OWNED, "children"),
    Output(GAUGE, "children"),
    Output(SAVED, "children"),
    Input(VIEW, "data"),
)
def draw_worth(text: str) -> tuple[orjson.Fragment, orjson.Fragment, orjson.Fragment]:
    """The share of cost that names an owner, and how cheaply it is bought."""
    scope, found = current_user.scope, services()

    def gauge(view: View) -> course.Card:
        return shares.gauge_card(view, found.overview.owners(scope, view))

    return (
        _key_figures(OWNED, text, found.key_figures.allocated),
        _drawn(GAUGE, text, gauge),
        _key_figures(SAVED, text, found.key_figures.savings_rate),
    )


@callback(Output(LOST, "children"), Output(ANOMALIES, "children"), Input(VIEW, "data"))
def draw_lost(text: str) -> tuple[orjson.Fragment, orjson.Fragment]:
    """What nobody planned, and what nobody used."""
    scope, found = current_user.scope, services()

    def card(view: View) -> course.Card:
        figure = found.key_figures.anomalies(scope, view)
        return shares.anomalies_card(view, figure, found.overview.anomalies(scope, view))

    figures = _key_figures(LOST, text, found.key_figures.anomalies, found.key_figures.idle)
    return figures, _drawn(ANOMALIES, text, card)


@callback(Output(TREND, "children"), Input(VIEW, "data"))
def draw_trend(text: str) -> orjson.Fragment:
    """Cost over time with its comparison, forecast, anomalies and notes."""
    scope, overview = current_user.scope, services().overview
    found = overview.view(scope, OVERVIEW.read(text)[0], services().now().date())
    notes = notes_for(found.query, found.shown_days) if found else ()

    def card(view: View) -> course.Card:
        ahead = overview.ahead(scope, view) if view.shows_the_end else ("", ())
        episodes = overview.anomalies(scope, view) if view.is_daily else ()
        answers = overview.by_service(scope, view), overview.course_before(scope, view)
        today = overview.so_far_today(scope, view)
        return course.trend_card(view, answers, today, ahead, episodes, notes, scope.role)

    return _drawn(TREND, text, card, notes)


@callback(Output(SERVICES, "children"), Output(MOVERS, "children"), Input(VIEW, "data"))
def draw_services(text: str) -> tuple[orjson.Fragment, orjson.Fragment]:
    """The services the cost goes to, and those that changed most."""
    scope, overview = current_user.scope, services().overview

    def changed(view: View) -> course.Card:
        answer, before = overview.by_service(scope, view), overview.services_before(scope, view)
        return shares.movers_card(view, answer, before)

    def parts(view: View) -> course.Card:
        return shares.breakdown_card(view, overview.by_service(scope, view), _shades("service"))

    return _drawn(SERVICES, text, parts), _drawn(MOVERS, text, changed)


@callback(Output(HEAT, "children"), Output(CALENDAR, "children"), Input(VIEW, "data"))
def draw_days(text: str) -> tuple[orjson.Fragment, orjson.Fragment]:
    """The days of the period: by the dearest services, and as a calendar."""
    scope, overview = current_user.scope, services().overview
    heat = _drawn(HEAT, text, lambda v: course.heat_card(v, overview.by_service(scope, v)))
    calendar = _drawn(
        CALENDAR, text, lambda v: course.calendar_card(v, overview.by_service(scope, v))
    )
    return heat, calendar


@callback(Output(DRILL, "children"), Input(VIEW, "data"))
def draw_drill(text: str) -> orjson.Fragment:
    """One level of provider → account → service → resource."""
    scope, overview = current_user.scope, services().overview

    def card(view: View) -> course.Card:
        level, answer = overview.drill(scope, view)
        return drill.drill_card(view, level, answer, _shades(level))

    return _drawn(DRILL, text, card)


@callback(Output(RESOURCES, "children"), Input(VIEW, "data"))
def draw_resources(text: str) -> orjson.Fragment:
    """The dearest resources."""
    scope, overview = current_user.scope, services().overview
    return _drawn(
        RESOURCES, text, lambda v: drill.resources_card(v, overview.top_resources(scope, v))
    )


@callback(
    Output(DOWNLOAD, "data"),
    Input(drill.CSV_BUTTON, "n_clicks"),
    State(VIEW, "data"),
    prevent_initial_call=True,
)
def download_resources(clicks: int | None, text: str) -> Any:  # noqa: ANN401 - a file or no_update
    """The dearest resources as a file."""
    scope = current_user.scope
    view = services().overview.view(scope, OVERVIEW.read(text)[0], services().now().date())
    if not clicks or view is None:
        return no_update
    answer = services().overview.top_resources(scope, view)
    names = ("resource_name", "service", "sub_account", answer.query.measure)
    head = (*names[:3], f"{names[3]}_{view.currency}")
    file = table_csv(head, ([row[name] for name in names] for row in answer.rows))
    days = answer.days
    return {"content": file, "filename": f"dearest-resources-{days.start}-{days.last}.csv"}


clientside_callback(
    ClientsideFunction("finops", "sweep"), Input({"kind": "graph", "name": "who-owns-it"}, "figure")
)
