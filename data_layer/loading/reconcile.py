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


def staged_sums(stage: duckdb.DuckDBPyConnection, where: str, *, finer: bool) -> Sums:
    """The staged rows' costs by currency and measure; `finer` sums decimals of any length."""
    if finer:
        return _sums_of_any_length(stage, where)
    columns = ", ".join(f"sum(TRY_CAST({name} AS {DECIMAL}))" for name in COSTS)
    rows = stage.execute(
        f"SELECT coalesce(billing_currency, ''), {columns} FROM raw WHERE {where} GROUP BY 1"
    ).fetchall()
    return _sums(rows)


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
    """What the store now holds for the slices, from the rollup made of their rows."""
    columns = ", ".join(f"sum(d.{name})" for name in COSTS)
    rows = connection.execute(
        f"SELECT k.billing_currency, {columns} FROM finops.daily_cost d "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) "
        "WHERE d.tenant_id = %s AND d.slice_id = ANY(%s) GROUP BY 1",
        (tenant_id, slices),
    ).fetchall()
    return _sums(rows)


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
