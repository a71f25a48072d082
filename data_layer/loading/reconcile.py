"""Sums that must agree: of the files, of what was rejected, and of what is stored. Exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import duckdb
from psycopg import Connection

from data_layer.models.charges import COSTS
from data_layer.sources.focus.dialect import DECIMAL, is_finer
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import ZERO, exactly, plain, total

Sums = dict[tuple[str, str], Decimal]


class ReconciliationError(FinOpsError):
    """What would be stored differs from what the files say; nothing was stored."""

    def __init__(self, differences: list[str]) -> None:
        self.differences = differences
        super().__init__("The sums do not agree, so nothing was stored: " + "; ".join(differences))


@dataclass(frozen=True, slots=True)
class Line:
    """One measure in one currency: file = staged + rejected, and staged = stored."""

    currency: str
    measure: str
    file: Decimal
    rejected: Decimal
    staged: Decimal
    stored: Decimal

    @property
    def agrees(self) -> bool:
        """Whether every figure is accounted for, to the last digit."""
        return self.file == total((self.staged, self.rejected)) and self.staged == self.stored


def staged_sums(stage: duckdb.DuckDBPyConnection, *, finer: bool) -> tuple[Sums, Sums, Sums]:
    """The costs of all staged rows, of the rejected and of the good, by currency and measure.

    The whole is summed apart from its two parts. With `finer`, numbers of more places than
    DuckDB's decimals have are summed here; so are all where the sums outgrow its decimals.
    """
    short = {name: f"NOT {is_finer(name)}" if finer else "true" for name in COSTS}
    long = {name: is_finer(name) for name in COSTS}
    try:
        found = _short_sums(stage, short)
    except duckdb.OutOfRangeException:
        return _long_sums(stage, dict.fromkeys(COSTS, "true"))
    if not finer:
        return found
    whole, rejected, good = map(_added, found, _long_sums(stage, long))
    return whole, rejected, good


def _short_sums(stage: duckdb.DuckDBPyConnection, which: dict[str, str]) -> tuple[Sums, Sums, Sums]:
    columns = ", ".join(
        f"sum(TRY_CAST({name} AS {DECIMAL})) FILTER ({where})" for name, where in which.items()
    )
    rows = stage.execute(
        f"SELECT grouping(problem IS NULL), problem IS NULL, coalesce(billing_currency, ''), "
        f"{columns} FROM raw GROUP BY GROUPING SETS ((problem IS NULL, coalesce("
        "billing_currency, '')), (coalesce(billing_currency, '')))"
    ).fetchall()
    whole = _sums(row[2:] for row in rows if row[0])
    rejected = _sums(row[2:] for row in rows if not row[0] and not row[1])
    return whole, rejected, _sums(row[2:] for row in rows if not row[0] and row[1])


def _long_sums(stage: duckdb.DuckDBPyConnection, which: dict[str, str]) -> tuple[Sums, Sums, Sums]:
    """The sums of the picked numbers, whatever their length."""
    columns = ", ".join(
        f"CASE WHEN {where} AND TRY_CAST({name} AS {DECIMAL}) IS NOT NULL THEN {name} END"
        for name, where in which.items()
    )
    rows = stage.execute(
        f"SELECT problem IS NULL, coalesce(billing_currency, ''), {columns} FROM raw "
        f"WHERE {' OR '.join(which.values())}"
    )
    whole, rejected, good = (defaultdict[tuple[str, str], Decimal](Decimal) for _ in range(3))
    with exactly():
        while batch := rows.fetchmany(10_000):
            for fine, currency, *values in batch:
                for name, value in zip(COSTS, values, strict=True):
                    if value is not None:
                        whole[currency, name] += Decimal(value)
                        (good if fine else rejected)[currency, name] += Decimal(value)
    return whole, rejected, good


def _added(one: Sums, other: Sums) -> Sums:
    keys = {*one, *other}
    return {key: total((one.get(key), other.get(key))) for key in keys}


def stored_sums(connection: Connection, tenant_id: int, slices: list[int]) -> Sums:
    """What the store holds for the slices; `ReconciliationError` if charges and rollup differ."""
    charges, daily = (
        _sums(connection.execute(_stored(table), (tenant_id, slices)).fetchall())
        for table in ("charge", "daily_cost")
    )
    if charges != daily:
        raise ReconciliationError(["the daily costs are not the sums of their charges"])
    return charges


def _stored(table: str) -> str:
    by_key = ", ".join(f"sum({name}) AS {name}" for name in COSTS)
    columns = ", ".join(f"sum(coalesce(f.{name}, 0))" for name in COSTS)
    return (
        f"SELECT k.billing_currency, {columns} FROM (SELECT tenant_id, cost_key, {by_key} "
        f"FROM finops.{table} WHERE tenant_id = %s AND slice_id = ANY(%s) GROUP BY 1, 2) f "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) GROUP BY 1"
    )


def compare(file: Sums, rejected: Sums, staged: Sums, stored: Sums) -> tuple[Line, ...]:
    """The lines of the reconciliation; `ReconciliationError` when one does not agree."""
    keys = sorted({*file, *rejected, *staged, *stored})
    lines = tuple(
        Line(*key, *(sums.get(key, ZERO) for sums in (file, rejected, staged, stored)))
        for key in keys
    )
    wrong = [
        f"{line.measure} in {line.currency or 'no currency'}: file {plain(line.file)}, rejected "
        f"{plain(line.rejected)}, staged {plain(line.staged)}, stored {plain(line.stored)}"
        for line in lines
        if not line.agrees
    ]
    if wrong:
        raise ReconciliationError(wrong)
    return lines


def _sums(rows: Iterable[tuple[object, ...]]) -> Sums:
    return {
        (str(currency), name): Decimal(str(value)) if value is not None else ZERO
        for currency, *values in rows
        for name, value in zip(COSTS, values, strict=True)
    }
