"""The values of one dimension for every key of a level, numbered in Postgres's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, nulls_last, select

from data_layer.models import charge_key, cost_key, service_key
from data_layer.queries.keys import column_of, key_table, tenant_of
from data_layer.queries.relations import Relation
from finops_dash.domain.registry import Dimension, Level

KEYS = {Level.SERVICE: service_key, Level.COST: cost_key, Level.CHARGE: charge_key}


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """`codes` has the place of each key's value among `values`, of which None is the last."""

    values: tuple[str | None, ...]
    codes: NDArray[np.int32]

    def has_any(self, wanted: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which keys have one of the values; `""` is no value."""
        chosen = {value or None for value in wanted}
        found = np.fromiter((value in chosen for value in self.values), np.bool_, len(self.values))
        return found[self.codes]


def column_statement(
    dimension: Dimension, relation: Relation, tenant_id: int
) -> Select[tuple[int, str | None]]:
    """The value of the dimension for each key of the relation's level, in order of values."""
    table, column = key_table(dimension, relation), column_of(dimension, relation)
    of_charges = relation.level is Level.CHARGE and table is not charge_key
    key = (charge_key if of_charges else table).c[KEYS[relation.level].name]
    rows = select(key, column.label("value")).where(table.c.tenant_id == tenant_of(tenant_id))
    if of_charges:
        same = (
            charge_key.c.tenant_id == table.c.tenant_id,
            charge_key.c.cost_key == table.c.cost_key,
        )
        rows = rows.join(charge_key, and_(*same))
    return rows.order_by(nulls_last(column))


def key_column(rows: Iterable[tuple[int, str | None]], ids: NDArray[np.int64]) -> KeyColumn:
    """The column of the rows of `column_statement`; `KeyError` where a key has none any more."""
    values: dict[str | None, int] = {}
    code_of = {key: values.setdefault(value, len(values)) for key, value in rows}
    codes = np.fromiter((code_of[key] for key in ids.tolist()), np.int32, len(ids))
    return KeyColumn(tuple(values), codes)
