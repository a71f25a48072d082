"""What the cards of heat pictures share: their frame, what the shades mean, where cells lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from finops_dash.components.figure_card import figure_body
from finops_dash.components.markup import TableCell, aria
from finops_dash.components.money import short
from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.url import DEFAULT, to_url
from finops_dash.figures.base import GREY, Figure
from finops_dash.figures.cells import TODAY
from finops_dash.figures.scale import CREDIT, FIFTHS, FREE, shade, step
from finops_dash.services.grid import Slot


def card(  # noqa: PLR0913 - what a card is made of
    title: str,
    name: str,
    figure: Figure,
    sentence: str,
    query: CostQuery,
    table: Sequence[Sequence[TableCell]],
    height: int,
    meaning: Sequence[Component],
    *,
    ends_now: bool = False,
) -> Component:
    """A picture with its title, its sentence, what its shades mean, and the ways onward.

    On a narrow page the picture keeps its width and moves sideways; one that `ends_now` shows its
    right end first.
    """
    words, graph, rest = figure_body(name, figure, sentence, query, table, height)
    wide = html.Div(
        html.Div(graph, className="heat-wide"),
        className="heat-scroll latest" if ends_now else "heat-scroll",
        tabIndex=0,
        role="region",
        **aria(label=f"{title}, the picture"),
    )
    legend = html.Ul(list(meaning), className="legend")
    return html.Section([html.H2(title), words, legend, wide, rest], className="card-figure")


def mark(words: str, colour: str, kind: str = "bar") -> Component:
    """One line of what the marks mean."""
    return html.Li([html.Span(className=f"mark-{kind}", style={"color": colour}), words])


def fifths(
    costs: Sequence[Decimal], limits: Sequence[Decimal], unit: str, what: str
) -> list[Component]:
    """What the shades of fifths mean, in amounts; credits and nothing only where there are any."""
    steps = sorted({step(cost, limits) for cost in costs if cost > 0})
    marks = [mark(_range(number, limits, unit, what), shade(number)) for number in steps]
    if any(cost == 0 for cost in costs):
        marks.insert(0, mark("No cost", shade(FREE)))
    if any(cost < 0 for cost in costs):
        marks.append(mark("− Credit", shade(CREDIT)))
    return marks


def _range(number: int, limits: Sequence[Decimal], unit: str, what: str) -> str:
    place = number - (FIFTHS - len(limits))
    if place < len(limits):
        return f"up to {short(limits[place], unit)}"
    if not limits:
        return f"Each {what} costs as much"
    fifth = f"the dearest fifth of the {what}s" if len(limits) == FIFTHS - 1 else f"dearest {what}s"
    return f"over {short(limits[-1], unit)}: {fifth}"


def not_over() -> Component:
    """The mark of a day that is not over."""
    return mark("Today, not over yet", TODAY, "ring")


def outlined(words: str) -> Component:
    """The mark of the line around the period."""
    return mark(words, GREY, "line")


def per_day(query: CostQuery) -> str:
    """The explorer's address of one day's services, with `{cell}` where the day belongs."""
    asked = replace(query, period=DEFAULT.period, group_by=("service",), grain=Grain.NONE)
    return address(asked, "period={cell}")


def narrowed(slot: Slot, query: CostQuery, dimension: str) -> str:
    """The filters of the dimension that narrow the query to the slot, as part of an address."""
    found = slot.of(query, dimension)
    if found is None:
        return ""
    return to_url(CostQuery(filters=tuple(f for f in found.filters if f.dimension == dimension)))


def without(query: CostQuery, *dimensions: str) -> CostQuery:
    """The query without any filter of these dimensions."""
    kept = tuple(item for item in query.filters if item.dimension not in dimensions)
    return replace(query, filters=kept)


def address(query: CostQuery, *places: str) -> str:
    """The explorer's address of a grouped query, with more parts to be filled in."""
    return "&".join((EXPLORER.href(query), *places))


def filled(template: str, **parts: str) -> str:
    """The address with its parts; none where one of them is missing."""
    if not all(parts.values()):
        return ""
    for name, part in parts.items():
        template = template.replace(f"{{{name}}}", part)
    return template
