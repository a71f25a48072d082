"""The way down that a question has been narrowed, each step a link back up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria, icon
from finops_dash.components.places import Place, view_link
from finops_dash.domain.cost_query import CostQuery


def crumbs(
    place: Place, query: CostQuery, levels: Sequence[str], all_of_it: str, *, grouped: bool = False
) -> Component:
    """`all_of_it` › each level narrowed to one value, in the order of `levels`.

    With `grouped`, a step leads to the question grouped by the level below it.
    """
    narrowed = query.narrowed
    path = [name for name in levels if name in narrowed]
    if grouped and not path:
        return html.Div()
    parts: list[Component | str] = []
    for depth, name in enumerate(("", *path)):
        below = set(path[depth:])
        kept = tuple(item for item in query.filters if item.dimension not in below)
        text = narrowed[name] or "none" if name else all_of_it
        if depth == len(path):
            parts.append(html.Span(text, **aria(current="page")))
        else:
            higher = replace(query, filters=kept)
            if grouped:
                higher = replace(higher, group_by=(path[depth],))
            parts += [view_link(text, place.href(higher), "push"), icon("chevron-right")]
    return html.Nav(parts, className="crumbs", **aria(label="Drill-down"))
