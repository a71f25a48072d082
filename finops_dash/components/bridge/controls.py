"""What is bridged: two periods, two prices of the same use, or two filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria, menu
from finops_dash.components.places import BRIDGE, Place, view_link
from finops_dash.domain.bridge_query import BridgeQuery, Way
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.registry import DIMENSIONS, MEASURES, find_dimension

LIST = "list_cost"
PRICES = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")
NONE = BridgeQuery()
SIDES = ("environment", "team", "sub_account", "region", "service", "provider")


def href(asked: BridgeQuery) -> str:
    """The link to the bridge."""
    text = asked.to_url(BRIDGE.default)
    return f"{BRIDGE.path}?{text}" if text else BRIDGE.path


@dataclass(frozen=True, slots=True)
class BridgePlace(Place):
    """The page as the filter bar needs it: its links keep what A is."""

    asked: BridgeQuery = NONE

    def href(self, query: CostQuery) -> str:
        """The link to the bridge to another B; to A's own measure, it leads the other way."""
        start = self.asked.from_measure
        if start == query.measure:
            start = self.asked.query.measure
        return href(replace(self.asked, query=query, from_measure=start, step=None))


def place_for(asked: BridgeQuery) -> BridgePlace:
    """The page that shows the bridge."""
    return BridgePlace(BRIDGE.path, BRIDGE.default, asked=asked)


def ways(asked: BridgeQuery, pair: Sequence[str], dimension: str) -> list[Component]:
    """The three uses of a bridge; two filters where the dimension has a `pair` of values."""
    plain = replace(asked, from_measure=None, from_filters=(), step=None)
    goal = "effective_cost" if asked.query.measure == LIST else asked.query.measure
    priced = replace(
        plain, query=replace(plain.query, measure=goal), from_measure=asked.from_measure or LIST
    )
    links = [
        _way("Two periods", plain, chosen=asked.way is Way.PERIODS),
        _way("List to effective", priced, chosen=asked.way is Way.MEASURES),
    ]
    if asked.way is Way.FILTERS:
        links.append(_way("Two filters", replace(asked, step=None), chosen=True))
    elif len(pair) > 1:
        two = between_values(plain, dimension, pair[1], pair[0])
        links.append(_way("Two filters", two, chosen=False))
    return [html.Span("Lead from A to B by", className="menu-name"), *links]


def _way(text: str, asked: BridgeQuery, *, chosen: bool) -> Component:
    state = aria(current="true") if chosen else {}
    return view_link(text, href(asked), className="chip chosen" if chosen else "chip", **state)


def prices(asked: BridgeQuery) -> Component:
    """The cost that a bridge between prices leads from."""
    items = [
        _item(MEASURES[name].label, replace(asked, from_measure=name, step=None), asked)
        for name in PRICES
        if name != asked.query.measure
    ]
    label = MEASURES[asked.from_measure or LIST].label
    return menu(
        [html.Span("From", className="menu-name"), html.Span(label)], items, f"From: {label}"
    )


def sides(asked: BridgeQuery, dimension: str, values: Sequence[str]) -> list[Component]:
    """The dimension, and the value of it that each side has."""
    now = side_of(asked.query.filters, dimension), side_of(asked.from_filters, dimension)
    end, start = (value if value is not None else "" for value in now)
    return [
        _values(
            "From", start, [(v, between_values(asked, dimension, v, end)) for v in values], asked
        ),
        _values(
            "To", end, [(v, between_values(asked, dimension, start, v)) for v in values], asked
        ),
    ]


def dimensions(asked: BridgeQuery, dimension: str, pairs: Mapping[str, Sequence[str]]) -> Component:
    """The dimensions whose values can be held against each other."""
    kept = _without(asked, dimension)
    items = [
        _item(DIMENSIONS[name].label, between_values(kept, name, pair[1], pair[0]), asked)
        for name, pair in pairs.items()
        if len(pair) > 1
    ]
    label = find_dimension(dimension).label
    words = [html.Span("Between values of", className="menu-name"), html.Span(label)]
    return menu(words, items, f"Between values of: {label}")


def dimension_of(asked: BridgeQuery) -> str:
    """The dimension that the two filters differ in; the first offered where they are none."""
    own = [item for item in asked.from_filters if item not in asked.query.filters]
    return own[0].dimension if own else SIDES[0]


def side_of(filters: Sequence[Filter], dimension: str) -> str | None:
    """The value that the filters narrow the dimension to."""
    found = [item for item in filters if item.dimension == dimension]
    return " or ".join(found[0].values) if found else None


def between_values(asked: BridgeQuery, dimension: str, start: str, end: str) -> BridgeQuery:
    """The bridge from one value of the dimension to another, all else alike."""
    kept = tuple(item for item in asked.query.filters if item.dimension != dimension)
    one, other = (Filter(dimension, (value,)) for value in (start, end))
    query = replace(asked.query, filters=(*kept, other))
    return BridgeQuery(query, from_filters=(*kept, one))


def _without(asked: BridgeQuery, dimension: str) -> BridgeQuery:
    kept = tuple(item for item in asked.query.filters if item.dimension != dimension)
    return BridgeQuery(replace(asked.query, filters=kept))


def _values(
    name: str, now: str, choices: Sequence[tuple[str, BridgeQuery]], asked: BridgeQuery
) -> Component:
    items = [_item(value, choice, asked) for value, choice in choices]
    words = [html.Span(name, className="menu-name"), html.Span(now or "empty")]
    return menu(words, items, f"{name}: {now or 'empty'}")


def _item(text: str, choice: BridgeQuery, asked: BridgeQuery) -> Component:
    state = aria(current="true") if choice == replace(asked, step=None) else {}
    return view_link(text, href(choice), className="menu-item", **state)
