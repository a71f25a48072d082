"""The page of resources, that of each one, and the links between them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.keyed_place import COLUMNS_KEY, KeyedPlace
from finops_dash.components.places import OF_ONE
from finops_dash.domain.cost_query import CostQuery, Grain, Order, can_be_asked_for

SEARCH_KEY = "search"
RESOURCES = KeyedPlace("/resources", keys=(SEARCH_KEY,))


def resource_place(resource_id: str) -> KeyedPlace:
    """The page of one resource."""
    return KeyedPlace(f"{RESOURCES.path}/{_segment(resource_id)}", OF_ONE, keys=(COLUMNS_KEY,))


def ids_named(segment: str) -> tuple[str, ...]:
    """The ids that the last part of a page's path may stand for, the likeliest first."""
    name = unquote(segment)
    return tuple(dict.fromkeys((name, unquote(name))))


def resource_href(resource_id: str, query: CostQuery = OF_ONE) -> str:
    """The link to a resource over the query's period; empty for an id that no link can carry."""
    if not resource_id or not can_be_asked_for(resource_id):
        return ""
    asked = replace(
        query,
        filters=(),
        group_by=(),
        grain=Grain.NONE,
        compare=OF_ONE.compare,
        limit=None,
        order=Order.DEAREST,
        as_of=None,
    )
    return resource_place(resource_id).href(asked)


def resource_link(words: str, resource_id: str, query: CostQuery = OF_ONE) -> Component:
    """The words as a link to the resource, or as they are where no link can carry its id."""
    href = resource_href(resource_id, query)
    return dcc.Link(words, href=href) if href else html.Span(words)


def _segment(resource_id: str) -> str:
    """The id as a part of a path; browsers would take `.` and `..` for folders, encoded or not."""
    text = quote(resource_id, safe="")
    return text if resource_id.strip(".") else text.replace(".", "%252E")
