"""The filters in force as pills that open an editor, and the way to add one (`filter.js`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component

from finops_dash.components.explorer.controls import GROUPS
from finops_dash.components.markup import aria, icon
from finops_dash.components.places import Place, view_link
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.registry import find_dimension


def filters(place: Place, query: CostQuery, tags: Sequence[str]) -> list[Component]:
    """A pill for each filter, a menu of the dimensions to filter by, and a way to clear all."""
    pills = [_pill(place, query, item) for item in query.filters]
    cleared = place.href(replace(query, filters=()))
    clear = [view_link("Clear filters", cleared, className="link-button")] if pills else []
    return [*pills, _adder(place, query, tags), *clear]


def _pill(place: Place, query: CostQuery, item: Filter) -> Component:
    """The filter in words; pressed, it opens its editor; the cross takes it away."""
    without = place.href(
        replace(query, filters=tuple(other for other in query.filters if other != item))
    )
    words = item.sentence()
    name = f"Remove the filter: {words}"
    summary = html.Summary(
        [words, icon("chevron-down")], **aria(label=f"Change the filter: {words}")
    )
    editor = html.Div(className="menu-list filter-editor", **_edited(item.dimension, without, item))
    return html.Span(
        [
            html.Details([summary, editor], className="menu"),
            view_link(icon("x-lg"), without, title=name, **aria(label=name)),
        ],
        className="pill editable",
    )


def _edited(dimension: str, without: str, item: Filter | None = None) -> dict[str, Any]:
    """What the editor must know: the link without this filter, and how the filter stands."""
    stands = {
        "dimension": dimension,
        "label": find_dimension(dimension).label,
        "without": without,
        "values": list(item.values) if item else [],
        "negated": bool(item and item.negated),
        "contains": bool(item and item.contains),
    }
    return {"data-filter": orjson.dumps(stands).decode()}


def _adder(place: Place, query: CostQuery, tags: Sequence[str]) -> Component:
    here = place.href(query)
    names = (*GROUPS, *(f"tag:{key}" for key in tags))
    choices = [
        html.Button(find_dimension(name).label, className="menu-item", **_edited(name, here))
        for name in names
    ]
    inside = [
        html.Div(choices, className="filter-choices"),
        html.Div(className="filter-editor"),
    ]
    summary = html.Summary([icon("funnel"), " Add a filter"], **aria(label="Add a filter"))
    return html.Details(
        [summary, html.Div(inside, className="menu-list")], className="menu tall adder"
    )
