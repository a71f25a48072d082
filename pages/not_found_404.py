"""The page for an address that leads nowhere."""

from __future__ import annotations

from dash import dcc, html, register_page
from dash.development.base_component import Component

from finops_dash.shell import page_frame

register_page(__name__, title="Not found · FinOps Dash")


def layout(**_query: str | list[str]) -> Component:
    """What is wrong, and the way back."""
    words = html.P("There is no page at this address. A link may be misspelt, or a page has moved.")
    back = dcc.Link("Go to the overview", href="/overview", className="button")
    return page_frame("Not found", html.Div([words, back], className="empty first"))
