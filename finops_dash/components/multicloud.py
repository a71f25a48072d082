"""The cards of the page of all providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.figure_card import figure_body, foot, legend
from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import change, full, price, short
from finops_dash.components.places import EXPLORER, MULTICLOUD
from finops_dash.components.states import nothing_here, say
from finops_dash.domain.cost_query import Compare, CostQuery, Grain
from finops_dash.domain.money import total
from finops_dash.domain.period import Period
from finops_dash.figures import providers as pictures
from finops_dash.figures.base import (
    GREY,
    NOTHING,
    OTHERS,
    Figure,
    colours,
    unique_labels,
)
from finops_dash.services.grid import Slot
from finops_dash.services.multicloud import Courses, Laid, Side, Sides
from finops_dash.services.overview import View
from finops_dash.services.prices import Comparable, Prices

Card = Sequence[Component] | Component
SIDES, ROW, AROUND, LINES, MOST_THINGS = 230, 17, 40, 300, 12
NAME = 26


@dataclass(frozen=True, slots=True)
class Palette:
    """What each provider is called and coloured: by name alone, so alike on every picture."""

    shades: dict[str, str]

    @classmethod
    def of(cls, names: Sequence[str]) -> Palette:
        """The palette of a tenant's providers, which must be all of them to stay the same."""
        return cls(colours([*names, NOTHING]))

    def show(self, slot: Slot) -> pictures.Provider:
        """A provider, or the rest of them, as pictures show it."""
        if slot.is_rest:
            return pictures.Provider(_called(slot, ""), GREY)
        name = slot.values[0] or NOTHING
        return pictures.Provider(_called(slot, "No provider"), self.shades.get(name, GREY))


def sides_card(view: View, found: Sides, palette: Palette) -> Card:
    """A column per provider: cost, share, growth, dearest regions; by cost from left to right."""
    if not found.sides:
        return nothing_here(cleared(view))
    columns = [_side(view, found, side, palette.show(side.slot)) for side in found.sides]
    head = ("Provider", "Cost", "Share", *(("Before", "Change") if found.before else ()))
    rows: list[tuple[TableCell, ...]] = [head]
    rows += [_side_row(found, side) for side in found.sides]
    words = found.query.sentence()
    if view.lacks_comparison:
        words += f". The data begins {view.since.day} {view.since:%B %Y}, too late to compare"
    return [
        html.P(words, className="card-sentence"),
        *_alone(view, found),
        html.Div(columns, className="sides"),
        foot("providers", found.query, words, rows),
    ]


def _side(view: View, found: Sides, side: Side, shown: pictures.Provider) -> Component:
    text, mood = _change(side, found.unit)
    share = "–" if side.share is None else f"{side.share:.1%} of the whole"
    asked = replace(_alone_in_time(found.by_region), group_by=("service",), grain=view.grain)
    swatch = html.Span(className="side-mark", style={"background": shown.colour})
    return html.Div(
        [
            html.H3([swatch, _onward(shown.name, side.slot.of(asked, "provider"))]),
            html.Span(short(side.now, found.unit), className="kpi-value"),
            html.Span(share, className="kpi-sentence"),
            html.Span(text, className=f"kpi-change{mood}"),
            html.Ul([_region(view, found, side, *region) for region in side.regions[:3]],
                    className="side-regions"),
        ],
        className="side",
    )  # fmt: skip


def _alone_in_time(query: CostQuery) -> CostQuery:
    return replace(query, compare=Compare.NONE)


def _region(view: View, found: Sides, side: Side, slot: Slot, cost: Decimal) -> Component:
    theirs = side.slot.of(found.by_region, "provider")
    asked = slot.of(theirs, "region") if theirs else None
    if asked is not None:
        asked = replace(asked, group_by=("service",), grain=view.grain)
    name = _called(slot, "No region")
    return html.Li([_onward(name, asked), html.Span(short(cost, found.unit), className="amount")])


def _onward(text: str, query: CostQuery | None) -> Component:
    return html.Span(text) if query is None else dcc.Link(text, href=EXPLORER.href(query))


def _change(side: Side, unit: str | None) -> tuple[str, str]:
    """The growth in words, and a class that says whether it is good."""
    if side.before is None:
        return "no comparison", ""
    text, direction = change(side.now, side.before, unit)
    return text, {1: " bad", -1: " good", 0: ""}[direction]


def _side_row(found: Sides, side: Side) -> tuple[TableCell, ...]:
    asked = side.slot.of(found.query, "provider")
    name = linked(_called(side.slot, "No provider"), EXPLORER.href(asked) if asked else "")
    share = "–" if side.share is None else f"{side.share:.1%}"
    cells = (name, full(side.now, found.unit), share)
    if side.before is None:
        return cells
    return (*cells, full(side.before, found.unit), _change(side, found.unit)[0])


