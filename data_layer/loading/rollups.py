"""The rollups, refreshed for the slices, days and months that a load touched.

The stage sums while the charges are stored, and its sums are copied in. Where it does not know
all the charges of a month, or has numbers too long for its decimals, PostgreSQL sums instead.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date

import duckdb
from psycopg import Connection

from data_layer.loading.copying import encoded_rows
from data_layer.loading.plan import Place, Plan
from data_layer.loading.stage import has_long_numbers
from data_layer.models.charges import COSTS, QUANTITIES
from data_layer.models.rollups import SUMS

COUNTS = ("row_count", "unpriced_count")
COLUMNS = ", ".join((*COUNTS, *SUMS))
_ADDED = ", ".join(f"sum({name})" for name in (*COUNTS, *SUMS))
_STAGE_ADDED = ", ".join(
    (*(f"sum({name})::BIGINT AS {name}" for name in COUNTS), *(f"sum({n}) AS {n}" for n in SUMS))
)
_COUNTED = ", ".join(
    (
        "count(*) AS row_count",
        "count(*) FILTER (WHERE list_unit_price IS NULL) AS unpriced_count",
        *(f"coalesce(sum({name}), 0) AS {name}" for name in COSTS),
        *(f"sum({name}) AS {name}" for name in QUANTITIES),
    )
)
_IN_MONTH = "charge_day >= %(month)s AND charge_day < %(month)s + interval '1 month'"
_STAGE_SUMS = {
    "daily": f"charge_day, charge_month, cost_key, slice_id, changed, {_COUNTED} "
    "FROM placed WHERE touched",
    "resources": f"charge_month, charge_key, cost_key, {_COUNTED} FROM placed WHERE touched",
    "months": f"charge_month, cost_key, {_STAGE_ADDED} FROM daily",
    "services": f"charge_day, of_service AS service_key, {_STAGE_ADDED} "
    "FROM daily JOIN cost_key USING (cost_key)",
}


class Summing(AbstractContextManager["Summing"]):
    """Sums the staged rows in a thread of its own."""

    def __init__(self, stage: duckdb.DuckDBPyConnection) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._stage = stage
        self._sums: Future[bool] | None = None

    def __exit__(self, *_: object) -> None:
        """Wait for the thread."""
        self._pool.shutdown()

    def begin(self) -> Future[bool]:
        """Begin, unless it has begun."""
        if self._sums is None:
            self._sums = self._pool.submit(_sum_on_stage, self._stage.cursor())
        return self._sums

    def result(self) -> bool:
        """Whether the stage has the sums; where numbers are too long for it, it has not."""
        return self.begin().result()


def _sum_on_stage(stage: duckdb.DuckDBPyConnection) -> bool:
    if has_long_numbers(stage):
        return False
    try:
        for table, rows in _STAGE_SUMS.items():
            stage.execute(f"CREATE TABLE {table} AS SELECT {rows} GROUP BY ALL")
    except duckdb.OutOfRangeException:
        return False
    return True


def refresh(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    stage: duckdb.DuckDBPyConnection,
    plan: Plan,
    slices: dict[Place, int],
    *,
    summed: bool,
) -> None:
    """Bring the rollups in line with the charges; `summed` says that the stage has the sums."""
    # The planner knows nothing yet of rows that came in this transaction.
    connection.execute("SET LOCAL enable_nestloop = off")
    if not summed:
        _refresh_daily(connection, tenant_id, [slices[place] for place in plan.changed])
        shared = plan.months
    else:
        ours = [slices[place] for place in plan.staged]
        shared = [month for month in plan.months if _others(connection, tenant_id, month, ours)]
        copy_from_stage(connection, tenant_id, stage, plan, shared)
    if shared:
        connection.execute("ANALYZE finops.cost_key, finops.daily_cost")
    for month in shared:
        _refresh_resources(connection, tenant_id, month)
        _refresh_above(connection, tenant_id, month, plan.days)


def copy_from_stage(
    connection: Connection,
    tenant_id: int,
    stage: duckdb.DuckDBPyConnection,
    plan: Plan,
    shared: list[date],
) -> None:
    """Store the sums made on the stage, but for months that others share."""
    months = [month for month in plan.months if month not in shared]
    days = [day for day in plan.days if day.replace(day=1) in months]
    targets: tuple[tuple[str, str, str, list[date]], ...] = (
        ("daily_cost", "charge_day, cost_key, slice_id", "daily WHERE changed", []),
        ("monthly_resource_cost", "charge_month, charge_key, cost_key",
         f"resources WHERE {_among('charge_month', months)}", months),
        ("monthly_cost", "charge_month, cost_key",
         f"months WHERE {_among('charge_month', months)}", months),
        ("daily_service_cost", "charge_day, service_key",
         f"services WHERE {_among('charge_day', days)}", days),
    )  # fmt: skip
    queries = [
        f"SELECT {int(tenant_id)}::INTEGER, {keys}, {COLUMNS} FROM {rows} ORDER BY {keys}"
        for _, keys, rows, _ in targets
    ]
    with encoded_rows(stage, queries) as copy_next:
        for table, keys, _, when in targets:
            if when:
                _clear(connection, table, keys, when, tenant_id)
            copy_next(connection, f"finops.{table}", f"tenant_id, {keys}, {COLUMNS}")


def _among(column: str, when: list[date]) -> str:
    listed = ", ".join(f"DATE '{day}'" for day in when)
    return f"{column} IN ({listed})" if when else "false"


def _others(connection: Connection, tenant_id: int, month: date, ours: list[int]) -> bool:
    """Whether charges of the month stand that the delivery does not hold."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM finops.slice WHERE tenant_id = %(tenant)s AND "
        f"{_IN_MONTH} AND NOT slice_id = ANY(%(ours)s))",
        {"tenant": tenant_id, "month": month, "ours": ours},
    ).fetchone()
    return bool(row and row[0])


