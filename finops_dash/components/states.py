"""What stands where a picture cannot: nothing loaded, nothing found, something broken."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import icon
from finops_dash.components.places import view_link


def nothing_here(clear: str) -> Component:
    """The state of a figure whose filters leave no cost."""
    words = html.P("No cost for this filter and period.")
    return html.Div(
        [words, view_link("Clear filters", clear, className="button")], className="empty"
    )


def say(words: str) -> Component:
    """The state of a figure that needs another choice first."""
    return html.Div(html.P(words), className="empty")


def failed(request_id: str) -> Component:
    """The state of a figure whose callback failed: the other figures are not touched."""
    return html.Div(
        [
            html.P([icon("exclamation-triangle"), " This part could not be drawn."]),
            html.P(f"Try again; if it stays, tell your administrator the request {request_id}."),
            html.A("Try again", href="", className="button"),
        ],
        className="empty",
        role="alert",
    )


def empty_tenant(slug: str) -> Component:
    """The state of a tenant without data: how to load the first bill."""
    return html.Div(
        [
            html.H2("No bill has been loaded yet"),
            html.P(
                "AWS Data Exports, Azure Cost Management and Google Cloud all write cost and usage "
                "in the FOCUS format. Export it, then load the files, a folder or a glob of them:"
            ),
            html.Pre(f"finops-dash ingest ./exports --tenant {slug}"),
            html.P("Or look around with a made-up company first:"),
            html.Pre(f"finops-dash demo --tenant {slug}"),
            html.P("This page fills as soon as the first load is done: reload it then."),
        ],
        className="empty first",
    )
