"""Where somebody is signed in, and the way to sign out elsewhere."""

from __future__ import annotations

from dash import html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.notices import notice_list
from finops_dash.components.session_list import session_list
from finops_dash.runtime import services
from finops_dash.shell import page_frame

register_page(__name__, path="/sessions", title="Where you are signed in · FinOps Dash")

TITLE = "Where you are signed in"


def layout(**query: str | list[str]) -> Component:
    """The person's sessions in this company."""
    wrong = notice_list([f"“{key}” was left out: this page has no choices." for key in query])
    if not current_user.session_id:
        words = "You are a demo person on this machine: signing out ends all there is."
        return page_frame(TITLE, *wrong, html.P(words))
    found = services().sessions.of(current_user.scope, int(current_user.id))
    words = "Each ends after half an hour without use, and after twelve hours in any case."
    return page_frame(TITLE, *wrong, html.P(words), *session_list(found, current_user.session_id))
