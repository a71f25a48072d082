"""The panel behind the Save menu: names a view, or says how saving went."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash import no_update as unchanged
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.places import Place, opened_as
from finops_dash.components.save_menu import slug_in, where
from finops_dash.components.toast import TOAST, said
from finops_dash.components.view_form import Fields, trouble, view_form, wording_of
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.saved_view import SavedView, UnknownViewError
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
    if place is None:
        return unchanged, unchanged, unchanged, unchanged, unchanged
    try:
        return _saved(place, search) if what == "save" else _form()
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
