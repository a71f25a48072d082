"""A figure with its title, what it shows, why it says so, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.url import to_url
from finops_dash.figures.base import Figure

MOST_ROWS = 60
CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage"]],
}


def figure_card(
    title: str,
    body_id: str,
    height: int = 320,
    *,
    wide: bool = False,
    extra: Component | None = None,
) -> Component:
    """The card's frame with a skeleton of its final size; a callback fills the body."""
    skeleton = html.Div(className="skeleton", style={"height": f"{height}px"})
    loading = dcc.Loading(
        html.Div(skeleton, id=body_id, style={"minHeight": f"{height}px"}),
        custom_spinner=html.Div(),
        delay_show=300,
        overlay_style={"visibility": "visible", "opacity": 0.55},
    )
    head = html.Div([html.H2(title), extra], className="card-head")
    return html.Section([head, loading], className="card-figure wide" if wide else "card-figure")


def figure_body(  # noqa: PLR0913 - what a figure is made of
    graph_id: str | dict[str, str],
    figure: Figure,
    sentence: str,
    query: CostQuery,
    table: Sequence[Sequence[str]],
    height: int = 320,
) -> list[Component]:
    """What stands in a card: the sentence, the picture, the table, and the ways onward."""
    return [
        html.P(sentence, className="card-sentence"),
        dcc.Graph(id=graph_id, figure=figure, config=CONFIG, style={"height": f"{height}px"}),
        foot(query, table),
    ]


def foot(query: CostQuery, table: Sequence[Sequence[str]]) -> Component:
    """Why this number, the same as a table, and the explorer."""
    url = to_url(query)
    return html.Div(
        [
            html.Button(
                "Why this number?",
                id={"kind": "why", "query": url},
                className="link-button",
                n_clicks=0,
            ),
            html.Details([html.Summary("As a table"), plain_table(table)]),
            dcc.Link("Open in explorer", href=f"/explorer?{url}", className="onward"),
        ],
        className="card-foot",
    )


def plain_table(rows: Sequence[Sequence[str]]) -> Component:
    """The rows as an HTML table; the first row is its head."""
    head, *body = rows or [()]
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([html.Th(text, scope="col") for text in head])),
                html.Tbody([html.Tr([html.Td(text) for text in row]) for row in body[:MOST_ROWS]]),
            ],
            className="plain-table",
        ),
        className="table-scroll",
        tabIndex=0,
    )


def nothing_here(clear: str) -> Component:
    """The state of a figure whose filters leave no cost."""
    return html.Div(
        [
            html.P("No cost for this filter and period."),
            dcc.Link("Clear filters", href=clear, className="button"),
        ],
        className="empty small",
    )


def why_panel(basis: dict[str, Any]) -> list[Component]:
    """The basis of an answer, in words and rows."""
    rows = (
        ("Question", basis["sentence"]),
        ("Measure", basis["definition"]),
        ("Days", f"{basis['first_day']} to {basis['last_day']} (UTC)"),
        ("Charges summed", f"{basis['rows']:,}"),
        (
            "Without a list price",
            f"{basis['rows_without_list_price']:,} (tax and credits have none)",
        ),
        ("Currency or unit", basis["unit"] or "several, kept apart"),
        ("Read from", basis["table"]),
        ("Data through", f"{basis['data_through']}, loaded {str(basis['loaded_at'])[:16]} UTC"),
        ("Data version", str(basis["data_version"])),
    )
    loads = [("Load", "Source", "Finished", "Rows")]
    loads += [
        (f"#{b['load']}", b["source"], str(b["finished_at"])[:16], f"{b['rows']:,}")
        for b in basis["loads"]
    ]
    facts = [part for name, text in rows for part in (html.Dt(name), html.Dd(text))]
    return [html.Dl(facts, className="facts"), html.H3("Loads behind it"), plain_table(loads)]


def why_modal() -> Component:
    """The panel that “Why this number?” opens."""
    return dbc.Offcanvas(
        html.Div(id="why-body"),
        id="why-panel",
        title="Why this number?",
        placement="end",
        is_open=False,
    )
