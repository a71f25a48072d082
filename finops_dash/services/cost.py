"""Answers to `CostQuery`: the only way pages, the API and the command line read cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from time import monotonic
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Select

from data_layer.queries.cost import (
    UNIT,
    Statement,
    cost_by,
    counts_of,
    currencies_of,
    values_of,
    versions_of,
)
from data_layer.queries.relations import Relation, rollup_for
from finops_dash.domain.cost_query import MOST_ROWS, Compare, CostQuery, Grain
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.cache import AnswerCache

T = TypeVar("T")
ANSWERS, DRAWINGS = 20 * 1024 * 1024, 28 * 1024 * 1024


class TenantReads(Protocol):
    """What can open a read for one tenant (`data_layer.engine.Engines`)."""

    def tenant(
        self, tenant_id: int, timeout_seconds: int = 15
    ) -> AbstractContextManager[Connection]:
        """A connection whose transaction sees that tenant only."""
        ...


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
    table: str
    data_version: int
    notices: tuple[str, ...] = ()
    before: CostAnswer | None = None

    @property
    def totals(self) -> dict[str | None, Decimal]:
        """The exact sums of the query's measure over the rows, by their currency or unit."""
        measure = self.query.measure
        if "billing_currency" not in self.query.group_by:
            return {self.unit: total(row[measure] for row in self.rows)} if self.rows else {}
        found: dict[str | None, list[Decimal | None]] = {}
        for row in self.rows:
            unit = row.get("billing_currency", self.unit)
            found.setdefault(unit, []).append(row[measure])
        return {unit: total(amounts) for unit, amounts in found.items()}

    @property
    def total(self) -> Decimal:
        """The one sum of all rows; `MixedCurrenciesError` where they are of several currencies."""
        totals = self.totals
        if len(totals) > 1:
            raise MixedCurrenciesError(sorted(str(unit) for unit in totals))
        return next(iter(totals.values()), ZERO)


