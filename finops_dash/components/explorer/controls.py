"""How a question is cut and shown: groups, steps of time, the picture, which charges count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from finops_dash.components.filter_bar import choice
from finops_dash.components.markup import aria, icon, menu
from finops_dash.components.places import EXPLORER, Place, view_link
from finops_dash.domain.cost_query import MOST_DIMENSIONS, CostQuery, Filter, Grain
from finops_dash.domain.look import USUAL_PARTS, Chart, Look
from finops_dash.domain.registry import DIMENSIONS, TIME_DIMENSIONS, find_dimension

GROUPS = tuple(name for name in DIMENSIONS if name not in TIME_DIMENSIONS)
CHARTS = {
    Chart.BAR: "Bars",
    Chart.LINE: "Lines",
    Chart.AREA: "Areas",
    Chart.PIE: "Pie",
    Chart.TREEMAP: "Treemap",
    Chart.SUNBURST: "Sunburst",
    Chart.ICICLE: "Icicle",
    Chart.TABLE: "Table only",
}
TOPS = (5, USUAL_PARTS, 20, 50)
CHARGES = (
    ("Credits", "charge_category", "Credit"),
    ("Tax", "charge_category", "Tax"),
    ("Refunds and adjustments", "charge_category", "Adjustment"),
    ("Corrections", "charge_class", "Correction"),
)


def cuts(query: CostQuery, look: Look, tags: Sequence[str]) -> list[Component]:
    """The menus that cut the same question differently; `tags` are the tag keys there are."""
    place = EXPLORER.seen(look)
    return [
        _groups(place, query, tags),
        _grains(query, look),
        _charts(query, look),
        *([_tops(query, look)] if query.group_by else []),
        _charges(place, query),
    ]


def _groups(place: Place, query: CostQuery, tags: Sequence[str]) -> Component:
    """Each dimension in force with a link that takes it out, then those that can be added."""
    chosen = [
        view_link(
            [icon("x-lg"), f" {find_dimension(name).label}"],
            place.href(replace(query, group_by=_without(query, name))),
            className="menu-item",
            title="Take this group away",
            **aria(current="true"),
        )
        for name in query.group_by
    ]
    names = [n for n in (*GROUPS, *(f"tag:{key}" for key in tags)) if n not in query.group_by]
    is_full = len(query.group_by) == MOST_DIMENSIONS
    added = [
        choice(
            place,
            find_dimension(name).label,
            replace(query, group_by=(*query.group_by[: MOST_DIMENSIONS - 1], name)),
            query,
        )
        for name in names
    ]
    said = "Replace the last by" if is_full else ("Then by" if chosen else "By")
    labels = [find_dimension(name).label for name in query.group_by]
    items = [*chosen, html.Div(said, className="menu-title inside"), *added]
    return _menu("Group by", ", ".join(labels) or "Nothing", items)


def _without(query: CostQuery, name: str) -> tuple[str, ...]:
    return tuple(other for other in query.group_by if other != name)


def _grains(query: CostQuery, look: Look) -> Component:
    plain, added = replace(look, cumulative=False), replace(look, cumulative=True)
    items = [
        _look_choice(
            "Total" if grain is Grain.NONE else grain.value.capitalize(),
            (replace(query, grain=grain), plain),
            (query, look),
        )
        for grain in Grain
    ]
    grain = Grain.DAY if query.grain is Grain.NONE else query.grain
    items.append(_look_choice("Cumulative", (replace(query, grain=grain), added), (query, look)))
    shown = "Total" if query.grain is Grain.NONE else query.grain.value.capitalize()
    if look.cumulative and query.grain is not Grain.NONE:
        shown += ", added up"
    return _menu("Per", shown, items)


def _charts(query: CostQuery, look: Look) -> Component:
    items = [
        _look_choice(text, (query, replace(look, chart=chart)), (query, look))
        for chart, text in CHARTS.items()
    ]
    return _menu("Picture", CHARTS[look.chart], items)


def _tops(query: CostQuery, look: Look) -> Component:
    items = [
        _look_choice(f"Top {top}", (query, replace(look, top=top)), (query, look)) for top in TOPS
    ]
    return _menu("Show", f"Top {look.top} and others", items)


def _charges(place: Place, query: CostQuery) -> Component:
    """A switch for each kind of charge that may hide what use costs."""
    items, out = [], []
    for text, dimension, value in CHARGES:
        kept, is_out = _switched(query, dimension, value)
        out += [text.lower()] if is_out else []
        state = aria(pressed="false" if is_out else "true")
        mark = icon("square" if is_out else "check-square")
        items.append(
            view_link([mark, f" {text}"], place.href(kept), className="menu-item", **state)
        )
    return _menu("Charges", f"Without {', '.join(out)}" if out else "All", items)


def _switched(query: CostQuery, dimension: str, value: str) -> tuple[CostQuery, bool]:
    """The question with the kind of charge taken out, or back in; and whether it is out now."""
    out = {
        name
        for item in query.filters
        if item.dimension == dimension and item.negated and not item.contains
        for name in item.values
    }
    others = tuple(
        item
        for item in query.filters
        if item.dimension != dimension or not item.negated or item.contains
    )
    left = tuple(sorted(out ^ {value}))
    filters = (*others, Filter(dimension, left, negated=True)) if left else others
    return replace(query, filters=filters), value in out


def _look_choice(text: str, then: tuple[CostQuery, Look], now: tuple[CostQuery, Look]) -> Component:
    query, look = then
    chosen = aria(current="true") if then == now else {}
    return view_link(text, EXPLORER.seen(look).href(query), className="menu-item", **chosen)


def _menu(name: str, chosen: str, items: list[Component]) -> Component:
    words = [html.Span(name, className="menu-name"), html.Span(chosen, className="menu-chosen")]
    return menu(words, items, f"{name}: {chosen}", "tall")
