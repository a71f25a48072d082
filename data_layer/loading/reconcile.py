"""Sums that must agree: of the files, of what was rejected, and of what is stored. Exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
from psycopg import Connection

from data_layer.loading.plan import Place, Plan
from data_layer.loading.stage import NUMBER_COLUMNS
from data_layer.models.charges import COSTS
from data_layer.sources.focus.dialect import DECIMAL
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


def staged_sums(stage: duckdb.DuckDBPyConnection) -> tuple[Sums, Sums, Sums]:
    """The costs of all staged rows, of the rejected and of the good, by currency and measure.

    The whole is summed apart from its two parts. Rows with a number too long for DuckDB's
    decimals are summed here; so are all where the sums outgrow its decimals.
    """
    try:
        found = _short_sums(stage)
    except duckdb.OutOfRangeException:
        return _long_sums(stage, "true")
    whole, rejected, good = map(added, found, _long_sums(stage, "exact IS NOT NULL"))
    return whole, rejected, good


_ROWS = (
    "(SELECT f.*, problem IS NULL AS good, "
    "coalesce(CASE WHEN problem IS NULL THEN billing_currency ELSE currency END, '') AS code "
    "FROM fact f LEFT JOIN key_of k USING (content))"
)


def _short_sums(stage: duckdb.DuckDBPyConnection) -> tuple[Sums, Sums, Sums]:
    columns = ", ".join(f"sum({name})" for name in COSTS)
    rows = stage.execute(
        f"SELECT grouping(good), good, code, {columns} FROM {_ROWS} WHERE exact IS NULL "
        "GROUP BY GROUPING SETS ((good, code), (code))"
    ).fetchall()
    whole = _sums(row[2:] for row in rows if row[0])
    rejected = _sums(row[2:] for row in rows if not row[0] and not row[1])
    return whole, rejected, _sums(row[2:] for row in rows if not row[0] and row[1])


def _long_sums(stage: duckdb.DuckDBPyConnection, where: str) -> tuple[Sums, Sums, Sums]:
    """The sums of the picked rows, whatever the length of their numbers."""
    places = {name: NUMBER_COLUMNS.index(name) + 1 for name in COSTS}
    columns = ", ".join(
        f"CASE WHEN exact IS NULL THEN {name}::VARCHAR WHEN TRY_CAST(exact[{place}] AS {DECIMAL}) "
        f"IS NOT NULL THEN exact[{place}] END"
        for name, place in places.items()
    )
    rows = stage.execute(f"SELECT good, code, {columns} FROM {_ROWS} WHERE {where}")
    whole, rejected, good = (defaultdict[tuple[str, str], Decimal](Decimal) for _ in range(3))
    with exactly():
        while batch := rows.fetchmany(10_000):
            for fine, currency, *values in batch:
                for name, value in zip(COSTS, values, strict=True):
                    whole[currency, name] += Decimal(value or 0)
                    (good if fine else rejected)[currency, name] += Decimal(value or 0)
    return whole, rejected, good


def added(one: Sums, other: Sums) -> Sums:
    """The sums of both."""
    keys = {*one, *other}
    return {key: total((one.get(key), other.get(key))) for key in keys}


class Holdings:
    """What the store holds of a tenant, summed by currency within the load's transaction."""

    def __init__(self, connection: Connection, tenant_id: int) -> None:
        """Takes the keys as they are now: those of the delivery must be in."""
        self._connection = connection
        self._tenant_id = tenant_id
        # Apart from their many other columns, and with statistics, they are quickly joined. The
        # planner knows nothing of facts that came in this transaction, and would sort them all.
        connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS currency_of ON COMMIT DROP AS SELECT tenant_id, "
            f"cost_key, billing_currency FROM finops.cost_key WHERE tenant_id = {int(tenant_id)}; "
            "ANALYZE currency_of; SET LOCAL enable_sort = off; SET LOCAL enable_nestloop = off"
        )

    def of(self, tables: list[str]) -> Sums:
        """The costs of all the tenant's rows in tables that hold no others."""
        columns = f"tenant_id, cost_key, {', '.join(COSTS)}"
        union = " UNION ALL ".join(f"SELECT {columns} FROM {table}" for table in tables)
        return self._sums(f"({union})", "", ()) if tables else {}

    def of_slices(self, table: str, slices: dict[int, date]) -> Sums:
        """The costs of slices, given with their days."""
        if not slices:
            return {}
        where = "WHERE tenant_id = %s AND charge_day BETWEEN %s AND %s AND slice_id = ANY(%s)"
        days = (min(slices.values()), max(slices.values()))
        return self._sums(table, where, (self._tenant_id, *days, list(slices)))

    def _sums(self, rows: str, where: str, values: tuple[object, ...]) -> Sums:
        columns = ", ".join(f"sum(coalesce({name}, 0))" for name in COSTS)
        found = self._connection.execute(
            f"SELECT billing_currency, {columns} FROM (SELECT * FROM {rows} f {where}) f "
            "JOIN currency_of USING (tenant_id, cost_key) GROUP BY 1",
            values,
        ).fetchall()
        return _sums(found)


def stored_sums(
    connection: Connection, tenant_id: int, plan: Plan, slices: dict[Place, int], charges: Sums
) -> Sums:
    """What the store holds for the slices; `ReconciliationError` if charges and rollup differ.

    `charges` is what it holds of those that changed. For the others the daily costs stand, as
    they were held against their charges when they came.
    """
    held = Holdings(connection, tenant_id)
    # Now that nothing else is left to do, both cores can sum; the planner would not think so.
    connection.execute(
        "SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0; "
        "SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_index_scan_size = 0"
    )
    changed = {slices[place]: place[3] for place in plan.changed}
    unchanged = {slices[p]: p[3] for p in plan.staged if slices[p] not in changed}
    if charges != held.of_slices("finops.daily_cost", changed):
        raise ReconciliationError(["the daily costs are not the sums of their charges"])
    return added(charges, held.of_slices("finops.daily_cost", unchanged))


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
