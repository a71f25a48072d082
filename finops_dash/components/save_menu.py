"""The menu of a cost page that keeps and shares what it shows, and the line of a saved view.

`share.js` sees the presses, and says what page and question stand in the URL.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from dash import Input, Output, callback, dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.markup import icon, menu
from finops_dash.components.places import OVERVIEW, Place, place_at
from finops_dash.components.since_note import since_note
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import main_currency
from finops_dash.domain.permissions import may
from finops_dash.domain.saved_view import SavedView, UnknownViewError
from finops_dash.domain.url import VIEW
from finops_dash.runtime import services
from finops_dash.services.since import CURRENCY
from finops_dash.services.views import WRITE

PLACE, LINE = "view-place", "view-line"
SAVING = (("save", "Save"), ("save-as", "Save as…"))
SHARING = (
    ("copy", "Copy link"),
    ("short", "Copy short link"),
)
DAYS = (("as-of", "Copy link as of now"), ("pin", "Pin dates"))


def save_menu(role: str, *, has_days: bool = True) -> Component:
    """The menu; without what the role may not do, and what takes a period of the page's own."""
    writes = may(role, WRITE)
    acts = (*(SAVING if writes else ()), *SHARING, *(DAYS if has_days else ()))
    items = [_item(what, words) for what, words in acts]
    words = "Save" if writes else "Share"
    return menu([icon("bookmark"), words], items, f"{words} this view", "save-menu")


def _item(what: str, words: str) -> Component:
    attributes: dict[str, Any] = {"data-share": what}
    return html.Button(words, className="menu-item", **attributes)


def view_line() -> Component:
    """Where the page says which saved view it was opened as; empty for any other link."""
    return html.Div([dcc.Store(PLACE), html.Div(id=LINE, className="view-line")])


@callback(Output(LINE, "children"), Input(PLACE, "data"), prevent_initial_call=True)
def draw_line(asked: object) -> list[Component]:
    """What there is to say about the link now in the URL."""
    place, search = where(asked)
    return [] if place is None else [*_saved(place, search), *_since(place, search)]


def where(asked: object) -> tuple[Place | None, str]:
    """The page and the query string that the browser says it shows; a browser may say anything."""
    told = asked if isinstance(asked, dict) else {}
    search = told.get("search")
    return place_at(told.get("path")), search if isinstance(search, str) else ""


def slug_in(search: str) -> str | None:
    """The view that the link was opened as; None where it names none."""
    from urllib.parse import parse_qs

    return next(iter(parse_qs(search.removeprefix("?")[-200:]).get(VIEW, [])), None)


def _saved(place: Place, search: str) -> list[Component]:
    slug = slug_in(search)
    if slug is None:
        return []
    try:
        view = services().views.find(current_user, slug)
    except UnknownViewError:
        words = "The saved view of this link is gone, or you have no access to it. What it shows is"
        return [html.Div(f"{words} in the link itself.", className="notice", role="status")]
    return [named(view, is_changed=place.canonical(search) != view.link)]


def _since(place: Place, search: str) -> list[Component]:
    """What has changed since the moment in the link; nothing for the data of now."""
    asked = place.read(search)[0]
    if asked.as_of is None:
        return []
    try:
        query, today = as_shown(place, asked)
        since = services().since.changed(current_user.scope, query, today, services().now())
    except FinOpsError:  # which the page's own answer says
        return []
    return [] if since is None else [since_note(place, asked, since)]


def as_shown(place: Place, asked: CostQuery) -> tuple[CostQuery, date]:
    """The question as its page answers it, and the day that it is resolved from.

    The overview shows whole days with data only; every page shows one currency at a time.
    """
    scope, today = current_user.scope, services().now().date()
    view = services().overview.view(scope, asked, today) if place == OVERVIEW else None
    if view is not None:
        return view.query, view.today
    if asked.currency or CURRENCY in asked.group_by:
        return asked, today
    return replace(asked, currency=main_currency(services().cost.currencies(scope))), today


def named(view: SavedView, *, is_changed: bool) -> Component:
    """The view's name, whose it is, and whether the page shows something else by now."""
    attributes: dict[str, Any] = {"data-title": view.name}
    whose = "yours" if view.is_mine else f"by {view.owner_name}"
    words: list[Any] = [html.Strong(view.name), f" · {whose} · {view.visibility.sentence()}"]
    if is_changed:
        words.append(html.Span(" · changed since it was saved", className="changed"))
    words += [" · ", dcc.Link("All views", href="/views")]
    return html.P([icon("bookmark"), html.Span(words)], className="view-name", **attributes)
