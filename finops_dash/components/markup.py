"""Small pieces of markup that Dash has no words for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

MOST_ROWS = 60


def aria(**names: str) -> dict[str, Any]:
    """ARIA attributes as Dash takes them: `aria(label="Pages")`."""
    return {f"aria-{name}": value for name, value in names.items()}


def icon(name: str) -> Component:
    """A Bootstrap icon that screen readers pass over."""
    return html.I(className=f"bi bi-{name}", **aria(hidden="true"))


def menu(label: Sequence[Any], items: Sequence[Any], name: str, class_name: str = "") -> Component:
    """A button that opens a list of choices; `view.js` closes it."""
    return html.Details(
        [
            html.Summary([*label, icon("chevron-down")], **aria(label=name)),
            html.Div(list(items), className="menu-list"),
        ],
        className=f"menu {class_name}".strip(),
    )


def plain_table(rows: Sequence[Sequence[str]], caption: str) -> Component:
    """The rows as an HTML table, sixty at most; the first row is its head."""
    head, *body = rows or [()]
    left_out = len(body) - MOST_ROWS
    more = f" (the first {MOST_ROWS} of {len(body)} rows)" if left_out > 0 else ""
    table = html.Table(
        [
            html.Caption(caption + more),
            html.Thead(html.Tr([html.Th(text, scope="col") for text in head])),
            html.Tbody([html.Tr([html.Td(text) for text in row]) for row in body[:MOST_ROWS]]),
        ],
        className="plain-table",
    )
    return html.Div(
        table, className="table-scroll", tabIndex=0, role="region", **aria(label=caption)
    )