class CostReader:
    """Reads cost under a scope, cached per data version."""

    def __init__(
        self, engines: TenantReads, cache: AnswerCache | None = None, fresh_for: float = 0.0
    ) -> None:
        """A reader on the engines; a data version read is believed for `fresh_for` seconds."""
        self._engines = engines
        self._cache = cache or AnswerCache(room=ANSWERS)
        self._drawings = AnswerCache(size=20_000, room=DRAWINGS)
        self._fresh_for = fresh_for
        self._versions: dict[int, tuple[float, int]] = {}
        self._cuts: dict[int, int] = {}

    def data_version(self, scope: Scope) -> int:
        """The number that grows with each load that changed the tenant's data; 0 before any."""
        read_at, version = self._versions.get(scope.tenant_id, (float("-inf"), 0))
        if monotonic() - read_at < self._fresh_for:
            return version
        (found,) = self._read(scope, versions_of(scope.tenant_id))
        version, cuts = found[0].values() if found else (0, 0)
        self._cuts[scope.tenant_id] = cuts
        self._versions[scope.tenant_id] = (monotonic(), version)
        return int(version)

    def has_cuts(self, scope: Scope) -> bool:
        """Whether the cuts of daily cost are of the present version of the data."""
        version = self.data_version(scope)
        return self._cuts.get(scope.tenant_id, 0) == version

    def cached(self, scope: Scope, name: str, key: Hashable, compute: Callable[[int], T]) -> T:
        """`compute(version)`, kept under (tenant, role, data version, name, key)."""
        return self._at(self.data_version(scope), scope, name, key, compute)

    def drawing(self, scope: Scope, key: Hashable, compute: Callable[[], bytes]) -> bytes:
        """`compute()`, kept as `cached` does, but for long: it is small beside the answers."""
        full = (scope.tenant_id, scope.role, self.data_version(scope), key)
        return self._drawings.get(full, compute)

    def _at(
        self,
        version: int,
        scope: Scope,
        name: str,
        key: Hashable,
        compute: Callable[[int], T],
    ) -> T:
        full = (scope.tenant_id, scope.role, version, name, key)
        return self._cache.get(full, lambda: compute(version))

    def answer(
        self, scope: Scope, query: CostQuery, today: date, also: tuple[str, ...] = ()
    ) -> CostAnswer:
        """The rows of the query, resolved from `today`, with other measures `also` summed.

        Raises `MixedCurrenciesError` or `MixedUnitsError` instead of adding up what cannot be.
        """
        key = (to_url(query), today, also)
        return self.cached(
            scope, "answer", key, lambda version: self._answer(scope, query, today, also, version)
        )

    def currencies(self, scope: Scope) -> tuple[str, ...]:
        """The currencies the tenant is billed in."""
        return self._currencies(scope, self.data_version(scope))

    def _currencies(self, scope: Scope, version: int) -> tuple[str, ...]:
        statement = currencies_of(scope.tenant_id)
        return self._at(version, scope, "currencies", (), lambda _: self._column(scope, statement))

    def values(self, scope: Scope, dimension: str, limit: int = 1000) -> tuple[str, ...]:
        """The values of a dimension, in order; only dimensions of the cost keys."""
        statement = values_of(dimension, scope.tenant_id, limit)
        return self.cached(
            scope, "values", (dimension, limit), lambda _: self._column(scope, statement)
        )

    def counts(self, scope: Scope, answer: CostAnswer) -> tuple[int, int]:
        """How many charges the answer sums, and how many of them carry no list price."""
        relation = rollup_for(answer.query, answer.days)
        statement = counts_of(answer.query, relation, scope.tenant_id)
        key = (to_url(answer.query), answer.days)
        row = self.cached(scope, "counts", key, lambda _: self.fetch(scope, statement)[0])
        return row["row_count"], row["unpriced_count"]

    def fetch(self, scope: Scope, statement: Select[Any] | Statement) -> list[dict[str, Any]]:
        """The rows of any statement by column name, under the scope's tenant."""
        return self._read(scope, statement)[0]

    def _read(
        self, scope: Scope, *statements: Select[Any] | Statement
    ) -> list[list[dict[str, Any]]]:
        """The rows of each statement, one after the other in one transaction."""
        with self._engines.tenant(scope.tenant_id) as connection:
            return [_rows_of(connection, statement) for statement in statements]

    def _column(self, scope: Scope, statement: Select[Any]) -> tuple[Any, ...]:
        return tuple(next(iter(row.values())) for row in self.fetch(scope, statement))

    def _answer(
        self, scope: Scope, query: CostQuery, today: date, also: tuple[str, ...], version: int
    ) -> CostAnswer:
        answer = self._rows(scope, query, query.period.resolve(today), also, version)
        days = comparison_days(query, today)
        if days is None:
            return answer
        whole = replace(query, limit=None)
        return replace(answer, before=self._rows(scope, whole, days, also, version))

    def _rows(
        self, scope: Scope, query: CostQuery, days: DateRange, also: tuple[str, ...], version: int
    ) -> CostAnswer:
        currencies = self._currencies(scope, version)
        by_unit = not _has_one_unit(query, currencies)

        def asked(relation: Relation) -> Statement:
            return cost_by(query, relation, scope.tenant_id, also, by_unit=by_unit)

        relation, found = self._found(scope, query, days, version, asked)
        unit, rows = _checked(query, found, _known_unit(query, currencies))
        limit = query.limit or MOST_ROWS
        notices = (*_left_out(query, currencies), *_cut_off(len(rows), limit))
        kept = rows[:limit] or _nothing(query, also)
        return CostAnswer(query, days, kept, unit, relation.name, version, notices)

    def _found(
        self,
        scope: Scope,
        query: CostQuery,
        days: DateRange,
        version: int,
        asked: Callable[[Relation], Statement],
    ) -> tuple[Relation, list[dict[str, Any]]]:
        """The rows, from a cut where it is of this version and still was after it was read."""
        relation = rollup_for(query, days, cuts=self._cuts.get(scope.tenant_id) == version)
        if relation.is_cut:
            found, now = self._read(scope, asked(relation), versions_of(scope.tenant_id))
            if now[0]["version"] == version:
                return relation, found
            relation = rollup_for(query, days)
        return relation, self.fetch(scope, asked(relation))


def _rows_of(connection: Connection, statement: Select[Any] | Statement) -> list[dict[str, Any]]:
    if isinstance(statement, Statement):
        result = connection.exec_driver_sql(statement.text, statement.values)
    else:
        result = connection.execute(statement)
    names = tuple(result.keys())
    if len(names) == 3:  # noqa: PLR2004 - as the longest answers have, for which this is a third faster
        a, b, c = names
        return [{a: x, b: y, c: z} for x, y, z in result.fetchall()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _has_one_unit(query: CostQuery, currencies: tuple[str, ...]) -> bool:
    """Whether the sums can hold one currency only, or the answer is grouped by it."""
    if find_measure(query.measure).kind != "money":
        return False
    fixed = query.currency is not None or "billing_currency" in query.group_by
    return fixed or len(currencies) <= 1


def _known_unit(query: CostQuery, currencies: tuple[str, ...]) -> str | None:
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


def comparison_days(query: CostQuery, today: date) -> DateRange | None:
    """The days the query is compared with; None when it is not, or nothing lies before."""
    if query.compare is Compare.PREVIOUS_PERIOD:
        return query.period.previous(today)
    if query.compare is Compare.PREVIOUS_YEAR:
        return query.period.year_before(today)
    return None


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


_TIME_TEXT: dict[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": date.isoformat,
    "month": lambda day: day.isoformat()[:7],
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
}
