"""What each provider is paid for: categories of services, and the price of one unit."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import full, price, short
from finops_dash.components.multicloud.shared import (
    AROUND,
    ROW,
    Card,
    Palette,
    called,
    cleared,
    labels,
    narrowed,
    with_legend,
)
from finops_dash.components.places import EXPLORER
from finops_dash.components.states import nothing_here, say
from finops_dash.domain.cost_query import Grain
from finops_dash.domain.money import total
from finops_dash.figures import providers as pictures
from finops_dash.services.comparable_prices import Comparable, Prices
from finops_dash.services.grid import Slot
from finops_dash.services.multicloud import Laid
from finops_dash.services.overview import View

MOST_THINGS = 12


def category_card(view: View, found: Laid, palette: Palette) -> Card:
    """What each category of services costs at each provider."""
    grid, unit = found.grid, found.unit or ""
    if not grid.rows:
        return nothing_here(cleared(view))
    names = labels([called(slot, "No category") for slot in grid.rows])
    bars = []
    for column, slot in enumerate(grid.columns):
        theirs = [
            pictures.Bar(name, float(cost), short(cost, unit),
                         narrowed(view, found.query, ("service_category", row), ("provider", slot)))
            for name, row, line in zip(names, grid.rows, grid.cells, strict=True)
            if (cost := line[column]) is not None
        ]  # fmt: skip
        bars.append((palette.show(slot), theirs))
    figure = pictures.grouped(names, bars, unit)
    heads = [called(slot, "No provider") for slot in grid.columns]
    rows: list[tuple[TableCell, ...]] = [("Category", *heads, "All")]
    for name, row, line in zip(names, grid.rows, grid.cells, strict=True):
        costs = ("–" if cost is None else full(cost, unit) for cost in line)
        asked = row.of(found.query, "service_category")
        first = linked(name, EXPLORER.href(asked) if asked else "")
        rows.append((first, *costs, full(total(line), unit)))
    words = f"{found.query.sentence()}: {full(grid.total, unit)} in all"
    height = AROUND + ROW * max(len(bars), 2) * len(names)
    return with_legend("by-category", figure, words, found.query, rows, height)


def price_card(found: Prices, palette: Palette) -> Card:
    """What providers ask for one unit of the same thing, beside the cheapest of them."""
    if not found.things:
        return say(
            f"In {found.days.sentence()} no two providers bill the same kind of service in the "
            "same unit, so there is no price to hold against another. Kinds are FOCUS service "
            "subcategories, such as Virtual Machines by the hour."
        )
    things, unit = found.things[:MOST_THINGS], found.unit
    names = labels([f"{thing.thing} · {thing.unit}" for thing in things])
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
    return with_legend("unit-prices", figure, words, found.query, rows, height)


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