def _alone(view: View, found: Sides) -> list[Component]:
    """The words where one provider alone bills: what the page would show with a second."""
    if len(found.sides) > 1:
        return []
    name = _called(found.sides[0].slot, "No provider")
    onward: Component
    if view.asked.filters:
        words = f"With these filters all of it is billed by {name}, so nothing stands beside it."
        onward = dcc.Link("Show every provider", href=cleared(view))
    else:
        words = (
            f"All of it is billed by {name}. Its categories, months and regions are below; load "
            "the bill of a second cloud, and each of them stands beside it, with the unit prices "
            "of what both sell."
        )
        onward = html.Code("finops-dash ingest ./exports")
    return [html.P([words, " ", onward], className="notice")]


def category_card(view: View, found: Laid, palette: Palette) -> Card:
    """What each category of services costs at each provider."""
    grid, unit = found.grid, found.unit or ""
    if not grid.rows:
        return nothing_here(cleared(view))
    names = _names([_called(slot, "No category") for slot in grid.rows])
    bars = []
    for column, slot in enumerate(grid.columns):
        theirs = [
            pictures.Bar(name, float(cost), short(cost, unit),
                         _two(view, found.query, ("service_category", row), ("provider", slot)))
            for name, row, line in zip(names, grid.rows, grid.cells, strict=True)
            if (cost := line[column]) is not None
        ]  # fmt: skip
        bars.append((palette.show(slot), theirs))
    figure = pictures.grouped(names, bars, unit)
    heads = [_called(slot, "No provider") for slot in grid.columns]
    rows: list[tuple[TableCell, ...]] = [("Category", *heads, "All")]
    for name, row, line in zip(names, grid.rows, grid.cells, strict=True):
        costs = ("–" if cost is None else full(cost, unit) for cost in line)
        asked = row.of(found.query, "service_category")
        first = linked(name, EXPLORER.href(asked) if asked else "")
        rows.append((first, *costs, full(total(line), unit)))
    words = f"{found.query.sentence()}: {full(grid.total, unit)} in all"
    height = AROUND + ROW * max(len(bars), 2) * len(names)
    return _with_legend("by-category", figure, words, found.query, rows, height)


def _two(view: View, query: CostQuery, *narrowed: tuple[str, Slot]) -> str:
    asked: CostQuery | None = replace(query, group_by=("service",), grain=view.grain)
    for dimension, slot in narrowed:
        asked = slot.of(asked, dimension) if asked else None
    return EXPLORER.href(asked) if asked else ""


def price_card(found: Prices, palette: Palette) -> Card:
    """What providers ask for one unit of the same thing, beside the cheapest of them."""
    if not found.things:
        return say(
            f"In {found.days.sentence()} no two providers bill the same kind of service in the "
            "same unit, so there is no price to hold against another. Kinds are FOCUS service "
            "subcategories, such as Virtual Machines by the hour."
        )
    things, unit = found.things[:MOST_THINGS], found.unit
    names = _names([f"{thing.thing} · {thing.unit}" for thing in things])
    providers = dict.fromkeys(p.provider for thing in things for p in thing.prices)
    dots = [
        (palette.show(Slot((provider,))),
         [pictures.Dot(name, float(thing.times(p)), f"{price(p.each, unit)} per {thing.unit}",
                       _of_thing(found, thing, provider))
          for name, thing in zip(names, things, strict=True)
          for p in thing.prices if p.provider == provider])
        for provider in sorted(providers)
    ]  # fmt: skip
    figure = pictures.prices(names, dots)
    rows: list[tuple[TableCell, ...]] = [
        ("Kind of service", "Provider", "Cost", "Quantity", "Unit", "Against the cheapest", "Price")
    ]
    rows += [_price_row(found, thing, place) for thing in found.things
             for place in range(len(thing.prices))]  # fmt: skip
    words = (
        f"How many times the cheapest each provider asks, {found.days.sentence()}: effective cost "
        "of usage ÷ pricing quantity, per service subcategory and pricing unit that at least two "
        f"of them bill, in {unit}. Units are not converted, unused commitments not in it; sizes "
        "and qualities differ, so it says where to look, not what to move"
    )
    if len(found.things) > len(things):
        words += f". The {len(things)} dearest kinds; {len(found.things)} are in the table"
    height = AROUND + 30 * len(names)
    return _with_legend("unit-prices", figure, words, found.query, rows, height)


def _price_row(found: Prices, thing: Comparable, place: int) -> tuple[TableCell, ...]:
    one = thing.prices[place]
    provider = one.provider or "No provider"
    return (
        thing.thing,
        linked(provider, _of_thing(found, thing, one.provider)),
        full(one.cost, found.unit),
        f"{one.quantity:,.2f}",
        thing.unit,
        "the cheapest" if place == 0 else f"{thing.times(one):.2f} times",
        price(one.each, found.unit),
    )


def _of_thing(found: Prices, thing: Comparable, provider: str) -> str:
    asked = replace(found.query, group_by=("service",), grain=Grain.MONTH)
    return EXPLORER.href(thing.of(asked, provider))


