"""What a dashboard is chosen and changed with: its period and filters, cards to add, arranging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dash import html
from dash.development.base_component import Component

from finops_dash.components.explorer.filters import filters
from finops_dash.components.export_menu import export_menu
from finops_dash.components.filter_bar import (
    PRESETS,
    capitalised,
    choice,
    currency_menu,
    day_picker,
)
from finops_dash.components.markup import aria, icon, menu
from finops_dash.components.places import DASHBOARD, EXPLORER, Place, dashboard_of, view_link
from finops_dash.domain.cost_query import LAST_30_DAYS, CostQuery
from finops_dash.domain.dashboard import MOST_CARDS, OWN_PERIODS, Card, Dashboard, Figure, Kind
from finops_dash.domain.money import main_currency
from finops_dash.domain.period import Period
from finops_dash.domain.saved_view import SavedView

KIND_NAMES = {Kind.FIGURE: "key figure", Kind.VIEW: "saved view", Kind.ASK: "picture"}
OWN = "Each card’s own"
FIGURE_NAMES = {
    Figure.SPEND: "Spend",
    Figure.MONTH_END: "Month-end forecast",
    Figure.RUN_RATE: "Run rate per day",
    Figure.MONTH_TO_DATE: "Month to date",
    Figure.ALLOCATED: "Allocated",
    Figure.SAVINGS_RATE: "Effective savings rate",
    Figure.ANOMALIES: "Anomalies’ impact",
    Figure.IDLE: "Idle commitments",
}


def cards_in_words(shown: Dashboard) -> str:
    """How many cards of which kind a dashboard has, and the filters on all of them."""
    counts = Counter(card.kind for card in shown.cards)
    words = [
        f"{counts[kind]} {name if counts[kind] == 1 else f'{name}s'}"
        for kind, name in KIND_NAMES.items()
        if counts[kind]
    ]
    filters = [item.sentence() for item in shown.query.filters]
    return "; ".join([", ".join(words) or "No cards", *filters])


def bar(  # noqa: PLR0913 - what a bar is made of
    shown: Dashboard,
    views: Sequence[SavedView],
    currencies: tuple[str, ...],
    tags: Sequence[str],
    today: date,
    tenant: str,
) -> list[Component]:
    """The menus and filters of a dashboard; `views` are those that a card can show."""
    place, query = dashboard_of(shown.cards), shown.query
    settled = replace(query, currency=query.currency or main_currency(currencies))
    arrange = html.Button(
        [icon("arrows-move"), " Arrange"],
        className="plain-button",
        **{"data-arrange": "", **aria(pressed="false")},
    )
    return [
        html.Div(
            [
                _periods(place, query, today),
                *currency_menu(place, settled, currencies),
                _adder(shown, views),
                arrange,
                view_link("Start anew", DASHBOARD.path, "push", className="link-button"),
                export_menu(None, tenant),
            ],
            className="filter-bar",
        ),
        html.Div(filters(place, query, tags), className="filter-bar pills"),
    ]


def _periods(place: Place, query: CostQuery, today: date) -> Component:
    own = replace(query, period=OWN_PERIODS.period)
    items = [
        choice(place, OWN, own, query),
        *(
            choice(place, capitalised(Period(token)), replace(query, period=Period(token)), query)
            for token in PRESETS
        ),
    ]
    is_own = query.period == OWN_PERIODS.period
    span = (LAST_30_DAYS if is_own else query.period).resolve(today)
    words = OWN if is_own else capitalised(query.period)
    label = [html.Span("Period", className="menu-name"), html.Span(words)]
    return menu(label, [*items, day_picker(place, "period", span, today)], f"Period: {words}")


def _adder(shown: Dashboard, views: Sequence[SavedView]) -> Component:
    """Links that put a card at the end: a key figure, or a saved view of the explorer."""
    label = [icon("plus-lg"), html.Span("Add a card")]
    if len(shown.cards) >= MOST_CARDS:
        full = html.P(f"{MOST_CARDS} cards are as many as fit.", className="menu-words")
        return menu(label, [full], "Add a card")
    figures = [
        _addition(shown, Card(Kind.FIGURE, figure, 3, 2), name)
        for figure, name in FIGURE_NAMES.items()
    ]
    pictures = [_addition(shown, Card(Kind.VIEW, view.slug, 6, 6), view.name) for view in views]
    if not pictures:
        explorer = html.A("explorer", href=EXPLORER.path)
        words: list[str | Component] = ["Save a view on the ", explorer, " first."]
        pictures = [html.P(words, className="menu-words")]
    items = [
        html.Div("Key figures", className="menu-title inside"),
        *figures,
        html.Div("Saved views", className="menu-title inside"),
        *pictures,
    ]
    return menu(label, items, "Add a card", "tall")


def _addition(shown: Dashboard, card: Card, name: str) -> Component:
    place = dashboard_of((*shown.cards, card))
    return view_link(name, place.href(shown.query), "push", className="menu-item")
