"""Notes on days: the button below a figure over time, and the panel to read and write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
import orjson
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash import no_update as unchanged
from dash.development.base_component import Component
from flask import session
from flask_login import current_user

from finops_dash.components.markup import minute
from finops_dash.components.toast import TOAST, said
from finops_dash.components.view_form import trouble
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.notes import LONGEST_NOTE, Draft, Note, NoteRefusedError
from finops_dash.domain.period import ONE_DAY, DateRange
from finops_dash.domain.permissions import may
from finops_dash.domain.url import from_url, to_url
from finops_dash.runtime import services
from finops_dash.services.annotations import WRITE, may_delete

PANEL, TITLE, BODY, ASKED, CHANGED = (
    "notes-panel",
    "notes-title",
    "notes-body",
    "notes-asked",
    "notes-changed",
)
FIRST, LAST, TEXT, ABOUT = "notes-first", "notes-last", "notes-text", "notes-about"
DONE, TROUBLE = "notes-done", "notes-trouble"
WRITTEN = "notes_written"  # in the session
EVERYTHING, FILTERS = "tenant", "filters"


def note_button(query: CostQuery, days: DateRange, notes: Sequence[Note], role: str) -> Component:
    """Opens the notes on the days that speak to the query; `share.js` sees the press."""
    asked = {
        "query": to_url(CostQuery(filters=query.filters)),
        "first": days.start,
        "last": days.last,
    }
    attributes: dict[str, Any] = {"data-notes": orjson.dumps(asked).decode()}
    words = f"Notes ({len(notes)})" if notes else "Add a note" if may(role, WRITE) else "Notes"
    return html.Button(words, className="link-button", **attributes)


def with_notes(foot: Component, button: Component) -> Component:
    """The foot of a figure with the button before its table, which stands last."""
    *ways, table = foot.children
    return html.Div([*ways, button, table], className="card-foot")


def notes_panel() -> Component:
    """The panel, closed; one for all figures of the frame."""
    panel = dbc.Offcanvas(
        html.Div(id=BODY),
        id=PANEL,
        title=html.Span("Notes", id=TITLE),
        labelledby=TITLE,
        placement="end",
        is_open=False,
    )
    return html.Div([dcc.Store(ASKED), dcc.Store(CHANGED), panel])


@callback(
    Output(PANEL, "is_open"),
    Output(BODY, "children"),
    Output(CHANGED, "data"),
    Input(ASKED, "data"),
    prevent_initial_call=True,
)
def show(asked: object) -> tuple[Any, Any, Any]:
    """The notes of the figure whose button was pressed, one deleted first where that was asked."""
    found = _asked(asked)
    if found is None or not isinstance(asked, dict):
        return unchanged, unchanged, unchanged
    if "delete" not in asked:
        return True, _body(*found), unchanged
    try:
        services().annotations.delete(current_user, asked["delete"])
        _wrote()
    except FinOpsError as error:
        return True, [trouble(error), *_body(*found)], unchanged
    return True, _body(*found), asked.get("at")


def _asked(asked: object) -> tuple[CostQuery, DateRange] | None:
    """The filters and days of a figure as its button names them; None for anything else."""
    told = asked if isinstance(asked, dict) else {}
    first, last = _day(told.get("first")), _day(told.get("last"))
    text = told.get("query")
    if first is None or last is None or last == date.max or not isinstance(text, str):
        return None
    return from_url(text)[0], DateRange(first, last + ONE_DAY)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def notes_for(query: CostQuery, days: DateRange) -> tuple[Note, ...]:
    """The notes on any of the days that speak to the query, with those just written here."""
    written = float(session.get(WRITTEN, 0))
    return services().annotations.of(current_user.scope, query, days, written)


def _wrote() -> None:
    """Remember in the session when its person changed notes: every process then reads them anew."""
    session[WRITTEN] = services().now().timestamp()


def _body(query: CostQuery, days: DateRange) -> list[Component]:
    notes = notes_for(query, days)
    rows = [_row(number, note) for number, note in enumerate(notes, start=1)]
    words = f"{days.sentence()}, for everyone in the tenant to read."
    shown = (
        html.Ol(rows, className="versions") if rows else html.P("Nobody has noted anything yet.")
    )
    return [html.P(words, className="card-sentence"), shown, *_form(query, days)]


def _row(number: int, note: Note) -> Component:
    facts = f"{note.days} · {note.author_name} · {minute(note.written_at)} · on {note.about}"
    parts: list[Component] = [
        html.P(f"{number}. {note.text}", className="note-text"),
        html.P(facts),
    ]
    if may_delete(current_user, note):
        attributes: dict[str, Any] = {"data-delete-note": str(note.note_id)}
        name = f"Delete note {number}"
        parts.append(html.Button(name, className="link-button", **attributes))
    return html.Li(parts, key=str(note.note_id))


def _form(query: CostQuery, days: DateRange) -> list[Component]:
    if not may(current_user.role, WRITE):
        return []
    filters = " and ".join(item.sentence() for item in query.filters)
    choices = [{"value": EVERYTHING, "label": "The whole tenant"}]
    if filters:
        choices = [{"value": FILTERS, "label": f"Cost where {filters}"[:200]}, *choices]
    today = services().now().date()
    fields = [
        html.H3("Add a note"),
        html.Div(id=TROUBLE, role="alert"),
        html.Label("Day", htmlFor=FIRST),
        dbc.Input(id=FIRST, type="date", value=min(days.last, today).isoformat()),
        html.Label("Up to, for several days", htmlFor=LAST),
        dbc.Input(id=LAST, type="date", value=""),
        html.Label("What happened", htmlFor=TEXT),
        dbc.Textarea(id=TEXT, value="", maxlength=LONGEST_NOTE, rows=3),
        html.Label("On", htmlFor=ABOUT),
        dbc.Select(id=ABOUT, options=choices, value=choices[0]["value"]),
        html.Button("Add note", id=DONE, className="button", n_clicks=0),
    ]
    return [html.Div(fields, className="form")]


@callback(
    Output(TROUBLE, "children"),
    Output(BODY, "children", allow_duplicate=True),  # the list, with the note in it
    Output(CHANGED, "data", allow_duplicate=True),
    # The toast is everybody's who has something to say.
    Output(TOAST, "children", allow_duplicate=True),
    Input(DONE, "n_clicks"),
    State(FIRST, "value"),
    State(LAST, "value"),
    State(TEXT, "value"),
    State(ABOUT, "value"),
    State(ASKED, "data"),
    prevent_initial_call=True,
)
def add(  # noqa: PLR0913 - the fields of the form
    clicks: int | None, first: object, last: object, text: object, about: object, asked: object
) -> tuple[Any, Any, Any, Any]:
    """Keep the note of the form, and show it."""
    found = _asked(asked)
    if not clicks or found is None or not isinstance(asked, dict):
        return unchanged, unchanged, unchanged, unchanged
    query, days = found
    try:
        services().annotations.write(current_user, _draft(query, first, last, text, about))
        _wrote()
    except FinOpsError as error:
        return trouble(error), unchanged, unchanged, unchanged
    changed = f"{asked.get('at')}, {clicks}, {services().now().isoformat()}"
    return unchanged, _body(query, days), changed, said("The note is added.")


def _draft(query: CostQuery, first: object, last: object, text: object, about: object) -> Draft:
    day = _day(first)
    until = _day(last) if last else day
    if day is None or until is None:
        message = "Choose a day, such as 2026-11-12."
        raise NoteRefusedError(message)
    filters = query.filters if about == FILTERS else ()
    return Draft(day, until, text, filters)  # type: ignore[arg-type]  # checked there


clientside_callback(
    ClientsideFunction("share", "redraw"), Input(CHANGED, "data"), prevent_initial_call=True
)
