"""One tenant's rollups in memory, at one version of its data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table, select

from data_layer.memory.columns import KEYS, KeyColumn, column_statement, key_column
from data_layer.memory.facts import MOST_EXACT, Facts, count_rows, read_facts
from data_layer.memory.places import Groups, groups_of
from data_layer.memory.sums import NotHeldError, summed
from data_layer.models import (
    daily_cost,
    daily_service_cost,
    data_version,
    monthly_cost,
    monthly_resource_cost,
)
from data_layer.models.charges import COSTS
from data_layer.queries.groups import dimensions_grouped, unit_of
from data_layer.queries.keys import is_time
from data_layer.queries.relations import Relation
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.registry import Dimension, Level, find_dimension

Fetch = Callable[[Select[Any]], Iterable[Any]]
_ROLLUPS = {
    daily_service_cost: Level.SERVICE,
    daily_cost: Level.COST,
    monthly_cost: Level.COST,
    monthly_resource_cost: Level.CHARGE,
}
MOST_GROUPS = 50
MOST_KEYS = 100_000  # of a level: each value of theirs is a text in memory


@dataclass(frozen=True, slots=True)
class HeldTenant:
    """The rollups by table, the ids of their keys, and the columns and groups asked for so far."""

    tenant_id: int
    version: int
    ids: dict[Level, NDArray[np.int64]]
    facts: dict[Table, Facts]
    columns: dict[tuple[Level, str], KeyColumn] = field(default_factory=dict)
    groups: dict[tuple[Level, tuple[str, ...]], Groups] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many facts are held."""
        return sum(len(facts.key_of) for facts in self.facts.values())

    def answers(self, query: CostQuery, relation: Relation, also: tuple[str, ...]) -> bool:
        """Whether all that the query needs is held."""
        held = all(part.table in self.facts and part.known is None for part in relation.parts)
        contains = any(item.contains for item in query.filters)
        return held and not contains and {query.measure, *also} <= set(COSTS)

    def found(
        self,
        query: CostQuery,
        relation: Relation,
        also: tuple[str, ...],
        fetch: Fetch,
        *,
        by_unit: bool,
    ) -> list[dict[str, Any]]:
        """The rows that `queries.cost.cost_by` would give, in the query's order, without limit.

        Of a query that this `answers`. `fetch` reads the columns of dimensions not asked for
        before; raises `NotHeldError` where they no longer have every key, or the answer is too
        wide.
        """

        def column(dimension: Dimension) -> KeyColumn:
            return self._column(dimension, relation, fetch)

        dimensions = [*dimensions_grouped(query), *([unit_of(query)] if by_unit else [])]
        groups = self._groups(relation.level, {d.name: column(d) for d in dimensions})
        wanted = [item for item in query.filters if not is_time(item)]
        if query.currency is not None:
            wanted.append(Filter("billing_currency", (query.currency,)))
        masks = [
            column(find_dimension(item.dimension)).has_any(item.values) ^ item.negated
            for item in wanted
        ]
        kept = np.logical_and.reduce(masks) if masks else None
        parts = [(part, self.facts[part.table]) for part in relation.parts]
        measures = tuple(dict.fromkeys((query.measure, *also)))
        return summed(query, parts, groups, kept, measures)

    def _groups(self, level: Level, columns: dict[str, KeyColumn]) -> Groups:
        place = (level, tuple(columns))
        if place not in self.groups:
            if len(self.groups) >= MOST_GROUPS:
                self.groups.clear()
            self.groups[place] = groups_of(columns, len(self.ids[level]))
        return self.groups[place]

    def _column(self, dimension: Dimension, relation: Relation, fetch: Fetch) -> KeyColumn:
        place = (relation.level, dimension.name)
        if place not in self.columns:
            rows = fetch(column_statement(dimension, relation, self.tenant_id))
            try:
                self.columns[place] = key_column(rows, self.ids[relation.level])
            except KeyError as error:
                raise NotHeldError from error
        return self.columns[place]


def hold(connection: Connection, tenant_id: int, most_rows: int) -> HeldTenant | None:
    """The tenant's rollups as they stand; None where there are more than `most_rows` rows.

    `connection` has begun a transaction for the tenant and read nothing in it.
    """
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    found = select(data_version.c.version).where(data_version.c.tenant_id == tenant_id)
    version = connection.execute(found).scalar()
    most = min(most_rows, MOST_EXACT)
    rollups = [
        (table, level)
        for table, level in _ROLLUPS.items()
        if count_rows(connection, KEYS[level], tenant_id, MOST_KEYS) <= MOST_KEYS
    ]
    rows = sum(count_rows(connection, table, tenant_id, most) for table, _ in rollups)
    if version is None or rows > most:
        return None
    ids = {level: _ids(connection, KEYS[level], tenant_id) for _, level in rollups}
    facts = {
        table: read_facts(connection, table, KEYS[level].name, ids[level], tenant_id)
        for table, level in rollups
    }
    return HeldTenant(tenant_id, version, ids, facts)


def _ids(connection: Connection, table: Table, tenant_id: int) -> NDArray[np.int64]:
    key = table.c[table.name]
    rows = connection.execute(select(key).where(table.c.tenant_id == tenant_id).order_by(key))
    return np.fromiter(rows.scalars(), np.int64)
