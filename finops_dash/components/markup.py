"""Small pieces of markup that Dash has no words for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component

MOST_ROWS = 500
TableCell = str | Mapping[str, str]


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


def linked(text: str, href: str) -> TableCell:
    """A cell of a table that leads somewhere; a plain one where there is no address."""
    return {"text": text, "href": href} if href else text


def minute(moment: datetime | None) -> str:
    """`12 Nov 2026, 08:00 UTC`; a dash for no moment."""
    return "–" if moment is None else f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def data_table(rows: Sequence[Sequence[TableCell]], caption: str) -> Component:
    """The rows as a table, five hundred at most; the first row is its head.

    `table.js` writes it, when it is to be seen: as components, its cells alone would be most of
    the page, and each of them is asked at each change of any other.
    """
    head, *body = rows or [()]
    left_out = len(body) - MOST_ROWS
    more = f" (the first {MOST_ROWS} of {len(body)} rows)" if left_out > 0 else ""
    table = {"caption": caption + more, "head": head, "rows": body[:MOST_ROWS]}
    attributes: dict[str, Any] = {"data-table": orjson.dumps(table).decode(), **aria(label=caption)}
    return html.Div(className="table-scroll", tabIndex=0, role="region", **attributes)
