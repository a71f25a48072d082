"""The explorer's table: its rows sorted and filtered as asked, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.money import ZERO
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.services.comparison import earlier_values
from finops_dash.services.exploration import ExplorationService, Group

MOST_ROWS = 500
MOST_STEPS = 14  # of time that each have a column
NUMBERS = ("value", "before", "change")


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which rows of the table are asked for, in which order, and what their groups contain."""

    start: int = 0
    stop: int = 100
    sort: tuple[tuple[str, bool], ...] = ()
    contains: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: object) -> PageAsked:
        """What AG Grid's request says; what it cannot mean is passed over."""
        asked = request if isinstance(request, Mapping) else {}
        start, stop = (_count(asked.get(name)) for name in ("startRow", "endRow"))
        sorts = [item for item in _list(asked.get("sortModel")) if isinstance(item, Mapping)]
        model = asked.get("filterModel")
        filters = model.items() if isinstance(model, Mapping) else ()
        return cls(
            start,
            min(max(stop, start), start + MOST_ROWS),
            tuple((str(item.get("colId")), item.get("sort") == "desc") for item in sorts),
            tuple(
                (str(name), str(item.get("filter")).casefold())
                for name, item in filters
                if isinstance(item, Mapping) and item.get("filter")
            ),
        )


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its groups (or its step of time), its amount, what was before, its course."""

    group: Group
    value: Decimal | None
    before: Decimal | None = None
    now: Decimal | None = None
    course: tuple[Decimal | None, ...] = ()

    @property
    def change(self) -> Decimal | None:
        """By how much the whole days with data differ from those before."""
        if self.before is None or self.now is None:
            return None
        return self.now - self.before


class TableRows:
    """Reads the rows of the explorer's table."""

    def __init__(self, exploration: ExplorationService) -> None:
        """Stands on the explorer's answers."""
        self._exploration = exploration

    def page(
        self, scope: Scope, query: CostQuery, today: date, asked: PageAsked
    ) -> tuple[list[TableRow], int]:
        """The rows asked for, and how many there are in all under the same filters."""
        rows = self._rows(scope, query, today)
        for name, text in asked.contains:
            place = _place(name)
            if place is not None:
                rows = [row for row in rows if _has(row, place, text)]
        for name, down in reversed(asked.sort):
            rows = _sorted(rows, name, down=down)
        shown = rows[asked.start : asked.stop]
        return self._with_courses(scope, query, today, shown), len(rows)

    def _rows(self, scope: Scope, query: CostQuery, today: date) -> list[TableRow]:
        answer = self._exploration.groups(scope, query, today)
        compared = self._exploration.compared(scope, query, today)
        names = query.group_by or (() if query.grain is Grain.NONE else (query.grain.value,))

        def group(row: dict[str, Any]) -> Group:
            return tuple(row[name] for name in names)

        before: dict[Group, tuple[Decimal | None, Decimal]] = {}
        if compared is not None:
            measure = query.measure
            before = {
                group(row): (row[measure], was)
                for row, was in zip(compared.rows, earlier_values(compared), strict=True)
            }
        is_compared = compared is not None
        rows = []
        for row in answer.rows:
            now, was = before.get(group(row), (None, None))
            if is_compared and was is None:
                now, was = ZERO, ZERO
            rows.append(TableRow(group(row), row[query.measure], was, now))
        return rows

    def _with_courses(
        self, scope: Scope, query: CostQuery, today: date, rows: list[TableRow]
    ) -> list[TableRow]:
        """The rows with their amounts in each step of time, where the question has steps."""
        is_apart = find_measure(query.measure).unit_column in query.group_by
        if not query.group_by or query.grain is Grain.NONE or not rows or is_apart:
            return rows
        groups = [row.group for row in rows]
        courses = self._exploration.courses(scope, query, today, groups)
        return [
            TableRow(row.group, row.value, row.before, row.now, tuple(courses[row.group]))
            for row in rows
        ]


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _place(name: str) -> int | None:
    """Which group a column `c0`, `c1` or `c2` shows."""
    return int(name[1]) if name in {"c0", "c1", "c2"} else None


def _has(row: TableRow, place: int, text: str) -> bool:
    return place < len(row.group) and text in (row.group[place] or "").casefold()


def _sorted(rows: list[TableRow], name: str, *, down: bool) -> list[TableRow]:
    """The rows by a column, those without a value last; as they were for a column unknown."""
    place = _place(name)
    if place is None and name not in NUMBERS:
        return rows

    def key(row: TableRow) -> Any:  # noqa: ANN401 - a text or an amount
        if place is None:
            return getattr(row, name)
        return row.group[place] if place < len(row.group) else None

    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return [*sorted(known, key=key, reverse=down), *unknown]
