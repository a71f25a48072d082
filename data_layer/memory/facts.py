"""The rows of a rollup as arrays, in order of days; each amount exact, in pieces of 31 bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table

from data_layer.models.charges import COSTS
from data_layer.queries.relations import day_of
from finops_dash.domain.money import exactly

HALF, WORD = 31, 62  # bits; a word of Postgres's bigint is held as two signed 32-bit halves
MOST_EXACT = 1 << 22  # as many halves a float adds up without rounding

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Amounts:
    """One measure of every row: Σ limbs[i] · 2^(31·i) units of 10^-scale."""

    scale: int
    limbs: tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows in order of days: those of `days[i]` are from `starts[i]` to `starts[i + 1]`.

    `key_of` has the place of each row's key among the ids it was read with.
    """

    days: tuple[date, ...]
    starts: tuple[int, ...]
    key_of: Ints
    amounts: Mapping[str, Amounts]


def count_rows(connection: Connection, table: Table, tenant_id: int, most: int) -> int:
    """How many rows of the table the tenant has; `most` and one where there are more."""
    found = f"SELECT FROM {table.fullname} WHERE tenant_id = %(tenant_id)s LIMIT {most + 1}"
    ((count,),) = _rows(connection, f"SELECT count(*) FROM ({found}) found", tenant_id)
    return int(count)


def read_facts(
    connection: Connection, table: Table, key: str, ids: NDArray[np.int64], tenant_id: int
) -> Facts:
    """The tenant's rows of a rollup whose keys are among the sorted `ids`, a month at a time."""
    day = day_of(table).name
    counts = _rows(connection, _COUNTS.format(day=day, table=table.fullname), tenant_id)
    days = tuple(row[0] for row in counts)
    starts = (0, *accumulate(row[1] for row in counts))
    scales = {name: _scale(connection, table, name, tenant_id) for name in COSTS}
    words = [word for name in COSTS for word in _words(name, *scales[name])]
    sent = "||".join(f"int8send({word})" for word in (key, *words))
    sql = _PACKED.format(day=day, table=table.fullname, sent=sent)
    held = np.empty((2 * len(words), starts[-1]), np.int32)
    key_of, at = np.empty(starts[-1], np.int32), 0
    for _, month in groupby(days, key=lambda found: (found.year, found.month)):
        span = list(month)
        for _, packed in _rows(connection, sql, tenant_id, first=span[0], last=span[-1]):
            rows = np.frombuffer(packed, ">i8").reshape(-1, 1 + len(words)).T.astype(np.int64)
            end = at + rows.shape[1]
            key_of[at:end] = np.searchsorted(ids, rows[0])
            held[0::2, at:end] = rows[1:] & ((1 << HALF) - 1)
            held[1::2, at:end] = rows[1:] >> HALF
            at = end
    return Facts(days, starts, key_of, _amounts(held, scales))


_COUNTS = (
    "SELECT {day}, count(*) FROM {table} WHERE tenant_id = %(tenant_id)s GROUP BY 1 ORDER BY 1"
)
_PACKED = (
    "SELECT {day}, string_agg({sent}, ''::bytea) FROM {table} WHERE tenant_id = %(tenant_id)s "
    "AND {day} BETWEEN %(first)s AND %(last)s GROUP BY 1 ORDER BY 1"
)


def _rows(connection: Connection, sql: str, tenant_id: int, **values: object) -> list[Any]:
    return list(connection.exec_driver_sql(sql, {"tenant_id": tenant_id, **values}))


def _scale(connection: Connection, table: Table, name: str, tenant_id: int) -> tuple[int, int]:
    """The places behind the point that a measure has at most, and its words of 62 bits."""
    sql = (
        f"SELECT coalesce(max(scale(trim_scale({name}))), 0), coalesce(max(abs({name})), 0) "
        f"FROM {table.fullname} WHERE tenant_id = %(tenant_id)s"
    )
    ((scale, largest),) = _rows(connection, sql, tenant_id)
    with exactly():
        units = int(Decimal(largest).scaleb(scale))
    return scale, max(1, -(-units.bit_length() // WORD))


def _words(name: str, scale: int, count: int) -> list[str]:
    """SQL for each word of a measure's units, lowest first; all have the sign of the whole."""
    units = f"({name} * {10**scale})"
    if count == 1:
        return [f"{units}::bigint"]
    return [
        f"mod(div({units}, {1 << (WORD * place)}), {1 << WORD})::bigint" for place in range(count)
    ]


def _amounts(held: Ints, scales: Mapping[str, tuple[int, int]]) -> dict[str, Amounts]:
    ends = list(accumulate(2 * words for _, words in scales.values()))
    return {
        name: Amounts(scale, tuple(held[end - 2 * words : end]))
        for (name, (scale, words)), end in zip(scales.items(), ends, strict=True)
    }
