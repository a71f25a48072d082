"""Saved views: what there is to open, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, callback, dcc, html, register_page
from dash import no_update as unchanged
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.toast import TOAST, act_button, said
from finops_dash.components.view_form import Fields, trouble, view_form, wording_of
from finops_dash.components.view_list import bin_list, history, view_list
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.saved_view import SavedView, ViewRefusedError
from finops_dash.runtime import services
from finops_dash.services.views import may_change
from finops_dash.shell import page_frame

register_page(__name__, path="/views", title="Views · FinOps Dash")

SHOW, LIST, ASKED, PANEL = "views-show", "views-list", "views-asked", "views-panel"
TITLE, BODY = "views-title", "views-body"
FORM = Fields.of("edit")
Keep = Callable[[SavedView], bool]
SHOWN: dict[str, tuple[str, Keep]] = {
    "all": ("All", lambda _: True),
    "starred": ("Starred", lambda view: view.starred),
    "mine": ("Mine", lambda view: view.is_mine),
}


def layout(show: object = "all", **query: str | list[str]) -> Component:
    """The views that the person may see; a link can narrow them with `show`."""
    wrong = [f"“{key}” was left out: this page knows show={'|'.join(SHOWN)}." for key in query]
    if not isinstance(show, str) or show not in SHOWN:
        wrong.append(f"“show={show}” was left out: choose one of {', '.join(SHOWN)}.")
        show = "all"
    panel = dbc.Modal(
        [dbc.ModalHeader(html.H2("View", id=TITLE)), dbc.ModalBody(id=BODY)],
        id=PANEL, labelledby=TITLE, is_open=False, size="lg", scrollable=True,
    )  # fmt: skip
    return page_frame(
        "Views",
        *notice_list(wrong),
        html.P("Pages and questions under a name. A view shows today's data to whoever opens it."),
        _choices(show),
        dcc.Store(SHOW, data=show),
        dcc.Store(ASKED),
        html.Div(_list(show), id=LIST),
        panel,
    )


def _choices(show: str) -> Component:
    links = [
        html.Span(words, className="chip chosen", **aria(current="page"))
        if name == show
        else dcc.Link(words, href=f"/views?show={name}", className="chip")
        for name, (words, _) in SHOWN.items()
    ]
    return html.Nav(links, className="cuts", **aria(label="Which views"))


def _list(show: object) -> list[Component]:
    found = services().views.listed(current_user)
    kept = [view for view in found if SHOWN[show if show in SHOWN else "all"][1](view)]
    shown: Component = view_list(kept, current_user) if kept else _nothing(bool(found))
    return [shown, *bin_list(services().views.binned(current_user))]


def _nothing(has_others: bool) -> Component:  # noqa: FBT001 - one private state
    words = (
        "None of the views is among these."
        if has_others
        else "No view has been saved yet. On any page of cost, press “Save” beside the title."
    )
    onward = dcc.Link("Go to the explorer", href="/explorer", className="button")
    return html.Div([html.P(words), onward], className="empty first")


@callback(
    Output(LIST, "children"),
    Output(PANEL, "is_open"),
    Output(TITLE, "children"),
    Output(BODY, "children"),
    # The toast is everybody's who has something to say.
    Output(TOAST, "children", allow_duplicate=True),
    Input(ASKED, "data"),
    State(SHOW, "data"),
    prevent_initial_call=True,
)
def act(asked: object, show: object) -> tuple[Any, Any, Any, Any, Any]:
    """Do what was pressed: change the list, or open the panel on one view."""
    told = asked if isinstance(asked, dict) else {}
    name, slug = str(told.get("act")), told.get("slug")
    if asked is None:  # the page has just come, with the list that stands there
        return unchanged, unchanged, unchanged, unchanged, unchanged
    try:
        if name == "edit":
            return unchanged, *_edit(slug), unchanged
        if name == "versions":
            return unchanged, *_history(slug), unchanged
        if name == "restore":
            restored = _restore(slug, told.get("version"))
            return _list(show), *_history(slug), restored
        toast = _ACTS[name](slug) if name in _ACTS else unchanged
    except FinOpsError as error:
        return _list(show), unchanged, unchanged, unchanged, said(str(error))
    return _list(show), unchanged, unchanged, unchanged, toast


def _edit(slug: object) -> tuple[bool, str, list[Component]]:
    view = services().views.find(current_user, slug)
    if not may_change(current_user, view):
        message = f"“{view.name}” is {view.owner_name}'s: open it and save it as your own."
        raise ViewRefusedError(message)
    return True, "Edit view", [view_form(FORM, view.wording, "Save changes")]


def _history(slug: object) -> tuple[bool, str, list[Component]]:
    view = services().views.find(current_user, slug)
    versions = services().views.versions(current_user, slug)
    return True, f"Versions of “{view.name}”", history(view, versions, current_user)


def _restore(slug: object, version: object) -> Component:
    number = int(version) if isinstance(version, str) and version.isdecimal() else 0
    view = services().views.restore(current_user, slug, min(number, 2**31 - 1))
    return said(f"Version {number} stands again, as version {view.version_no}.")


def _star(slug: object) -> Any:  # noqa: ANN401 - no toast: the star itself says it
    services().views.star(current_user, slug, on=True)
    return unchanged


def _unstar(slug: object) -> Any:  # noqa: ANN401 - no toast: the star itself says it
    services().views.star(current_user, slug, on=False)
    return unchanged


def _land(slug: object) -> Component:
    view = services().views.land_on(current_user, slug, on=True)
    return said(f"“{view.name}” is what you see first from now on.")


def _unland(slug: object) -> Component:
    services().views.land_on(current_user, slug, on=False)
    return said("The overview is what you see first from now on.")


def _delete(slug: object) -> Component:
    view = services().views.delete(current_user, slug)
    undo = act_button("undelete", view.slug, "Undo", className="link-button")
    return said(f"“{view.name}” is deleted. ", undo)


def _undelete(slug: object) -> Component:
    view = services().views.bring_back(current_user, slug)
    return said(f"“{view.name}” is back.")


_ACTS: dict[str, Callable[[object], Any]] = {
    "star": _star, "unstar": _unstar, "land": _land, "unland": _unland, "delete": _delete,
    "undelete": _undelete,
}  # fmt: skip


@callback(
    Output(FORM.trouble, "children"),
    Output(LIST, "children", allow_duplicate=True),  # whose names the form changes
    Output(PANEL, "is_open", allow_duplicate=True),  # closed by its own form
    Output(TOAST, "children", allow_duplicate=True),
    Input(FORM.done, "n_clicks"),
    Input(FORM.name, "n_submit"),
    State(FORM.name, "value"),
    State(FORM.description, "value"),
    State(FORM.visibility, "value"),
    State(ASKED, "data"),
    State(SHOW, "data"),
    prevent_initial_call=True,
)
def reword(  # noqa: PLR0913 - the fields of the form
    clicks: int | None,
    entered: int | None,
    name: object,
    description: object,
    visibility: object,
    asked: object,
    show: object,
) -> tuple[Any, Any, Any, Any]:
    """The view under its new name, for those who may see it now."""
    if not (clicks or entered) or not isinstance(asked, dict):
        return unchanged, unchanged, unchanged, unchanged
    try:
        wording = wording_of(name, description, visibility)
        view = services().views.reword(current_user, asked.get("slug"), wording)
    except FinOpsError as error:
        return trouble(error), unchanged, unchanged, unchanged
    return [], _list(show), False, said(f"“{view.name}” is changed.")
