"""The panel behind the Save menu: names a view, or gives the link to what is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash import no_update as unchanged
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.link_box import link_box
from finops_dash.components.markup import minute
from finops_dash.components.places import Place, opened_as
from finops_dash.components.save_menu import as_shown, slug_in, where
from finops_dash.components.toast import TOAST, said
from finops_dash.components.view_form import Fields, trouble, view_form, wording_of
from finops_dash.domain.comparison import moves, pinned
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.saved_view import SavedView, UnknownViewError, Visibility
from finops_dash.runtime import services
from finops_dash.services.views import may_change

PANEL, TITLE, BODY, ASKED, GO = (
    "share-panel",
    "share-title",
    "share-body",
    "share-asked",
    "share-go",
)
FORM = Fields.of("save")


def share_panel() -> Component:
    """The panel, closed; one for all pages of the frame."""
    panel = dbc.Modal(
        [
            dbc.ModalHeader(html.H2("Save", id=TITLE)),
            dbc.ModalBody(id=BODY),
        ],
        id=PANEL,
        labelledby=TITLE,
        is_open=False,
    )
    return html.Div([dcc.Store(ASKED), dcc.Store(GO), panel])


@callback(
    Output(PANEL, "is_open"),
    Output(TITLE, "children"),
    Output(BODY, "children"),
    Output(GO, "data"),
    # The toast is everybody's who has something to say.
    Output(TOAST, "children", allow_duplicate=True),
    Input(ASKED, "data"),
    prevent_initial_call=True,
)
def answer(asked: object) -> tuple[Any, Any, Any, Any, Any]:
    """What the pressed item of the menu does: open the panel, go somewhere, say something."""
    place, search = where(asked)
    what = asked.get("what") if isinstance(asked, dict) else None
    if place is None or not isinstance(what, str):
        return unchanged, unchanged, unchanged, unchanged, unchanged
    acts = {
        "save": _saved,
        "copy": _copied,
        "short": _shortened,
        "as-of": _as_of_now,
        "pin": _pinned,
    }
    try:
        return acts[what](place, search) if what in acts else _form()
    except FinOpsError as error:
        return True, "This cannot be done", [trouble(error)], unchanged, unchanged


def _saved(place: Place, search: str) -> tuple[Any, Any, Any, Any, Any]:
    """The view that the page was opened as shows this from now on; else it wants a name first."""
    view = _opened(search)
    if view is None or not may_change(current_user, view):
        return _form(view)
    kept = services().views.save_over(current_user, view.slug, place.canonical(search))
    words = f"“{kept.name}” shows this from now on."
    if kept == view:
        words = f"“{kept.name}” shows this already."
    return False, unchanged, unchanged, opened_as(kept.link, kept.slug), said(words)


def _opened(search: str) -> SavedView | None:
    try:
        return services().views.find(current_user, slug_in(search))
    except UnknownViewError:
        return None


def _form(others: SavedView | None = None) -> tuple[Any, Any, Any, Any, Any]:
    words = []
    if others is not None:
        whose = (
            f"“{others.name}” is {others.owner_name}'s. Save what you see as a view of your own."
        )
        words = [html.P(whose)]
    form = view_form(FORM, None, "Save view")
    return True, "Save as a view", [*words, form], unchanged, unchanged


def _copied(place: Place, search: str) -> tuple[Any, Any, Any, Any, Any]:
    """The link to what is shown; a shorter one is offered where it is long."""
    view = _shared_as(place, search)
    link = place.canonical(search)
    href = opened_as(link, view.slug) if view else link.href
    words = "Its dates move with the day it is opened on."
    words = words if moves(place.read(search)[0]) else "Its dates are fixed."
    return _panel("Link", link_box(href, words))


def _shortened(place: Place, search: str) -> tuple[Any, Any, Any, Any, Any]:
    """A short link to the same; the same for everybody who asks for it."""
    view = _shared_as(place, search)
    link = place.canonical(search)
    slug = view.slug if view else services().short_links.slug(current_user, link)
    words = "It opens what you see now, for people of your tenant, under their own rights."
    return _panel("Short link", link_box(f"/s/{slug}", words))


def _shared_as(place: Place, search: str) -> SavedView | None:
    """The view for the whole tenant that the page shows just as it was saved."""
    view = _opened(search)
    is_shared = view is not None and view.visibility is Visibility.TENANT
    return view if is_shared and view and view.link == place.canonical(search) else None


def _as_of_now(place: Place, search: str) -> tuple[Any, Any, Any, Any, Any]:
    """A link that shows for good what is shown now: these days, and the data as they stand."""
    now = services().now().replace(microsecond=0)
    query = replace(_with_days(place, search), as_of=now)
    words = (
        f"It shows these days with the data as of {minute(now)}, and says what has changed since."
    )
    return _panel("Link as of now", link_box(place.link(query, search).href, words))


def _pinned(place: Place, search: str) -> tuple[Any, Any, Any, Any, Any]:
    """The page with days instead of a period that moves."""
    query = place.read(search)[0]
    if not moves(query):
        words = "The dates are fixed already."
        return False, unchanged, unchanged, unchanged, said(words)
    fixed = _with_days(place, search)
    words = f"The dates are pinned: {fixed.period.sentence()}. Copy the link or save the view."
    return False, unchanged, unchanged, place.link(fixed, search).href, said(words)


def _with_days(place: Place, search: str) -> CostQuery:
    """The question with its days, as the page counts them."""
    asked = place.read(search)[0]
    return pinned(asked, as_shown(place, asked)[1])


def _panel(title: str, *body: Component) -> tuple[Any, Any, Any, Any, Any]:
    return True, title, list(body), unchanged, unchanged


@callback(
    Output(FORM.trouble, "children"),
    Output(PANEL, "is_open", allow_duplicate=True),  # closed by its own form
    Output(GO, "data", allow_duplicate=True),
    Output(TOAST, "children", allow_duplicate=True),
    Input(FORM.done, "n_clicks"),
    Input(FORM.name, "n_submit"),
    State(FORM.name, "value"),
    State(FORM.description, "value"),
    State(FORM.visibility, "value"),
    State(ASKED, "data"),
    prevent_initial_call=True,
)
def save(  # noqa: PLR0913 - the fields of the form
    clicks: int | None,
    entered: int | None,
    name: object,
    description: object,
    visibility: object,
    asked: object,
) -> tuple[Any, Any, Any, Any]:
    """Keep what the page shows as a view, and show it as that."""
    place, search = where(asked)
    if not (clicks or entered) or place is None:
        return unchanged, unchanged, unchanged, unchanged
    try:
        wording = wording_of(name, description, visibility)
        view = services().views.save(current_user, place.canonical(search), wording)
    except FinOpsError as error:
        return trouble(error), unchanged, unchanged, unchanged
    toast = said(f"Saved as “{view.name}”. ", dcc.Link("All views", href="/views"))
    return [], False, opened_as(view.link, view.slug), toast


clientside_callback(
    ClientsideFunction("share", "arrive"), Input(GO, "data"), prevent_initial_call=True
)
