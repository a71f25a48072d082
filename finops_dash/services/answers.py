"""Answers to `CostQuery`: their rows made readable, in one unit, with what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from data_layer.queries.groups import UNIT
from finops_dash.domain.cost_query import MOST_ROWS, CostQuery, Grain
from finops_dash.domain.errors import FinOpsError, MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import find_measure


@dataclass(frozen=True, slots=True)
class CostAnswer:
    """The rows of one query and where they came from.

    `rows` hold each group's values by dimension name (text, None for no value; days as
    `2026-10-03`, months as `2026-10`) and each measure as `Decimal`.
    `unit` is the currency (or unit of quantity) of all of them; None when grouped by it or empty.
    `before` answers the same query for the period compared with, without the limit: so every
    group finds what it was before.
    """

    query: CostQuery
    days: DateRange
    rows: tuple[dict[str, Any], ...]
    unit: str | None
    table: str = ""
    data_version: int = 0
    notices: tuple[str, ...] = ()
    before: CostAnswer | None = None

    @property
    def totals(self) -> dict[str | None, Decimal]:
        """The exact sums of the query's measure over the rows, by their currency or unit."""
        column = find_measure(self.query.measure).unit_column
        if column not in self.query.group_by:
            return {self.unit: sum_of(self.query.measure, self.rows)} if self.rows else {}
        found: dict[str | None, list[dict[str, Any]]] = {}
        for row in self.rows:
            found.setdefault(row.get(column, self.unit), []).append(row)
        return {unit: sum_of(self.query.measure, rows) for unit, rows in found.items()}

    @property
    def total(self) -> Decimal:
        """The one sum of all rows; `MixedCurrenciesError` where they are of several currencies."""
        totals = self.totals
        if len(totals) > 1:
            raise MixedCurrenciesError(sorted(str(unit) for unit in totals))
        return next(iter(totals.values()), ZERO)


def apart_error(answer: CostAnswer) -> FinOpsError:
    """Why rows kept apart by currency or unit have no picture: it would add them up."""
    units = sorted(str(unit) for unit in answer.totals)
    if find_measure(answer.query.measure).kind == "money":
        return MixedCurrenciesError(units)
    return MixedUnitsError(answer.query.measure, units)


def sum_of(name: str, rows: Iterable[dict[str, Any]]) -> Decimal:
    """The exact sum of a measure over rows of one unit; of a price, the price of them together."""
    parts = find_measure(name).parts
    if parts is None:
        return total(row[name] for row in rows)
    kept = list(rows)
    money, quantity = (total(row[part] for row in kept) for part in parts)
    return money / quantity if quantity else ZERO


def answered(
    query: CostQuery,
    days: DateRange,
    found: list[dict[str, Any]],
    currencies: tuple[str, ...],
    also: tuple[str, ...] = (),
) -> CostAnswer:
    """The answer of the rows found for the days; it does not say yet from where they are.

    Raises `MixedCurrenciesError` or `MixedUnitsError` where the sums would mix several.
    """
    unit, rows = _checked(query, found, _known_unit(query, currencies))
    limit = query.limit or MOST_ROWS
    notices = (*_left_out(query, currencies), *_cut_off(len(rows), limit))
    return CostAnswer(query, days, rows[:limit] or _nothing(query, also), unit, notices=notices)


def has_one_unit(query: CostQuery, currencies: tuple[str, ...]) -> bool:
    """Whether the sums can hold one currency or unit only, or the answer is grouped by it."""
    measure = find_measure(query.measure)
    grouped = measure.unit_column in query.group_by
    if measure.kind != "money":
        return grouped or chosen_unit(query) is not None
    return grouped or query.currency is not None or len(currencies) <= 1


def chosen_unit(query: CostQuery) -> str | None:
    """The one unit of quantity that the query's filters leave; None where they say nothing."""
    column = find_measure(query.measure).unit_column
    named = [
        item.values
        for item in query.filters
        if item.dimension == column and not item.negated and not item.contains
    ]
    return named[0][0] or None if named and len(named[0]) == 1 else None


def _known_unit(query: CostQuery, currencies: tuple[str, ...]) -> str | None:
    measure = find_measure(query.measure)
    if measure.kind != "money":
        return None if measure.unit_column in query.group_by else chosen_unit(query)
    if "billing_currency" in query.group_by and query.currency is None and len(currencies) > 1:
        return None
    return query.currency or (currencies[0] if currencies else None)


def _left_out(query: CostQuery, currencies: tuple[str, ...]) -> tuple[str, ...]:
    others = [code for code in currencies if code != query.currency]
    if query.currency is None or not others:
        return ()
    listed = ", ".join(others)
    return (f"Only rows billed in {query.currency}; those billed in {listed} are not in it.",)


def _cut_off(count: int, limit: int) -> tuple[str, ...]:
    return (f"Only the first {limit:,} rows; the others are not in it.",) if count > limit else ()


def _nothing(query: CostQuery, also: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """The rows of an answer that found none: one without groups, which always has one."""
    if query.group_by or query.grain is not Grain.NONE:
        return ()
    names = (query.measure, *also)
    return ({name: ZERO if find_measure(name).kind == "money" else None for name in names},)


def _checked(
    query: CostQuery, found: list[dict[str, Any]], unit: str | None
) -> tuple[str | None, tuple[dict[str, Any], ...]]:
    """The rows as dicts in one unit, or the error that names the units they mix."""
    rows = _readable(found)
    units = sorted({row.pop(UNIT) or "" for row in rows}) if rows and UNIT in rows[0] else []
    if len(units) > 1:
        if find_measure(query.measure).kind == "money":
            raise MixedCurrenciesError(units)
        raise MixedUnitsError(query.measure, units)
    return (units[0] if units else unit), tuple(rows)


def _readable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their days, weeks, months and quarters as text."""
    for name, text in _TIME_TEXT.items():
        if rows and isinstance(rows[0].get(name), date):
            texts = {day: text(day) for day in {row[name] for row in rows}}
            for row in rows:
                row[name] = texts[row[name]]
    return rows


_TIME_TEXT: dict[str, Callable[[Any], str]] = {
    "hour": lambda hour: f"{hour:%Y-%m-%dT%H:00}",
    "day": date.isoformat,
    "week": date.isoformat,
    "month": lambda day: day.isoformat()[:7],
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
}
