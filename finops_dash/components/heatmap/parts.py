"""The cards of parts: services over time, and accounts by service."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from finops_dash.components.heatmap.cards import (
    address,
    card,
    fifths,
    filled,
    mark,
    narrowed,
    not_over,
    without,
)
from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import full
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.period import DateRange, Period
from finops_dash.domain.url import DEFAULT
from finops_dash.figures.base import OTHERS, unique_labels
from finops_dash.figures.cells import Link
from finops_dash.figures.heat import Matrix, by_fifth, by_row
from finops_dash.figures.scale import CREDIT, FIFTHS, bounds, shade
from finops_dash.services.grid import DEAREST, Slot
from finops_dash.services.heatmap import Parts
from finops_dash.services.overview import DAILY_UP_TO

LINE, AROUND, SLANTED, NAME = 26, 70, 110, 26


def service_card(parts: Parts, grain: Grain) -> Component:
    """The dearest services over time, and the others in one row."""
    grid, daily, step = parts.grid, grain is Grain.DAY, "day" if grain is Grain.DAY else "month"
    names = _names(grid.rows, "No service")
    times = [slot.values[0] for slot in grid.columns]
    link = _service_link(parts, names, times)
    partial = parts.partial.isoformat() if parts.partial and daily else ""
    matrix = Matrix(names, times, grid.cells, parts.unit or "")
    words = (
        f"The {_count(grid.rows, 'service')} by {step}, {parts.days.sentence()}: "
        f"{full(grid.total, parts.unit)} in all. Each row is shaded against its own dearest {step}"
    )
    if not daily:
        words += f". Longer than {DAILY_UP_TO} days, so by month"
    meaning = [mark(f"The row’s dearest {step}", shade(FIFTHS)), mark("Little of it", shade(1))]
    meaning += [mark("− Credit", shade(CREDIT))] if matrix.credits() else []
    meaning += [not_over()] if partial in times else []
    table = [("Service", step.capitalize(), "Cost"), *_dearest_first(matrix, link)]
    figure = by_row(matrix, link, dates=daily, partial=partial)
    height = AROUND + LINE * len(names)
    return card(f"Service by {step}", f"service-by-{step}-map", figure, words, parts.query,
                table, height, meaning)  # fmt: skip


def _service_link(parts: Parts, names: list[str], times: list[str]) -> Link:
    """Where a cell leads: its service (or the others) on its day, or in its month."""
    asked = _opened(without(parts.query, "service"), "sub_account")
    return Link(
        address(replace(asked, period=DEFAULT.period), "{row}", "{column}"),
        _narrowing(names, parts.grid.rows, parts.query, "service"),
        {time: f"period={_stretch(time, parts.days).token}" for time in times},
    )


def _narrowing(
    names: list[str], slots: tuple[Slot, ...], query: CostQuery, dimension: str
) -> dict[str, str]:
    """The part of an address that narrows to each slot, by its label."""
    pairs = zip(names, slots, strict=True)
    return {name: narrowed(slot, query, dimension) for name, slot in pairs}


def _dearest_first(matrix: Matrix, link: Link) -> list[tuple[TableCell, ...]]:
    """A row of a table for each cell with a charge, which leads where its cell does."""
    cells = [
        (cost, row, column)
        for row, line in zip(matrix.rows, matrix.cells, strict=True)
        for column, cost in zip(matrix.columns, line, strict=True)
        if cost is not None
    ]
    cells.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    return [
        (
            row,
            linked(column, filled(link.address, row=link.rows[row], column=link.columns[column])),
            full(cost, matrix.unit),
        )
        for cost, row, column in cells
    ]


def _stretch(time: str, days: DateRange) -> Period:
    """The day, or the days of a month that are among the picture's."""
    if len(time) > len("2026-10"):
        return Period.parse(time)
    whole = Period.parse(time).resolve(days.start)
    return Period.between(max(whole.start, days.start), min(whole.last, days.last))


def account_card(parts: Parts, grain: Grain) -> Component:
    """The dearest accounts by the dearest services; what is left of each in one row and column."""
    grid, unit = parts.grid, parts.unit or ""
    rows, columns = _names(grid.rows, "No account"), _names(grid.columns, "No service")
    asked = replace(_opened(parts.query, "region"), grain=grain)
    link = Link(
        address(without(asked, "sub_account", "service"), "{row}", "{column}"),
        _narrowing(rows, grid.rows, parts.query, "sub_account"),
        _narrowing(columns, grid.columns, parts.query, "service"),
    )
    matrix = Matrix(rows, columns, grid.cells, unit)
    costs = [cost for line in grid.cells for cost in line if cost is not None]
    words = (
        f"The {_count(grid.rows, 'account')} by the {_count(grid.columns, 'service')}, "
        f"{parts.days.sentence()}: {full(grid.total, unit)} in all"
    )
    table = [("Account", "Service", "Cost"), *_dearest_first(matrix, link)]
    height = AROUND + SLANTED + LINE * len(rows)
    return card("Account by service", "account-by-service", by_fifth(matrix, link), words,
                parts.query, table, height,
                fifths(costs, bounds(costs), unit, "cell"))  # fmt: skip


def _opened(query: CostQuery, group: str) -> CostQuery:
    """The question about a cell: what it is made of."""
    return replace(query, group_by=(group,), grain=Grain.NONE)


def _names(slots: tuple[Slot, ...], nothing: str) -> list[str]:
    """A label of its own for each row or column, even where a value is called as the rest is."""
    values: list[str] = []
    for slot in slots:
        value = _name(slot, nothing)
        while value in values:
            value += " "
        values.append(value)
    labels = unique_labels(values, NAME)
    return [labels[value] for value in values]


def _name(slot: Slot, nothing: str) -> str:
    if slot.is_rest:
        return f"{OTHERS} ({slot.count})"
    return slot.values[0] or nothing


def _count(slots: tuple[Slot, ...], what: str) -> str:
    """`12 dearest services and 9 others`."""
    kept = [slot for slot in slots if not slot.is_rest]
    others = sum(slot.count for slot in slots if slot.is_rest)
    if not others:
        return f"{len(kept)} {what}{'' if len(kept) == 1 else 's'}"
    return f"{DEAREST} dearest {what}s and {others} other{'' if others == 1 else 's'}"
