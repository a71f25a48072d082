"""What can be taken along from a page: files of its question, its picture, its PDF, a command."""

from __future__ import annotations

import shlex
from typing import Any

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria, icon, menu
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.url import to_url

KINDS = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}
PICTURES = {"png": "PNG", "svg": "SVG"}


def export_menu(
    shown: CostQuery | None,
    tenant: str,
    lines: CostQuery | None = None,
    picture: str | None = None,
) -> Component:
    """The menu of a page that shows the query to people of the tenant; None for one of no query.

    `lines` is the query whose charge lines stand behind the page where that is another, `picture`
    the name of the page's one graph. `exports.js` shows the progress of what is fetched; without
    it, each file is a plain download.
    """
    behind = shown if lines is None else lines
    items = [
        *([_files("cost", "What is shown", shown)] if shown else []),
        *([_files("charges", "All charge lines", behind)] if behind else []),
        *([_pictures(picture)] if picture else []),
        _button("PDF of this page", "page-pdf", "yes"),
        *([_button("Copy as command", "copy", _command(shown, tenant))] if shown else []),
    ]
    return menu([icon("download"), html.Span("Export")], items, "Export", "export right")


def _files(what: str, words: str, query: CostQuery) -> Component:
    text = to_url(query)
    links = []
    for kind, label in KINDS.items():
        attributes: dict[str, Any] = {"data-export": f"{words}, {label}"}
        href = f"/export/{what}.{kind}" + (f"?{text}" if text else "")
        name = aria(label=f"{label}: {words.lower()}")
        links.append(html.A(label, href=href, download="", **name, **attributes))
    return html.Div([html.Span(words), *links], className="menu-row")


def _pictures(name: str) -> Component:
    buttons = [picture_button(name, kind, label) for kind, label in PICTURES.items()]
    return html.Div([html.Span("Picture"), *buttons], className="menu-row")


def picture_button(name: str, kind: str, words: str) -> Component:
    """Saves the graph of that name as a file of the kind (`picture.js`)."""
    attributes: dict[str, Any] = {"data-picture": name, "data-picture-format": kind}
    return html.Button(words, className="link-button", **aria(label=_saves(kind)), **attributes)


def _saves(kind: str) -> str:
    return f"Download {PICTURES[kind]}"


def _button(words: str, action: str, value: str) -> Component:
    attributes: dict[str, Any] = {f"data-{action}": value}
    return html.Button(words, className="menu-item", **attributes)


def _command(query: CostQuery, tenant: str) -> str:
    """The line that prints the same rows in a terminal."""
    return shlex.join(["finops-dash", "query", to_url(query), "--tenant", tenant])
