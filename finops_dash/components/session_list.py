"""The sessions of a person as a list, each with the way to end it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from finops_dash.components.markup import aria, minute
from finops_dash.domain.identity import OTHERS, WebSession

END = "/sessions/end"
_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(agent: str) -> str:
    """“Firefox on Linux”, as far as the browser says so of itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def session_list(sessions: Sequence[WebSession], own: int) -> list[Component]:
    """The sessions, the person's own marked; with others there, a way to end all of those."""
    rows = [_row(session, is_own=session.session_id == own) for session in sessions]
    shown: list[Component] = [html.Ul(rows, className="views sessions")]
    if any(session.session_id != own for session in sessions):
        shown.append(_end(OTHERS, "Sign out everywhere else"))
    return shown


def _row(session: WebSession, *, is_own: bool) -> Component:
    times = f"begun {minute(session.started_at)} · last used {minute(session.seen_at)}"
    about = [
        html.Div(html.Strong(device(session.agent))),
        html.P(f"From {session.address or 'an unknown address'} · by {session.provider}"),
        html.P(times, className="view-facts"),
    ]
    named = f"Sign out {device(session.agent)}"
    act = html.Span("This browser") if is_own else _end(str(session.session_id), "Sign out", named)
    return html.Li([html.Div(about), act], key=str(session.session_id))


def _end(which: str, words: str, named: str = "") -> Component:
    """A form with one button; `named` says more of it to those who do not see where it stands."""
    look, more = ("link-button", aria(label=named)) if named else ("button", {})
    return html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=generate_csrf()),
            html.Button(words, name="session", value=which, className=look, **more),
        ],
        action=END,
        method="post",
    )