def months_card(found: Courses | None, palette: Palette) -> Card:
    """What each provider cost in each of the last twelve whole months."""
    if found is None or not found.grid.rows:
        return say(_NO_MONTH)
    grid, unit = found.grid, found.unit or ""
    times = [slot.values[0] for slot in grid.columns]
    courses = [
        (palette.show(slot), {time: float(cost) for time, cost in zip(times, line, strict=True)
                              if cost is not None})
        for slot, line in zip(grid.rows, grid.cells, strict=True)
    ]  # fmt: skip
    heads = [_called(slot, "No provider") for slot in grid.rows]
    rows: list[tuple[TableCell, ...]] = [("Month", *heads, "All")]
    for column, time in enumerate(times):
        costs = [line[column] for line in grid.cells]
        cells = ("–" if cost is None else full(cost, unit) for cost in costs)
        month = EXPLORER.href(_in_month(found, time))
        rows.append((linked(time, month), *cells, full(total(costs), unit)))
    words = f"{found.query.sentence()}. Whole months alone, whatever the period"
    figure = pictures.lines(courses, unit)
    return _with_legend("months", figure, words, found.query, rows, LINES)


def growth_card(found: Courses | None, palette: Palette) -> Card:
    """The same months as an index: each provider's first whole month is 100."""
    indices = [] if found is None else [found.index(row) for row in range(len(found.grid.rows))]
    if found is None or not any(len(index) > 1 for index in indices):
        return say(_NO_MONTH)
    courses = [
        (palette.show(slot), {time: float(value) for time, value in index.items()})
        for slot, index in zip(found.grid.rows, indices, strict=True)
        if index
    ]
    heads = [_called(slot, "No provider") for slot in found.grid.rows]
    rows: list[tuple[TableCell, ...]] = [("Month", *heads)]
    for slot in found.grid.columns:
        time = slot.values[0]
        cells = (f"{index[time]:,.1f}" if time in index else "–" for index in indices)
        rows.append((linked(time, EXPLORER.href(_in_month(found, time))), *cells))
    words = "The same months as an index: the first whole month of each provider is 100"
    figure = pictures.lines(courses, None)
    return _with_legend("growth", figure, words, found.query, rows, LINES)


_NO_MONTH = "This needs calendar months that are whole in the data, and there are too few yet."


def _in_month(found: Courses, month: str) -> CostQuery:
    return replace(found.query, period=Period.parse(month), grain=Grain.DAY)


def region_card(view: View, found: Sides, palette: Palette) -> Card:
    """The dearest regions of each provider, and the rest of each."""
    if not found.sides:
        return nothing_here(cleared(view))
    unit, called = found.unit or "", []
    for side in found.sides:
        provider = _called(side.slot, "No provider")
        called += [f"{provider} · {_called(slot, 'No region')}" for slot, _ in side.regions]
    names, place, bars = _names(called), 0, []
    for side in found.sides:
        theirs = []
        for slot, cost in side.regions:
            href = _two(view, found.by_region, ("provider", side.slot), ("region", slot))
            theirs.append(pictures.Bar(names[place], float(cost), short(cost, unit), href))
            place += 1
        bars.append((palette.show(side.slot), theirs))
    figure = pictures.grouped(names, bars, unit)
    figure["layout"]["barmode"] = "overlay"  # a row has one bar only
    rows: list[tuple[TableCell, ...]] = [("Provider", "Region", "Cost")]
    rows += [
        (shown.name, linked(bar.row.partition(" · ")[2] or bar.row, bar.href),
         full(cost, unit))
        for (shown, theirs), side in zip(bars, found.sides, strict=True)
        for bar, (_, cost) in zip(theirs, side.regions, strict=True)
    ]  # fmt: skip
    whole = total(side.now for side in found.sides)
    words = f"{found.by_region.sentence()}: {full(whole, unit)} in all"
    height = AROUND + (ROW + 7) * len(names)
    return _with_legend("regions", figure, words, found.by_region, rows, height)


def _with_legend(  # noqa: PLR0913 - as `figure_body` takes them
    name: str,
    figure: Figure,
    words: str,
    query: CostQuery,
    rows: Sequence[Sequence[TableCell]],
    height: int,
) -> Card:
    sentence, graph, rest = figure_body(name, figure, words, query, rows, height)
    return [sentence, legend(figure), graph, rest]


def _called(slot: Slot, nothing: str) -> str:
    return f"{OTHERS} ({slot.count})" if slot.is_rest else slot.values[0] or nothing


def _names(values: Sequence[str]) -> list[str]:
    """A label of its own for each, in order."""
    apart: list[str] = []
    for value in values:
        name = value
        while name in apart:
            name += " "
        apart.append(name)
    labels = unique_labels(apart, NAME)
    return [labels[name] for name in apart]


def cleared(view: View) -> str:
    """The link to the same page without its filters."""
    plain = CostQuery(
        measure=view.asked.measure, period=view.asked.period, compare=view.asked.compare
    )
    return MULTICLOUD.href(plain)
