"""What stands where a picture cannot: nothing loaded, nothing found, something broken."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import icon
from finops_dash.components.places import view_link
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services


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


def empty_tenant(scope: Scope) -> Component:
    """The state of a tenant without data: how to load a bill, or that the first is on its way.

    `live.js` shows the page anew when that changes.
    """
    if services().freshness.is_loading(scope):
        return _loading(services().jobs.phase(scope))
    attributes: dict[str, Any] = {"data-awaits": "bill"}
    return html.Div(
        [
            html.H2("No bill has been loaded yet"),
            html.P(
                "AWS Data Exports, Azure Cost Management and Google Cloud all write cost and usage "
                "in the FOCUS format. Export it, then load the files, a folder or a glob of them:"
            ),
            html.Pre(f"finops-dash ingest ./exports --tenant {scope.tenant_slug}"),
            html.P("Or look around with a made-up company first:"),
            html.Pre(f"finops-dash demo --tenant {scope.tenant_slug}"),
            html.P("This page fills by itself as soon as the first load is done."),
        ],
        className="empty first",
        **attributes,
    )


def _loading(phase: str) -> Component:
    """The state of a tenant whose first bill is being loaded."""
    attributes: dict[str, Any] = {"data-awaits": "load"}
    return html.Div(
        [
            html.H2("Your first bill is being loaded"),
            html.Div(className="waiting-line"),
            html.P(phase or "Its rows are read, checked and added up.", **{"data-phase": ""}),  # type: ignore[arg-type]
            html.P("This page fills by itself when it is done; a large bill takes some minutes."),
        ],
        className="empty first",
        role="status",
        **attributes,
    )
