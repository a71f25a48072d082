"""The rows of an answer for people: beside each what it was in the period compared with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_dash.domain.cost_query import Grain
from finops_dash.domain.money import ZERO
from finops_dash.domain.period import DateRange
from finops_dash.services.answers import CostAnswer

_COUNTED: dict[str, Callable[[date], int]] = {
    "hour": lambda hour: hour.toordinal() * 24 + getattr(hour, "hour", 0),
    "day": date.toordinal,
    "week": lambda day: (day.toordinal() - 1) // 7,
    "month": lambda day: day.year * 12 + day.month,
    "quarter": lambda day: day.year * 4 + (day.month - 1) // 3,
}


def numbers_of(answer: CostAnswer) -> tuple[str, ...]:
    """The measure, and `<measure>_before` where the answer has a period it is compared with."""
    measure = answer.query.measure
    return (measure,) if answer.before is None else (measure, f"{measure}_before")


def columns_of(answer: CostAnswer) -> list[str]:
    """What a row consists of: its time, its groups, its numbers."""
    grain = [] if answer.query.grain is Grain.NONE else [answer.query.grain.value]
    return list(dict.fromkeys([*grain, *answer.query.group_by, *numbers_of(answer)]))


def rows_of(answer: CostAnswer) -> list[dict[str, Any]]:
    """Each group's values and measure; beside it the measure of the period compared with."""
    rows = [{name: row.get(name) for name in columns_of(answer)} for row in answer.rows]
    if answer.before is not None:
        for row, earlier in zip(rows, earlier_values(answer), strict=True):
            row[f"{answer.query.measure}_before"] = earlier
    return rows


def earlier_values(answer: CostAnswer) -> list[Decimal]:
    """The measure each row had before, in the order of the rows; 0 where there was none.

    Days, weeks and months find each other by their place in their period: the third day of
    this month is held against the third of the month before.
    """
    if answer.before is None:
        return []
    measure = answer.query.measure
    earlier = {_place(row, answer.before): row[measure] or ZERO for row in answer.before.rows}
    return [earlier.get(_place(row, answer), ZERO) for row in answer.rows]


def _place(row: dict[str, Any], answer: CostAnswer) -> tuple[Any, ...]:
    """A row's groups, with the time counted from the start of the answer's period."""
    names = dict.fromkeys([answer.query.grain.value, *answer.query.group_by])
    return tuple(_since(name, row[name], answer.days) for name in names if name in row)


def _since(name: str, value: Any, days: DateRange) -> Any:  # noqa: ANN401 - a value of any group
    if name not in _COUNTED:
        return value
    return _COUNTED[name](_first(value)) - _COUNTED[name](days.start)


def _first(text: str) -> date:
    """The start of an hour, day, week (`2026-10-05`), month (`2026-10`) or quarter (`2026-Q4`)."""
    year, _, rest = text.partition("-")
    if "T" in rest:
        return datetime.fromisoformat(text)
    if rest.startswith("Q"):
        return date(int(year), int(rest[1:]) * 3 - 2, 1)
    return date.fromisoformat(text if "-" in rest else f"{text}-01")
