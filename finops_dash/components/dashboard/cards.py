"""The cards of a dashboard: their frames, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from secrets import token_hex
from typing import Any

import orjson
from dash import dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.dashboard.controls import FIGURE_NAMES
from finops_dash.components.drawing import drawn
from finops_dash.components.explorer.answer import notes_on, pictured, refused, settled
from finops_dash.components.explorer.picture import Seen
from finops_dash.components.kpi_card import kpi_card
from finops_dash.components.markup import aria, icon
from finops_dash.components.places import EXPLORER, opened_as, read_explored
from finops_dash.components.states import say
from finops_dash.domain.cost_query import LAST_30_DAYS, Compare, CostQuery
from finops_dash.domain.dashboard import Card, Dashboard, Figure, Kind, within
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.look import Look
from finops_dash.domain.saved_view import SavedView, UnknownViewError
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.runtime import services
from finops_dash.services.key_figures import KeyFigure, KeyFigures
from finops_dash.services.overview import View

GONE = "View not found"
FIGURES: dict[Figure, Callable[[KeyFigures, Scope, View], KeyFigure]] = {
    Figure.SPEND: KeyFigures.spend,
    Figure.MONTH_END: KeyFigures.month_end,
    Figure.RUN_RATE: KeyFigures.run_rate,
    Figure.MONTH_TO_DATE: KeyFigures.month_to_date,
    Figure.ALLOCATED: KeyFigures.allocated,
    Figure.SAVINGS_RATE: KeyFigures.savings_rate,
    Figure.ANOMALIES: KeyFigures.anomalies,
    Figure.IDLE: KeyFigures.idle,
}


def frames(shown: Dashboard, views: Mapping[str, SavedView]) -> list[Component]:
    """The cards without what stands in them; `views` are those that the person sees, by slug.

    Each time they are new to the browser, which may have moved or hidden those before them.
    """
    drawing = token_hex(4)
    return [
        _frame(card, place, f"{drawing} {place}", views) for place, card in enumerate(shown.cards)
    ]


def _frame(card: Card, place: int, key: str, views: Mapping[str, SavedView]) -> Component:
    """The frame: a handle to move it by, its title, its way onward, a handle to size it by."""
    name, href = _title(card, views)
    heading = html.H2(dcc.Link(name, href=href) if href else name)
    attributes: dict[str, Any] = {"data-card": card.text, "data-name": name}
    return html.Section(
        [
            html.Div([_grip(name), heading, _remover(name)], className="card-head"),
            html.Div(
                html.Div(className="skeleton"),
                id={"kind": "card", "place": place},
                className="card-body",
            ),
            dcc.Store(id={"kind": "card-asked", "place": place}, data=card.text),
            _sizer(name),
        ],
        className=f"card-figure board-card {card.kind}",
        style={"--columns": card.columns, "--rows": card.rows},
        key=key,
        **attributes,
    )


def _grip(name: str) -> Component:
    label = aria(label=f"Move: {name}", description="Arrow keys move the card, or drag it.")
    return html.Button(icon("grip-vertical"), className="icon-button card-grip", **label)


def _sizer(name: str) -> Component:
    label = aria(label=f"Size: {name}", description="Arrow keys size the card, or drag its corner.")
    return html.Button(icon("arrows-angle-expand"), className="icon-button card-sizer", **label)


def _remover(name: str) -> Component:
    label = aria(label=f"Remove: {name}")
    return html.Button(icon("x-lg"), className="icon-button card-remover", **label)


def _title(card: Card, views: Mapping[str, SavedView]) -> tuple[str, str]:
    """What the card is called, and where its title leads."""
    if card.kind is Kind.FIGURE:
        return FIGURE_NAMES[Figure(card.what)], ""
    if card.kind is Kind.VIEW:
        view = views.get(card.what)
        return (view.name, opened_as(view.link, view.slug)) if view else (GONE, "")
    title, query, look = card.asked
    return title or query.sentence(), EXPLORER.seen(look).href(query)


def body(card: Card, place: int, board: CostQuery) -> orjson.Fragment | list[Component]:
    """What stands in a card, of the dashboard's period, currency and filters."""
    try:
        if card.kind is Kind.FIGURE:
            return _figure(Figure(card.what), board)
        query, look = _asked(card)
        return _picture(settled(within(query, board), look), f"card-{place}")
    except FinOpsError as error:
        return [say(str(error))]


def _asked(card: Card) -> tuple[CostQuery, Look]:
    """The question of the card; `UnknownViewError` for a view that this person may not see."""
    if card.kind is Kind.ASK:
        return card.asked[1:]
    view = services().views.find(current_user, card.what)
    if view.path != EXPLORER.path:
        raise UnknownViewError
    return read_explored(view.query)[:2]


def _picture(seen: Seen, name: str) -> orjson.Fragment:
    named, notes = replace(seen, name=name), notes_on(seen)

    def draw() -> list[Component]:
        try:
            return pictured(named, notes) or [say("No cost for this filter and period.")]
        except FinOpsError as error:
            return refused(named, error)

    key = (EXPLORER.seen(seen.look).href(seen.query), seen.today, name, notes)
    return drawn(services().cost, current_user.scope, "card", key, draw)


def of_figures(board: CostQuery) -> CostQuery:
    """What the key figures of a dashboard are asked with."""
    return within(CostQuery(period=LAST_30_DAYS, compare=Compare.PREVIOUS_PERIOD), board)


def _figure(figure: Figure, board: CostQuery) -> orjson.Fragment:
    """A key figure, of the last thirty days unless the dashboard has a period."""
    scope, today = current_user.scope, services().now().date()
    query = of_figures(board)

    def draw() -> list[Component]:
        view = services().overview.view(scope, query, today)
        if view is None:
            return [say("No data yet.")]
        try:
            return [kpi_card(FIGURES[figure](services().key_figures, scope, view), view.currency)]
        except FinOpsError as error:
            return [say(str(error))]

    key = (figure, to_url(query), today, services().forecasts.stamp(scope))
    return drawn(services().cost, scope, "figure", key, draw)
