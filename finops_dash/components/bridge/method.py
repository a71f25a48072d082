"""How a bridge splits its difference, in words: the method, and what each step holds."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.places import BRIDGE
from finops_dash.domain.bridge_query import BridgeQuery, read_bridge
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import main_currency
from finops_dash.runtime import services

SUMMED = "The steps lead from A to B to the last digit."


def settled(asked: BridgeQuery) -> BridgeQuery:
    """The bridge in one currency: the main one, where none is named and there are several."""
    currencies = services().cost.currencies(current_user.scope)
    if asked.query.currency is None and len(currencies) > 1:
        return replace(asked, query=replace(asked.query, currency=main_currency(currencies)))
    return asked


def method(search: str) -> list[Component]:
    """How the bridge of the query string is split, and how fine; nothing where there is none."""
    asked, _ = read_bridge(search, BRIDGE.default)
    try:
        found = services().bridge.of(current_user.scope, settled(asked), services().now().date())
    except FinOpsError as error:
        return [html.P(str(error))]
    if found is None:
        return []
    steps = [
        part
        for item in found.bridge.steps
        for part in (html.Dt(item.step.label), html.Dd(item.step.meaning))
    ]
    return [
        html.H3("How the difference is split"),
        html.P(f"{found.apart.sentence()} {SUMMED}"),
        html.Dl(steps, className="facts"),
        html.H3("Where B comes from"),
    ]
