"""A link to hand on: whole, selected and copied (`share.js`), with what it will show."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria
from finops_dash.services.short_links import LONG


def link_box(href: str, words: str) -> Component:
    """The link of a page of ours, to which the browser adds where that is."""
    link: dict[str, Any] = {"data-link": href, **aria(label="Link")}
    copied: dict[str, Any] = {"data-copied": ""}
    button: dict[str, Any] = {"data-copy": ""}
    return html.Div(
        [
            html.P(words),
            html.Div(className="link-box", key=href, tabIndex=0, role="group", **link),
            html.P(className="link-status", role="status", key=f"{href} status", **copied),
            html.Button("Copy", className="button", **button),
            *_shorter(href),
        ]
    )


def _shorter(href: str) -> list[Component]:
    """The offer of a short link for one that mail programs would break."""
    if len(href) <= LONG:
        return []
    words = f"This link has {len(href):,} characters: mail programs and chats may cut it off."
    attributes: dict[str, Any] = {"data-share": "short"}
    button = html.Button("Use a short link instead", className="link-button", **attributes)
    return [html.Div([words, " ", button], className="notice long-link")]