def keep_history(connection: Connection, tenant_id: int, slices: list[int]) -> None:
    """Move the daily costs of slices about to be replaced into the history."""
    connection.execute(
        f"INSERT INTO finops.daily_cost_history (tenant_id, charge_day, cost_key, slice_id, "
        f"valid_until, valid_from, {COLUMNS}) "
        f"SELECT d.tenant_id, d.charge_day, d.cost_key, d.slice_id, now(), s.loaded_at, "
        f"{', '.join('d.' + name for name in COLUMNS.split(', '))} "
        "FROM finops.daily_cost d JOIN finops.slice s USING (tenant_id, slice_id) "
        "WHERE d.tenant_id = %s AND d.slice_id = ANY(%s)",
        (tenant_id, slices),
    )


def _refresh_daily(connection: Connection, tenant_id: int, slices: list[int]) -> None:
    """Sum the stored charges of the slices per day and cost key."""
    connection.execute(
        f"INSERT INTO finops.daily_cost (tenant_id, charge_day, cost_key, slice_id, {COLUMNS}) "
        f"SELECT tenant_id, charge_day, cost_key, slice_id, {_COUNTED} FROM finops.charge "
        "WHERE tenant_id = %s AND slice_id = ANY(%s) AND charge_day = ANY("
        "SELECT charge_day FROM finops.slice WHERE tenant_id = %s AND slice_id = ANY(%s)) "
        "GROUP BY tenant_id, charge_day, cost_key, slice_id",
        (tenant_id, slices, tenant_id, slices),
    )


def _refresh_resources(connection: Connection, tenant_id: int, month: date) -> None:
    """Sum the stored charges of the month per charge key."""
    _replace(
        connection, "monthly_resource_cost", "charge_month, charge_key, cost_key", [month],
        f"SELECT tenant_id, %(month)s, charge_key, cost_key, {_COUNTED} FROM finops.charge "
        f"WHERE tenant_id = %(tenant)s AND {_IN_MONTH} GROUP BY 1, 3, 4",
        tenant_id,
    )  # fmt: skip


def _refresh_above(connection: Connection, tenant_id: int, month: date, days: list[date]) -> None:
    """Bring the month's rollups of services and months in line with its daily costs."""
    _replace(
        connection, "daily_service_cost", "charge_day, service_key",
        [day for day in days if day.replace(day=1) == month],
        f"SELECT d.tenant_id, d.charge_day, k.service_key, {_ADDED} FROM finops.daily_cost d "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) "
        "WHERE d.tenant_id = %(tenant)s AND d.charge_day = ANY(%(when)s) GROUP BY 1, 2, 3",
        tenant_id,
    )  # fmt: skip
    _replace(
        connection, "monthly_cost", "charge_month, cost_key", [month],
        f"SELECT tenant_id, %(month)s, cost_key, {_ADDED} FROM finops.daily_cost "
        f"WHERE tenant_id = %(tenant)s AND {_IN_MONTH} GROUP BY 1, 3",
        tenant_id,
    )  # fmt: skip


def _replace(  # noqa: PLR0913 - one private step of its callers
    connection: Connection, table: str, keys: str, when: list[date], rows: str, tenant_id: int
) -> None:
    _clear(connection, table, keys, when, tenant_id)
    values = {"tenant": tenant_id, "when": when, "month": when[0] if when else None}
    connection.execute(f"INSERT INTO finops.{table} (tenant_id, {keys}, {COLUMNS}) {rows}", values)


def _clear(connection: Connection, table: str, keys: str, when: list[date], tenant_id: int) -> None:
    time, _, _ = keys.partition(",")
    connection.execute(
        f"DELETE FROM finops.{table} WHERE tenant_id = %s AND {time} = ANY(%s)", (tenant_id, when)
    )
