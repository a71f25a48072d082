"""Answers to `CostQuery`: the only way pages, the API and the command line read cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Select

from data_layer.memory.sums import NotHeldError
from data_layer.queries.cost import Statement, cost_by, counts_of
from data_layer.queries.relations import Relation, rollup_for
from data_layer.queries.stored import currencies_of, tag_keys_of, values_of, versions_of
from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.answers import CostAnswer, answered, has_one_unit
from finops_dash.services.cache import AnswerCache
from finops_dash.services.held import HeldTenants
from finops_dash.services.prices import priced

T = TypeVar("T")
ANSWERS, DRAWINGS = 12 * 1024 * 1024, 28 * 1024 * 1024


class TenantReads(Protocol):
    """What can open a read for one tenant (`data_layer.engine.Engines`)."""

    def tenant(
        self, tenant_id: int, timeout_seconds: int = 15
    ) -> AbstractContextManager[Connection]:
        """A connection whose transaction sees that tenant only."""
        ...


class CostReader:
    """Reads cost under a scope, cached per data version."""

    def __init__(
        self,
        engines: TenantReads,
        cache: AnswerCache | None = None,
        fresh_for: float = 0.0,
        held: HeldTenants | None = None,
    ) -> None:
        """A reader on the engines; a data version read is believed for `fresh_for` seconds.

        What tenants `held` in memory can answer, they do.
        """
        self._engines = engines
        self._cache = cache or AnswerCache(room=ANSWERS)
        self._drawings = AnswerCache(size=20_000, room=DRAWINGS)
        self._fresh_for = fresh_for
        self._held = held
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
        if find_measure(query.measure).kind == "price":
            return priced(
                query,
                self.currencies(scope),
                lambda asked, parts: self.answer(scope, asked, today, parts),
            )
        key = (to_url(query), today, also)
        return self.cached(
            scope, "answer", key, lambda version: self._answer(scope, query, today, also, version)
        )

    def answer_once(self, scope: Scope, query: CostQuery, today: date) -> CostAnswer:
        """The same without keeping it, for who keeps what they make of its many rows."""
        return self._answer(scope, query, today, (), self.data_version(scope))

    def currencies(self, scope: Scope) -> tuple[str, ...]:
        """The currencies the tenant is billed in."""
        return self._currencies(scope, self.data_version(scope))

    def _currencies(self, scope: Scope, version: int) -> tuple[str, ...]:
        def currencies(_: int) -> tuple[str, ...]:
            return self._column(scope, currencies_of(scope.tenant_id))

        return self._at(version, scope, "currencies", (), currencies)

    def values(self, scope: Scope, dimension: str, limit: int = 1000) -> tuple[str, ...]:
        """The values of a dimension, in order; only dimensions of the cost keys."""

        def values(_: int) -> tuple[str, ...]:
            return self._column(scope, values_of(dimension, scope.tenant_id, limit))

        return self.cached(scope, "values", (dimension, limit), values)

    def tag_keys(self, scope: Scope, limit: int = 200) -> tuple[str, ...]:
        """The keys of the tenant's tags, in order."""

        def keys(_: int) -> tuple[str, ...]:
            return self._column(scope, tag_keys_of(scope.tenant_id, limit))

        return self.cached(scope, "tag_keys", limit, keys)

    def counts(self, scope: Scope, answer: CostAnswer) -> tuple[int, int]:
        """How many charges the answer sums, and how many of them carry no list price."""
        parts = find_measure(answer.query.measure).parts
        query = replace(answer.query, measure=parts[1]) if parts else answer.query
        statement = counts_of(query, rollup_for(query, answer.days), scope.tenant_id)
        key = (to_url(query), answer.days)
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
        asked = [(query, query.period.resolve(today))]
        days = comparison_days(query, today)
        if days is not None:
            asked.append((replace(query, limit=None), days))
        currencies = self._currencies(scope, version)
        by_unit = not has_one_unit(query, currencies)

        def statement(query: CostQuery, relation: Relation) -> Statement:
            return cost_by(query, relation, scope.tenant_id, also, by_unit=by_unit)

        found = self._from_memory(scope, asked, version, also, by_unit=by_unit)
        if found is None:
            found = self._found(scope, asked, version, statement)
        answer, *before = (
            replace(
                answered(query, days, rows, currencies, also),
                table=relation.name,
                data_version=version,
            )
            for (query, days), (relation, rows) in zip(asked, found, strict=True)
        )
        return replace(answer, before=before[0]) if before else answer

    def _from_memory(
        self,
        scope: Scope,
        asked: list[tuple[CostQuery, DateRange]],
        version: int,
        also: tuple[str, ...],
        *,
        by_unit: bool,
    ) -> list[tuple[Relation, list[dict[str, Any]]]] | None:
        """The rows of each where the tenant is held at this version and has them all."""
        held = self._held.at(scope.tenant_id, version) if self._held else None
        relations = [(query, rollup_for(query, days)) for query, days in asked]
        if held is None or not all(held.answers(q, relation, also) for q, relation in relations):
            return None

        def fetch(statement: Select[Any]) -> list[tuple[Any, ...]]:
            return [tuple(row.values()) for row in self.fetch(scope, statement)]

        try:
            return [
                (relation, held.found(query, relation, also, fetch, by_unit=by_unit))
                for query, relation in relations
            ]
        except NotHeldError:
            return None

    def _found(
        self,
        scope: Scope,
        asked: list[tuple[CostQuery, DateRange]],
        version: int,
        statement: Callable[[CostQuery, Relation], Statement],
    ) -> list[tuple[Relation, list[dict[str, Any]]]]:
        """The rows of each, from a cut where that is of this version when it is read."""
        for cuts in (self._cuts.get(scope.tenant_id) == version, False):
            relations = [rollup_for(query, days, cuts=cuts) for query, days in asked]
            relations = [replace(r, version=version if r.is_cut else None) for r in relations]
            statements = [statement(q, r) for (q, _), r in zip(asked, relations, strict=True)]
            found = self._read(scope, *statements)
            doubted = any(r.is_cut and not f for r, f in zip(relations, found, strict=True))
            if not doubted or self._is_at(scope, version):
                break
        return list(zip(relations, found, strict=True))

    def _is_at(self, scope: Scope, version: int) -> bool:
        """Whether there is nothing because nothing was found, not because the data moved on."""
        (found,) = self._read(scope, versions_of(scope.tenant_id))
        return list(found[0].values()) == [version, version] if found else version == 0


def _rows_of(connection: Connection, statement: Select[Any] | Statement) -> list[dict[str, Any]]:
    if isinstance(statement, Statement):
        result = connection.exec_driver_sql(statement.text, statement.values)
    else:
        result = connection.execute(statement)
    called = statement.names if isinstance(statement, Statement) else {}
    names = tuple(called.get(name, name) for name in list(result.keys()))
    if len(names) == 3:  # noqa: PLR2004 - as the longest answers have, for which this is a third faster
        a, b, c = names
        return [{a: x, b: y, c: z} for x, y, z in result.fetchall()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
