"""“Why this number?”: the button beside every figure, and the panel with the answer's basis."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, callback, dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.bridge.method import method
from finops_dash.components.markup import data_table
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.url import from_url, to_url
from finops_dash.runtime import services
from finops_dash.services.freshness import Basis

PANEL, TITLE, BODY, ASKED = "why-panel", "why-title", "why-body", "why-asked"


def why_button(
    query: CostQuery, words: str = "Why this number?", *, bridge: str | None = None
) -> Component:
    """Opens the panel with the basis of the query's answer (`view.js` sees the press).

    For the end of a bridge, `bridge` is its query string, and the panel says how it is split.
    Without an id: Dash looks at every one of these whenever any other component appears.
    """
    attributes: dict[str, Any] = {"data-why": to_url(query)}
    if bridge is not None:
        attributes["data-why-bridge"] = bridge
    return html.Button(words, className="link-button", **attributes)


def why_panel() -> Component:
    """The panel, closed; one for all figures of the frame."""
    panel = dbc.Offcanvas(
        html.Div(id=BODY),
        id=PANEL,
        title=html.Span("Why this number?", id=TITLE),
        labelledby=TITLE,
        placement="end",
        is_open=False,
    )
    return html.Div([dcc.Store(ASKED), panel])


@callback(
    Output(PANEL, "is_open"),
    Output(BODY, "children"),
    Input(ASKED, "data"),
    prevent_initial_call=True,
)
def explain(asked: dict[str, str]) -> tuple[bool, list[Component]]:
    """The basis of the figure whose button was pressed, and the method of a bridge."""
    query = from_url(asked["query"])[0]
    scope = current_user.scope
    answer = services().cost.answer(scope, query, services().now().date())
    split = method(str(asked["bridge"])) if asked.get("bridge") is not None else []
    return True, [*split, *facts(services().freshness.basis(scope, answer))]


def facts(basis: Basis) -> list[Component]:
    """The basis of an answer, in words and rows."""
    fresh = basis.freshness
    rows = (
        ("Question", basis.sentence),
        ("Definition", basis.definition),
        ("Days", f"{basis.days.sentence()}, UTC"),
        ("Charges summed", f"{basis.row_count:,}"),
        ("Without a list price", f"{basis.unpriced_count:,} (tax and credits have none)"),
        ("Currency or unit", basis.unit or "several, kept apart"),
        ("Read from", basis.table),
        ("Data through", f"{fresh.data_through}, loaded {_minute(fresh.loaded_at)}"),
        ("Data version", str(basis.data_version)),
    )
    loads = [("Load", "Source", "Finished", "Rows")]
    loads += [
        (f"#{used.load_id}", used.source, _minute(used.finished_at), f"{used.row_count:,}")
        for used in basis.loads
    ]
    found = [part for name, text in rows for part in (html.Dt(name), html.Dd(text))]
    return [html.Dl(found, className="facts"), data_table(loads, "Loads behind it, newest first")]


def _minute(moment: Any) -> str:  # noqa: ANN401 - a datetime or None
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
