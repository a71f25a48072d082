"""Answers to `CostQuery`: the only way pages, the API and the command line read cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Row, Select, select

from data_layer.models import data_version
from data_layer.queries.cost import UNIT, cost_by, currencies_of, values_of
from data_layer.queries.relations import rollup_for
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.cache import AnswerCache

T = TypeVar("T")
ANSWERED = ("row_count", "unpriced_count")


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
    `2026-10-03`, months as `2026-10`), each measure as `Decimal`, and `row_count`.
    `unit` is the currency (or unit of quantity) of all of them; None when grouped by it or empty.
    `before` answers the same query for the period compared with.
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
    def total(self) -> Decimal:
        """The exact sum of the query's measure over the rows."""
        return total(row[self.query.measure] for row in self.rows)

    @property
    def row_count(self) -> int:
        """How many charges the answer sums."""
        return sum(row["row_count"] for row in self.rows)

    @property
    def unpriced_count(self) -> int:
        """How many of them carry no list price."""
        return sum(row["unpriced_count"] for row in self.rows)


class CostReader:
    """Reads cost under a scope, cached per data version."""

    def __init__(self, engines: TenantReads, cache: AnswerCache | None = None) -> None:
        """A reader on the engines; without a cache of its own process it makes one."""
        self._engines = engines
        self._cache = cache or AnswerCache()

    def data_version(self, scope: Scope) -> int:
        """The number that grows with each load that changed the tenant's data; 0 before any."""
        with self._engines.tenant(scope.tenant_id) as connection:
            statement = select(data_version.c.version)
            return connection.scalar(statement.where(_own(data_version, scope))) or 0

    def cached(
        self, scope: Scope, name: str, key: Hashable, compute: Callable[[int], T]
    ) -> T:
        """`compute(version)`, kept under (tenant, role, data version, name, key)."""
        version = self.data_version(scope)
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
        return self.cached(
            scope, "currencies", (), lambda _: self._column(scope, currencies_of(scope.tenant_id))
        )

    def values(self, scope: Scope, dimension: str, limit: int = 1000) -> tuple[str, ...]:
        """The values of a dimension, in order; only dimensions of the cost keys."""
        statement = values_of(dimension, scope.tenant_id, limit)
        return self.cached(
            scope, "values", (dimension, limit), lambda _: self._column(scope, statement)
        )

    def fetch(self, scope: Scope, statement: Select[Any]) -> list[Row[Any]]:
        """The rows of any statement, under the scope's tenant."""
        with self._engines.tenant(scope.tenant_id) as connection:
            return list(connection.execute(statement))

    def _column(self, scope: Scope, statement: Select[Any]) -> tuple[Any, ...]:
        return tuple(row[0] for row in self.fetch(scope, statement))

    def _answer(  # noqa: PLR0913 - the parts of one cache key
        self, scope: Scope, query: CostQuery, today: date, also: tuple[str, ...], version: int
    ) -> CostAnswer:
        answer = self._rows(scope, query, query.period.resolve(today), also, version)
        days = comparison_days(query, today)
        if days is None:
            return answer
        return replace(answer, before=self._rows(scope, query, days, also, version))

    def _rows(  # noqa: PLR0913 - the parts of one cache key
        self, scope: Scope, query: CostQuery, days: DateRange, also: tuple[str, ...], version: int
    ) -> CostAnswer:
        relation = rollup_for(query, days, scope.tenant_id)
        by_unit = not self._one_unit(scope, query)
        others = tuple(name for name in also if name != query.measure)
        found = self.fetch(scope, cost_by(query, relation, others, by_unit=by_unit))
        unit, rows = _checked(query, found, self._known_unit(scope, query))
        return CostAnswer(
            query, days, rows, unit, relation.name, version, self._left_out(scope, query)
        )

    def _one_unit(self, scope: Scope, query: CostQuery) -> bool:
        """Whether the sums can hold one currency only, or the answer is grouped by it."""
        if find_measure(query.measure).kind != "money":
            return False
        fixed = query.currency is not None or "billing_currency" in query.group_by
        return fixed or len(self.currencies(scope)) <= 1

    def _known_unit(self, scope: Scope, query: CostQuery) -> str | None:
        currencies = self.currencies(scope)
        if "billing_currency" in query.group_by and query.currency is None and len(currencies) > 1:
            return None
        return query.currency or (currencies[0] if currencies else None)

    def _left_out(self, scope: Scope, query: CostQuery) -> tuple[str, ...]:
        others = [code for code in self.currencies(scope) if code != query.currency]
        if query.currency is None or not others:
            return ()
        listed = ", ".join(others)
        return (f"Only rows billed in {query.currency}; those billed in {listed} are not in it.",)


def comparison_days(query: CostQuery, today: date) -> DateRange | None:
    """The days the query is compared with; None when it is not, or nothing lies before."""
    if query.compare is Compare.PREVIOUS_PERIOD:
        return query.period.previous(today)
    if query.compare is Compare.PREVIOUS_YEAR:
        return query.period.year_before(today)
    return None


def _own(table: Any, scope: Scope) -> Any:  # noqa: ANN401 - a column condition
    return table.c.tenant_id == scope.tenant_id


def _checked(
    query: CostQuery, found: list[Row[Any]], unit: str | None
) -> tuple[str | None, tuple[dict[str, Any], ...]]:
    """The rows as dicts in one unit, or the error that names the units they mix."""
    rows = [_readable(dict(row._mapping)) for row in found]
    units = sorted({row.pop(UNIT) or "" for row in rows if UNIT in row})
    if len(units) > 1:
        if find_measure(query.measure).kind == "money":
            raise MixedCurrenciesError(units)
        raise MixedUnitsError(query.measure, units)
    if find_measure(query.measure).kind == "money":
        for row in rows:
            row[query.measure] = row[query.measure] or ZERO
    kept = rows[: query.limit] if query.limit else rows
    return (units[0] if units else unit), tuple(kept)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    for name in ANSWERED:
        row[name] = int(row[name] or 0)
    for name, shape in (("day", 10), ("week", 10), ("month", 7)):
        if isinstance(row.get(name), date):
            row[name] = row[name].isoformat()[:shape]
    quarter = row.get("quarter")
    if isinstance(quarter, date):
        row["quarter"] = f"{quarter.year}-Q{(quarter.month + 2) // 3}"
    return row
