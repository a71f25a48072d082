"""What a person fills in to name a view."""

from __future__ import annotations

from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.saved_view import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    ViewRefusedError,
    Visibility,
    Wording,
)

NO_TEAMS = "Views for one team come with teams of people, of which there are none yet."


@dataclass(frozen=True, slots=True)
class Fields:
    """The ids of one form: its fields, its button, and where it says what is wrong."""

    name: str
    description: str
    visibility: str
    done: str
    trouble: str

    @classmethod
    def of(cls, form: str) -> Fields:
        """The ids of the form of that name."""
        return cls(*(f"{form}-{part}" for part in ("name", "text", "who", "done", "trouble")))


def view_form(fields: Fields, wording: Wording | None, button: str) -> Component:
    """The form, filled in with the wording there is; Enter in the name is its button too."""
    seen = Visibility.PRIVATE if wording is None else wording.visibility
    return html.Div(
        [
            html.Div(id=fields.trouble, role="alert"),
            html.Label("Name", htmlFor=fields.name),
            dbc.Input(
                id=fields.name, value=wording.name if wording else "", maxlength=LONGEST_NAME,
                autocomplete="off", autofocus=True, required=True,
            ),
            html.Label("Description", htmlFor=fields.description),
            dbc.Textarea(
                id=fields.description, value=wording.description if wording else "",
                maxlength=LONGEST_DESCRIPTION, rows=3,
            ),
            html.Label("Who sees it", htmlFor=fields.visibility),
            dbc.Select(
                id=fields.visibility, value=seen.value,
                options=[{"value": one.value, "label": one.sentence()} for one in Visibility],
            ),
            html.P(NO_TEAMS, className="form-note"),
            html.Button(button, id=fields.done, className="button", n_clicks=0),
        ],
        className="form",
    )  # fmt: skip


def wording_of(name: object, description: object, visibility: object) -> Wording:
    """What the form says; a `FinOpsError` says what is wrong with it."""
    if visibility not in list(Visibility):
        message = "Choose who sees the view."
        raise ViewRefusedError(message)
    return Wording(name or "", description or "", Visibility(visibility))  # type: ignore[arg-type]  # checked there


def trouble(error: FinOpsError) -> Component:
    """What is wrong, where the form shows it."""
    return html.Div(str(error), className="notice")
