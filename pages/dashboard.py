"""Dashboards: cards on a grid, arranged by whoever saves them, and three to begin with."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson
from dash import (
    MATCH,
    Input,
    NoUpdate,
    Output,
    State,
    callback,
    ctx,
    dcc,
    html,
    no_update,
    register_page,
)
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.dashboard import controls
from finops_dash.components.dashboard.cards import body, frames
from finops_dash.components.dashboard.templates import TEMPLATES
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.places import DASHBOARD, EXPLORER, dashboard_of, opened_as
from finops_dash.components.states import empty_tenant
from finops_dash.domain.dashboard import OWN_PERIODS, Dashboard, read_cards, read_dashboard
from finops_dash.domain.saved_view import SavedView
from finops_dash.domain.url import from_url, to_url
from finops_dash.runtime import services
from finops_dash.shell import page_frame

register_page(__name__, path=DASHBOARD.path, title="Dashboards · FinOps Dash")

VIEW, ARRANGED, BAR, GRID = "board-view", "board-arranged", "board-bar", "board"
ASKED, DRAWN = "board-asked", "board-drawn"


def layout(**query: str | list[str]) -> Component:
    """The frame of the dashboard in the URL; callbacks draw its controls and its cards."""
    scope = current_user.scope
    if not services().cost.currencies(scope):
        return page_frame("Dashboards", empty_tenant(scope))
    return page_frame(
        "Dashboards",
        html.Div(id=BAR, className="board-bar", role="group", **aria(label="What is shown")),
        dcc.Store(VIEW, data=urlencode(query, doseq=True)),
        dcc.Store(ARRANGED),  # the query string as the cards were moved in the browser
        dcc.Store(ASKED),  # what all cards are asked with
        dcc.Store(DRAWN, data=[]),  # the cards that stand there
        html.Div(id="board-said", className="visually-hidden", **aria(live="polite")),
        html.Div(id=GRID, className="board"),
        store=VIEW,
        has_days=False,
    )


def _read(text: object) -> tuple[Dashboard, list[Component]]:
    shown, notices = read_dashboard(text if isinstance(text, str) else "")
    return shown, notice_list(notices)


@callback(Output(BAR, "children"), Input(VIEW, "data"), Input(ARRANGED, "data"))
def draw_bar(text: object, arranged: object) -> list[Component]:
    """The controls of the dashboard as it stands now; none before there is one."""
    shown, notices = _read(arranged if ctx.triggered_id == ARRANGED else text)
    if not shown.cards:
        return notices
    scope, cost = current_user.scope, services().cost
    pictures = [view for view in _views() if view.path == EXPLORER.path]
    today = services().now().date()
    currencies, tags = cost.currencies(scope), cost.tag_keys(scope)
    bar = controls.bar(shown, pictures, currencies, tags, today, scope.tenant_slug)
    return [*bar, *notices]


def _views() -> tuple[SavedView, ...]:
    return services().views.listed(current_user)


@callback(
    Output(GRID, "children"),
    Output(DRAWN, "data"),
    Output(ASKED, "data"),
    Input(VIEW, "data"),
    State(DRAWN, "data"),
)
def draw_board(text: object, drawn: object) -> tuple[list[Component] | NoUpdate, list[str], str]:
    """The frames of the cards, or what there is to begin with; cards that are there stay."""
    shown, _ = _read(text)
    cards, asked = [card.text for card in shown.cards], to_url(shown.query, OWN_PERIODS)
    if cards and cards == drawn:
        return no_update, cards, asked
    views = _views()
    if cards:
        return frames(shown, {view.slug: view for view in views}), cards, asked
    return _start([view for view in views if view.path == DASHBOARD.path]), cards, asked


def _start(saved: list[SavedView]) -> list[Component]:
    """The dashboards that are saved, and those to begin with."""
    mine = [_entry(view.name, view.description, opened_as(view.link, view.slug)) for view in saved]
    begun = [
        _entry(template.name, template.sentence, dashboard_of(template.cards).href(OWN_PERIODS))
        for template in TEMPLATES
    ]
    nothing = html.P("None yet: begin with one of those below, arrange it, and save it.")
    return [
        html.Section(
            [html.H2("Saved dashboards"), html.Div(mine or nothing, className="board-starts")]
        ),
        html.Section([html.H2("To begin with"), html.Div(begun, className="board-starts")]),
    ]


def _entry(name: str, sentence: str, href: str) -> Component:
    return dcc.Link([html.Strong(name), html.Span(sentence)], href=href, className="board-start")


@callback(
    Output({"kind": "card", "place": MATCH}, "children"),
    Input({"kind": "card-asked", "place": MATCH}, "data"),
    Input(ASKED, "data"),
)
def draw_card(text: object, asked: object) -> orjson.Fragment | list[Component]:
    """What stands in one card."""
    cards, notices = read_cards([text] if isinstance(text, str) else [])
    if not cards:
        return notice_list(notices)
    board, _ = from_url(asked if isinstance(asked, str) else "", OWN_PERIODS)
    place = ctx.outputs_grouping["id"]["place"]
    return body(cards[0], place if isinstance(place, int) else 0, board)
