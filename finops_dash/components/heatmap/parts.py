"""The cards of parts: services over time, and accounts by service."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from finops_dash.components.heatmap.cards import (
    address,
    card,
    fifths,
    mark,
    narrowed,
    not_over,
    without,
)
from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import full
from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.period import DateRange, Period
from finops_dash.figures.base import OTHERS, unique_labels
from finops_dash.figures.cells import Link
from finops_dash.figures.heat import Matrix, by_fifth, by_row
from finops_dash.figures.scale import CREDIT, FIFTHS, bounds, shade
from finops_dash.services.grid import DEAREST, Slot
from finops_dash.services.heatmap import Parts
from finops_dash.services.overview import DAILY_UP_TO

LINE, AROUND, NAME = 26, 70, 26


def service_card(parts: Parts, grain: Grain) -> Component:
    """The dearest services over time, and the others in one row."""
    grid, unit, daily = parts.grid, parts.unit or "", grain is Grain.DAY
    names = _names(grid.rows, "No service")
    times = [slot.values[0] for slot in grid.columns]
    link = Link(
        address(_opened(without(parts.query, "service"), ("sub_account",)), "{row}", "{column}"),
        {name: narrowed(slot, parts.query, "service")
         for name, slot in zip(names, grid.rows, strict=True)},
        {time: f"period={_stretch(time, parts.days).token}" for time in times},
    )  # fmt: skip
    partial = parts.partial.isoformat() if parts.partial and daily else ""
    matrix = Matrix(names, times, grid.cells, unit)
    figure = by_row(matrix, link, dates=daily, partial=partial)
    step = "day" if daily else "month"
    words = (
        f"The {_count(grid.rows, 'service')} by {step}, {parts.days.sentence()}: "
        f"{full(grid.total, unit)} in all. Each row is shaded against its own dearest {step}"
    )
    if not daily:
        words += f". Longer than {DAILY_UP_TO} days, so by month"
    meaning = [mark(f"The row’s dearest {step}", shade(FIFTHS)), mark("Little of it", shade(1))]
    meaning += [mark("− Credit", shade(CREDIT))] if matrix.credits() else []
    meaning += [not_over()] if partial in times else []
    dearest = [
        (cost, name, time, _cell_link(parts, row, time))
        for name, row, line in zip(names, grid.rows, grid.cells, strict=True)
        for time, cost in zip(times, line, strict=True)
        if cost is not None
    ]
    dearest.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    table: list[tuple[TableCell, ...]] = [("Service", step.capitalize(), "Cost")]
    table += [(name, linked(time, href), full(cost, unit)) for cost, name, time, href in dearest]
    title = f"Service by {step}"
    return card(title, f"service-by-{step}-map", figure, words, parts.query, table,
                AROUND + LINE * len(names), meaning)  # fmt: skip


def _stretch(time: str, days: DateRange) -> Period:
    """The day, or the days of a month that are among the picture's."""
    if len(time) > len("2026-10"):
        return Period.parse(time)
    whole = Period.parse(time).resolve(days.start)
    return Period.between(max(whole.start, days.start), min(whole.last, days.last))


def _cell_link(parts: Parts, row: Slot, time: str) -> str:
    asked = row.of(_opened(parts.query, ("sub_account",)), "service")
    if asked is None:
        return ""
    return EXPLORER.href(replace(asked, period=_stretch(time, parts.days)))


def account_card(parts: Parts, grain: Grain) -> Component:
    """The dearest accounts by the dearest services; what is left of each in one row and column."""
    grid, unit = parts.grid, parts.unit or ""
    rows, columns = _names(grid.rows, "No account"), _names(grid.columns, "No service")
    asked = replace(_opened(parts.query, ("region",)), grain=grain)
    link = Link(
        address(without(asked, "sub_account", "service"), "{row}", "{column}"),
        {name: narrowed(slot, parts.query, "sub_account")
         for name, slot in zip(rows, grid.rows, strict=True)},
        {name: narrowed(slot, parts.query, "service")
         for name, slot in zip(columns, grid.columns, strict=True)},
    )  # fmt: skip
    figure = by_fifth(Matrix(rows, columns, grid.cells, unit), link)
    cells = [
        (cost, row, column, _pair_link(asked, grid.rows[r], grid.columns[c]))
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
        if (cost := grid.cells[r][c]) is not None
    ]
    cells.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    costs = [cell[0] for cell in cells]
    table: list[tuple[TableCell, ...]] = [("Account", "Service", "Cost")]
    table += [(row, linked(column, href), full(cost, unit)) for cost, row, column, href in cells]
    words = (
        f"The {_count(grid.rows, 'account')} by the {_count(grid.columns, 'service')}, "
        f"{parts.days.sentence()}: {full(grid.total, unit)} in all"
    )
    return card("Account by service", "account-by-service", figure, words, parts.query, table,
                AROUND + 110 + LINE * len(rows),
                fifths(costs, bounds(costs), unit, "cell"))  # fmt: skip


def _pair_link(asked: CostQuery, account: Slot, service: Slot) -> str:
    one = account.of(asked, "sub_account")
    both = service.of(one, "service") if one else None
    return EXPLORER.href(both) if both else ""


def _opened(query: CostQuery, groups: tuple[str, ...]) -> CostQuery:
    """The question about a cell: what it is made of."""
    return replace(query, group_by=groups, grain=Grain.NONE)


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
