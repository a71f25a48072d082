"""Saved views as a list, and the history of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.dashboard.controls import cards_in_words
from finops_dash.components.markup import aria, icon, menu, minute
from finops_dash.components.places import DASHBOARD, opened_as, place_at
from finops_dash.components.toast import act_button
from finops_dash.domain.dashboard import read_dashboard
from finops_dash.domain.person import Person
from finops_dash.domain.saved_view import Link, SavedView, ViewVersion
from finops_dash.services.views import may_change


def view_list(views: Sequence[SavedView], person: Person) -> Component:
    """The views, each with its star, what it shows, and what this person may do with it."""
    return html.Ul([_row(view, person) for view in views], className="views")


def _row(view: SavedView, person: Person) -> Component:
    title = dcc.Link(view.name, href=opened_as(view.link, view.slug), className="view-title")
    whose = "yours" if view.is_mine else f"by {view.owner_name}"
    facts = f"{page_name(view.path)} · {whose} · {view.visibility.sentence()}"
    about = [
        html.Div([title, *([_landing()] if view.is_landing else [])]),
        html.P(view.description, className="view-text") if view.description else None,
        html.P(in_words(view.link), className="view-shows"),
        html.P(f"{facts} · changed {minute(view.changed_at)}", className="view-facts"),
    ]
    parts = [_star(view), html.Div([part for part in about if part]), _actions(view, person)]
    return html.Li(parts, key=view.slug)


def _landing() -> Component:
    return html.Span([icon("house"), " Landing page"], className="view-mark")


def _star(view: SavedView) -> Component:
    mark = icon("star-fill" if view.starred else "star")
    attributes: dict[str, Any] = {
        "data-act": "unstar" if view.starred else "star", "data-slug": view.slug,
        **aria(label=f"Star: {view.name}", pressed="true" if view.starred else "false"),
    }  # fmt: skip
    return html.Button(mark, className="icon-button star", **attributes)


def _actions(view: SavedView, person: Person) -> Component:
    landing = ("unland", "Land on the overview") if view.is_landing else ("land", "Land here")
    changing = [("edit", "Edit"), ("delete", "Delete")] if may_change(person, view) else []
    acts = [*changing[:1], ("versions", "Versions"), landing, *changing[1:]]
    items = [act_button(act, view.slug, words, className="menu-item") for act, words in acts]
    return menu(["More"], items, f"More: {view.name}", "save-menu")


def bin_list(views: Sequence[SavedView]) -> list[Component]:
    """What was deleted and can be brought back; nothing where nothing was."""
    if not views:
        return []
    rows = [
        html.Li(
            [
                html.Div([html.Strong(view.name), f" · deleted {minute(view.deleted_at)} "]),
                act_button("undelete", view.slug, "Bring back", className="link-button"),
            ],
            key=view.slug,
        )
        for view in views
    ]
    words = html.P("Deleted views are kept for thirty days.")
    summary = html.Summary(f"Deleted ({len(views)})")
    return [html.Details([summary, words, html.Ul(rows, className="bin")], className="bin-part")]


def history(view: SavedView, versions: Sequence[ViewVersion], person: Person) -> list[Component]:
    """The versions of a view, newest first, each with a way to see it and one to restore it."""
    can_restore = may_change(person, view)
    return [html.Ol([_version(view, one, can_restore) for one in versions], className="versions")]


def _version(view: SavedView, one: ViewVersion, can_restore: bool) -> Component:  # noqa: FBT001 - of one list
    is_now = one.version_no == view.version_no
    again = f", version {one.restored_from} again" if one.restored_from else ""
    who = f"Version {one.version_no}{again} · {one.changed_by_name} · {minute(one.changed_at)}"
    ways: list[Component] = [dcc.Link("Open", href=one.link.href)]
    if is_now:
        ways = [html.Span("As it is now")]
    elif can_restore:
        number = {"data-version": str(one.version_no)}
        name = f"Restore version {one.version_no}"
        ways.append(act_button("restore", view.slug, name, className="link-button", **number))
    words = [
        html.Div([html.Strong(one.name), html.Span(who)]),
        html.P(in_words(one.link)),
        html.Div(ways, className="card-foot"),
    ]
    return html.Li(words, key=str(one.version_no))


def page_name(path: str) -> str:
    """What the page is called: `/unit-economics` is Unit economics."""
    return path.strip("/").replace("-", " ").capitalize()


def in_words(link: Link) -> str:
    """What the link shows, in words."""
    place = place_at(link.path)
    if place == DASHBOARD:
        return cards_in_words(read_dashboard(link.query)[0])
    return link.href if place is None else place.read(link.query)[0].sentence()
