"""Each provider's last twelve whole months, as amounts and as an index."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import full
from finops_dash.components.multicloud.shared import Card, Palette, called, with_legend
from finops_dash.components.places import EXPLORER
from finops_dash.components.states import say
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.money import total
from finops_dash.domain.period import Period
from finops_dash.figures import providers as pictures
from finops_dash.services.multicloud import Courses

LINES = 300


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
    heads = [called(slot, "No provider") for slot in grid.rows]
    rows: list[tuple[TableCell, ...]] = [("Month", *heads, "All")]
    for column, time in enumerate(times):
        costs = [line[column] for line in grid.cells]
        cells = ("–" if cost is None else full(cost, unit) for cost in costs)
        month = EXPLORER.href(_in_month(found, time))
        rows.append((linked(time, month), *cells, full(total(costs), unit)))
    words = f"{found.query.sentence()}. Whole months alone, whatever the period"
    figure = pictures.lines(courses, unit)
    return with_legend("months", figure, words, found.query, rows, LINES)


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
    heads = [called(slot, "No provider") for slot in found.grid.rows]
    rows: list[tuple[TableCell, ...]] = [("Month", *heads)]
    for slot in found.grid.columns:
        time = slot.values[0]
        cells = (f"{index[time]:,.1f}" if time in index else "–" for index in indices)
        rows.append((linked(time, EXPLORER.href(_in_month(found, time))), *cells))
    words = "The same months as an index: the first whole month of each provider is 100"
    figure = pictures.lines(courses, None)
    return with_legend("growth", figure, words, found.query, rows, LINES)


_NO_MONTH = "This needs calendar months that are whole in the data, and there are too few yet."


def _in_month(found: Courses, month: str) -> CostQuery:
    return replace(found.query, period=Period.parse(month), grain=Grain.DAY)
