"""Sums in rows and columns: the dearest apart, all others in one, and nothing lost between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from finops_dash.domain.cost_query import MOST_VALUES, CostQuery, Filter, can_be_asked_for
from finops_dash.domain.money import ZERO, exactly, total

DEAREST = 12
Cells = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True, slots=True)
class Slot:
    """A row or column of a grid: one value (`""` for none), or the `rest`: all that are no value.

    `count` says how many values are in it.
    """

    values: tuple[str, ...]
    is_rest: bool = False
    count: int = 1

    def of(self, query: CostQuery, dimension: str) -> CostQuery | None:
        """The query narrowed to what is in the slot; None where no link can carry its names."""
        if len(self.values) > MOST_VALUES or not all(map(can_be_asked_for, self.values)):
            return None
        if not self.is_rest:
            return query.where(dimension, *self.values)
        others = Filter(dimension, self.values, negated=True)
        return replace(query, filters=(*query.filters, others))


@dataclass(frozen=True, slots=True)
class Grid:
    """Sums by row and column; None where there was nothing to sum."""

    rows: tuple[Slot, ...]
    columns: tuple[Slot, ...]
    cells: tuple[tuple[Decimal | None, ...], ...]

    @property
    def total(self) -> Decimal:
        """The exact sum of all cells."""
        return total(cell for line in self.cells for cell in line)


def by_cost(cells: Cells, rows: int = DEAREST, columns: int = DEAREST) -> Grid:
    """The dearest rows and columns, dearest first, and the rest of each last."""
    return _laid(cells, _dearest(cells, 0, rows), _dearest(cells, 1, columns))


def over_time(cells: Cells, rows: int = DEAREST) -> Grid:
    """The dearest rows and their rest; the columns are times, in order."""
    times = sorted({time for _, time in cells})
    return _laid(cells, _dearest(cells, 0, rows), tuple(Slot((time,)) for time in times))


def summed(pairs: Iterable[tuple[tuple[str, str], Decimal]]) -> dict[tuple[str, str], Decimal]:
    """The exact sum of the amounts of each row and column."""
    found: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    with exactly():
        for place, amount in pairs:
            found[place] += amount
    return dict(found)


def _dearest(cells: Cells, side: int, most: int) -> tuple[Slot, ...]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    with exactly():
        for place, amount in cells.items():
            sums[place[side]] += amount
    names = sorted(sums, key=lambda name: (-sums[name], name))
    kept, others = tuple(names[:most]), len(names) - most
    slots = tuple(Slot((name,)) for name in kept)
    return (*slots, Slot(kept, is_rest=True, count=others)) if others > 0 else slots


def _laid(cells: Cells, rows: tuple[Slot, ...], columns: tuple[Slot, ...]) -> Grid:
    row_of, column_of = _places(rows), _places(columns)
    pairs = (
        ((row_of.get(row, len(rows) - 1), column_of.get(column, len(columns) - 1)), amount)
        for (row, column), amount in cells.items()
    )
    laid: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    with exactly():
        for place, amount in pairs:
            laid[place] += amount
    return Grid(
        rows,
        columns,
        tuple(tuple(laid.get((r, c)) for c in range(len(columns))) for r in range(len(rows))),
    )


def _places(slots: tuple[Slot, ...]) -> dict[str, int]:
    return {slot.values[0]: place for place, slot in enumerate(slots) if not slot.is_rest}
