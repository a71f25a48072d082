"""A figure with its title, what it shows, why it says so, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.export_menu import picture_button
from finops_dash.components.markup import TableCell, data_table
from finops_dash.components.places import EXPLORER
from finops_dash.components.why import why_button
from finops_dash.domain.cost_query import CostQuery
from finops_dash.figures.base import Figure

CONFIG: Any = {"displayModeBar": False, "responsive": True}


def figure_card(title: str, body_id: str, height: int, span: Literal[4, 6, 8, 12]) -> Component:
    """The card's frame with a skeleton of its final size; a callback fills the body.

    `span` is how many of the page's twelve columns it takes.
    """
    skeleton = html.Div(className="skeleton", style={"height": f"{height}px"})
    loading = dcc.Loading(
        html.Div(skeleton, id=body_id, style={"minHeight": f"{height}px"}),
        custom_spinner=html.Div(className="waiting"),
        delay_show=250,
        overlay_style={"visibility": "visible", "opacity": 0.5},
    )
    return html.Section([html.H2(title), loading], className=f"card-figure span-{span}")


def figure_body(  # noqa: PLR0913 - what a figure is made of
    name: str,
    figure: Figure,
    sentence: str,
    query: CostQuery,
    table: Sequence[Sequence[TableCell]],
    height: int,
) -> list[Component]:
    """What stands in a card: the sentence, the picture, the table, and the ways onward.

    A click on a part whose `customdata` is a link of ours follows it (`view.js`).
    """
    graph = dcc.Graph(
        id={"kind": "graph", "name": name},
        figure=figure,
        config=CONFIG,
        style={"height": f"{height}px"},
    )
    below = foot(name, query, sentence, table, is_picture=True)
    return [html.P(sentence, className="card-sentence"), graph, below]


def legend(figure: Figure) -> Component:
    """The names in the figure with their marks, as text that wraps on a narrow page."""
    items = [
        html.Li([html.Span(className=f"mark-{mark}", style={"color": colour}), name])
        for mark, colour, name in _entries(figure)
    ]
    return html.Ul(items, className="legend")


def _entries(figure: Figure) -> list[tuple[str, str, str]]:
    """The mark, the colour and the name of each trace, and of each part of a pie."""
    found = []
    for trace in figure["data"]:
        if trace["type"] == "pie":
            parts = zip(trace["marker"]["colors"], trace["labels"], strict=True)
            found += [("bar", colour, name) for colour, name in parts]
        elif "name" in trace:
            found.append((_mark(trace), _ink(trace), trace["name"]))
    return found


def _mark(trace: Figure) -> str:
    if trace["type"] == "bar":
        return "bar"
    return "ring" if trace["mode"] == "markers" else str(trace["line"]["dash"])


def _ink(trace: Figure) -> str:
    is_line = trace["type"] == "scatter" and trace["mode"] == "lines"
    return str(trace["line" if is_line else "marker"]["color"])


def foot(  # noqa: PLR0913 - what stands below a figure
    name: str,
    query: CostQuery,
    sentence: str,
    table: Sequence[Sequence[TableCell]],
    *,
    is_picture: bool = False,
    onward: bool = True,
    more: Sequence[Component] = (),
    bridge: str | None = None,
) -> Component:
    """Why this number, the explorer (unless this is it), the picture as files, a table, and more.

    `name` is the figure's, and of the file that `picture.js` makes of its graph if it is a picture;
    `bridge` is the query string of the bridge whose end the number is.
    """
    return html.Div(
        [
            why_button(query, bridge=bridge),
            *([dcc.Link("Open in explorer", href=EXPLORER.href(query))] if onward else []),
            *(_picture_buttons(name) if is_picture else []),
            html.Details([html.Summary("As a table"), data_table(table, sentence)]),
            *more,
        ],
        className="card-foot",
    )


def _picture_buttons(name: str) -> list[Component]:
    return [
        picture_button(name, "png", "Download PNG"),
        picture_button(name, "svg", "SVG"),
    ]
