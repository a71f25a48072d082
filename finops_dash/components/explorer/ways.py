"""Where the parts of an answer lead: a level down, all of Others, out of mixed units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.markup import aria
from finops_dash.components.places import BRIDGE, CHARGES, EXPLORER, view_link
from finops_dash.domain.cost_query import (
    MOST_DIMENSIONS,
    Compare,
    CostQuery,
    Grain,
    Order,
    can_be_asked_for,
)
from finops_dash.domain.look import MOST_PARTS, Look
from finops_dash.domain.registry import Level, find_dimension, find_measure
from finops_dash.figures.base import GREYS, NOTHING
from finops_dash.services.exploration import Group

DRILL = ("provider", "billing_account", "sub_account", "service", "sku", "resource")


def value_name(value: str | None) -> str:
    """A value in words; one that is called as Others or as nothing are, in quotation marks."""
    return f"“{value}”" if value in GREYS else value or NOTHING


def group_names(groups: Iterable[Group]) -> dict[Group, str]:
    """Each group in words of its own: its values, one after the other."""
    found: dict[Group, str] = {}
    for group in groups:
        name = " · ".join(map(value_name, group)) or "Total"
        tries = (name, *(f"{name} ({number})" for number in range(2, MOST_PARTS + 3)))
        found[group] = next(one for one in tries if one not in found.values())
    return found


def narrowed(query: CostQuery, group: Group, depth: int | None = None) -> CostQuery | None:
    """The same question about one group, cut by the level below it.

    Of its first `depth` values alone, where that is said; None for a name too long for a link.
    """
    values = list(zip(query.group_by, group, strict=True))[:depth]
    if not all(can_be_asked_for(value or "") for _, value in values):
        return None
    asked = query
    for name, value in values:
        asked = asked.where(name, value or "")
    child = _below(values[-1][0], asked)
    return replace(asked, group_by=(child,) if child else query.group_by)


def _below(name: str, query: CostQuery) -> str | None:
    """The level below that is not narrowed yet; of time there is none."""
    child = find_dimension(name).child
    while child is not None and child in query.narrowed:
        child = find_dimension(child).child
    is_time = child is not None and find_dimension(child).level is Level.TIME
    return None if is_time else child


def down(query: CostQuery, look: Look, group: Group, depth: int | None = None) -> str:
    """The link a level down, below resources to the charges of one; empty where there is none."""
    asked = narrowed(query, group, depth)
    if asked is not None and "resource" in asked.narrowed and asked.group_by == ("resource",):
        return charges(asked)
    return EXPLORER.seen(look).href(asked) if asked and asked != query else ""


def charges(query: CostQuery) -> str:
    """The link to the single charges behind a question."""
    plain = replace(query, group_by=(), grain=Grain.NONE, compare=Compare.NONE, limit=None)
    return CHARGES.href(replace(plain, order=CHARGES.default.order, measure=_of_money(query)))


def bridged(query: CostQuery) -> str:
    """The link to what leads to the question's cost from that of the period before."""
    compare = Compare.PREVIOUS_PERIOD if query.compare is Compare.NONE else query.compare
    asked = replace(query, group_by=(), grain=Grain.NONE, limit=None, compare=compare)
    return BRIDGE.href(replace(asked, measure=_of_money(query), order=Order.DEAREST))


def _of_money(query: CostQuery) -> str:
    is_money = find_measure(query.measure).kind == "money"
    return query.measure if is_money else CostQuery().measure


def onward(query: CostQuery) -> Component:
    """Where the question leads beside its groups."""
    links = {"Charge lines": charges(query), "What changed": bridged(query)}
    return html.Div(
        [dcc.Link(words, href=href) for words, href in links.items()], className="card-foot onward"
    )


def opened(query: CostQuery, look: Look) -> str:
    """The link that shows more of what Others holds; empty when no more can be shown."""
    if look.top >= MOST_PARTS:
        return ""
    return EXPLORER.seen(replace(look, top=min(MOST_PARTS, look.top + 20))).href(query)


def one_currency(query: CostQuery, look: Look, currencies: tuple[str, ...]) -> Component:
    """The choices left where the answer would add up currencies."""
    together = replace(query, group_by=_without(query, "billing_currency"))
    links = {f"Only {code}": replace(together, currency=code) for code in currencies}
    return _choices(links | _apart(query, "Currencies apart", "billing_currency"), look)


def one_unit(query: CostQuery, look: Look, column: str, units: tuple[str, ...]) -> Component:
    """The choices left where the answer would add up units of quantity."""
    together = replace(query, group_by=_without(query, column))
    links = {f"Only {unit}": together.where(column, unit) for unit in units if unit}
    return _choices(links | _apart(query, "Units apart", column), look)


def _without(query: CostQuery, column: str) -> tuple[str, ...]:
    return tuple(name for name in query.group_by if name != column)


def _apart(query: CostQuery, words: str, column: str) -> dict[str, CostQuery]:
    """The question grouped by the unit too, unless it is; its table keeps them apart."""
    if column in query.group_by:
        return {}
    kept = [name for name in query.group_by if find_dimension(name).level is not Level.TIME]
    return {words: replace(query, group_by=(*kept[: MOST_DIMENSIONS - 1], column))}


def _choices(links: dict[str, CostQuery], look: Look) -> Component:
    place = EXPLORER.seen(look)
    return html.Div(
        [view_link(text, place.href(query), className="chip") for text, query in links.items()],
        className="empty cuts",
        role="group",
        **aria(label="What can be shown instead"),
    )
