"""Sums that must agree: of the files, of what was rejected, and of what is stored. Exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import duckdb
from psycopg import Connection

from data_layer.models.charges import COSTS
from data_layer.sources.focus.dialect import DECIMAL
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import ZERO, plain

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
        return self.file == self.staged + self.rejected and self.staged == self.stored


def staged_sums(stage: duckdb.DuckDBPyConnection, *, finer: bool) -> tuple[Sums, Sums, Sums]:
    """The costs of all staged rows, of the rejected and of the good, by currency and measure.

    `finer` sums decimals of any length. The whole is summed apart from its two parts.
    """
    if finer:
        return tuple(_sums_of_any_length(stage, where) for where in _PARTS)  # type: ignore[return-value]
    columns = ", ".join(f"sum(TRY_CAST({name} AS {DECIMAL}))" for name in COSTS)
    rows = stage.execute(
        f"SELECT grouping(problem IS NULL), problem IS NULL, coalesce(billing_currency, ''), "
        f"{columns} FROM raw GROUP BY GROUPING SETS ((problem IS NULL, coalesce("
        "billing_currency, '')), (coalesce(billing_currency, '')))"
    ).fetchall()
    whole = _sums(row[2:] for row in rows if row[0])
    rejected = _sums(row[2:] for row in rows if not row[0] and not row[1])
    return whole, rejected, _sums(row[2:] for row in rows if not row[0] and row[1])


_PARTS = ("true", "problem IS NOT NULL", "problem IS NULL")


def _sums_of_any_length(stage: duckdb.DuckDBPyConnection, where: str) -> Sums:
    found: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    columns = ", ".join(
        f"CASE WHEN TRY_CAST({name} AS {DECIMAL}) IS NOT NULL THEN {name} END" for name in COSTS
    )
    rows = stage.execute(f"SELECT coalesce(billing_currency, ''), {columns} FROM raw WHERE {where}")
    while batch := rows.fetchmany(10_000):
        for currency, *values in batch:
            for name, value in zip(COSTS, values, strict=True):
                found[currency, name] += ZERO if value is None else Decimal(value)
    return dict(found)


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
