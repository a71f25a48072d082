"""The rollups, refreshed for the slices, days and months that a load touched."""

from __future__ import annotations

from datetime import date

import duckdb
from psycopg import Connection

from data_layer.loading.copying import copy_rows
from data_layer.models.charges import COSTS, QUANTITIES
from data_layer.models.rollups import SUMS
from data_layer.sources.focus.dialect import DECIMAL

COLUMNS = ", ".join(("row_count", "unpriced_count", *SUMS))
_ADDED = ", ".join(f"sum({name})" for name in ("row_count", "unpriced_count", *SUMS))
_COUNTED = ", ".join(
    (
        "count(*)",
        "count(*) FILTER (WHERE list_unit_price IS NULL)",
        *(f"coalesce(sum({name}), 0)" for name in COSTS),
        *(f"sum({name})" for name in QUANTITIES),
    )
)
_STAGED = ", ".join(
    (
        "count(*)",
        "count(*) FILTER (f.list_unit_price IS NULL)",
        *(f"coalesce(sum(f.{name}::{DECIMAL}), 0)" for name in COSTS),
        *(f"sum(f.{name}::{DECIMAL})" for name in QUANTITIES),
    )
)
_IN_MONTH = "charge_day >= %(month)s AND charge_day < %(month)s + interval '1 month'"


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


def refresh_daily(connection: Connection, tenant_id: int, slices: list[int]) -> None:
    """Sum the stored charges of the slices per day and cost key."""
    connection.execute(
        f"INSERT INTO finops.daily_cost (tenant_id, charge_day, cost_key, slice_id, {COLUMNS}) "
        f"SELECT tenant_id, charge_day, cost_key, slice_id, {_COUNTED} FROM finops.charge "
        "WHERE tenant_id = %s AND slice_id = ANY(%s) AND charge_day = ANY("
        "SELECT charge_day FROM finops.slice WHERE tenant_id = %s AND slice_id = ANY(%s)) "
        "GROUP BY tenant_id, charge_day, cost_key, slice_id",
        (tenant_id, slices, tenant_id, slices),
    )


def sum_on_stage(stage: duckdb.DuckDBPyConnection) -> bool:
    """Make `daily` and `resources` of the staged rows; False when a sum has too many digits."""
    key = "JOIN key_of k USING (content)"
    try:
        stage.execute(
            f"CREATE TABLE daily AS SELECT f.charge_day, k.cost_key, s.slice_id, {_STAGED} "
            f"FROM fact f {key} JOIN changed_slice s USING "
            "(source, billing_period_start, billing_period_end, charge_day) GROUP BY 1, 2, 3"
        )
        stage.execute(
            "CREATE TABLE resources AS SELECT date_trunc('month', f.charge_day)::DATE AS "
            f"charge_month, k.charge_key, k.cost_key, {_STAGED} FROM fact f {key} GROUP BY 1, 2, 3"
        )
    except duckdb.OutOfRangeException:
        return False
    return True


def copy_from_stage(
    connection: Connection,
    tenant_id: int,
    stage: duckdb.DuckDBPyConnection,
    days: list[date],
    ours: list[int],
) -> None:
    """Store the sums made on the stage; months that others share are summed from their charges."""
    tenant = int(tenant_id)
    copy_rows(
        stage, f"SELECT {tenant}, * FROM daily ORDER BY charge_day, cost_key", connection,
        "finops.daily_cost", f"tenant_id, charge_day, cost_key, slice_id, {COLUMNS}",
    )  # fmt: skip
    for month in _months(days):
        if _others(connection, tenant_id, month, ours):
            _refresh_resources_of(connection, tenant_id, month)
            continue
        connection.execute(
            "DELETE FROM finops.monthly_resource_cost WHERE tenant_id = %s AND charge_month = %s",
            (tenant_id, month),
        )
        copy_rows(
            stage, f"SELECT {tenant}, * FROM resources WHERE charge_month = DATE '{month}'",
            connection, "finops.monthly_resource_cost",
            f"tenant_id, charge_month, charge_key, cost_key, {COLUMNS}",
        )  # fmt: skip


def _others(connection: Connection, tenant_id: int, month: date, ours: list[int]) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM finops.slice WHERE tenant_id = %(tenant)s AND "
        f"{_IN_MONTH} AND NOT slice_id = ANY(%(ours)s))",
        {"tenant": tenant_id, "month": month, "ours": ours},
    ).fetchone()
    return bool(row and row[0])


def _months(days: list[date]) -> list[date]:
    return sorted({day.replace(day=1) for day in days})


def refresh_resources(connection: Connection, tenant_id: int, days: list[date]) -> None:
    """Sum the stored charges of the days' months per charge key."""
    for month in _months(days):
        _refresh_resources_of(connection, tenant_id, month)


def _refresh_resources_of(connection: Connection, tenant_id: int, month: date) -> None:
    _replace(
        connection, "monthly_resource_cost", "charge_month, charge_key, cost_key", [month],
        f"SELECT tenant_id, %(month)s, charge_key, cost_key, {_COUNTED} FROM finops.charge "
        f"WHERE tenant_id = %(tenant)s AND {_IN_MONTH} GROUP BY 1, 3, 4",
        tenant_id,
    )  # fmt: skip


def refresh_above(connection: Connection, tenant_id: int, days: list[date]) -> None:
    """Bring the service and month rollups in line with the days' daily costs."""
    # The planner knows nothing yet of rows that came in this transaction.
    connection.execute("ANALYZE finops.cost_key, finops.daily_cost")
    connection.execute("SET LOCAL enable_nestloop = off")
    _replace(
        connection, "daily_service_cost", "charge_day, service_key", days,
        f"SELECT d.tenant_id, d.charge_day, k.service_key, {_ADDED} FROM finops.daily_cost d "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) "
        "WHERE d.tenant_id = %(tenant)s AND d.charge_day = ANY(%(when)s) GROUP BY 1, 2, 3",
        tenant_id,
    )  # fmt: skip
    for month in _months(days):
        _replace(
            connection, "monthly_cost", "charge_month, cost_key", [month],
            f"SELECT tenant_id, %(month)s, cost_key, {_ADDED} FROM finops.daily_cost "
            f"WHERE tenant_id = %(tenant)s AND {_IN_MONTH} GROUP BY 1, 3",
            tenant_id,
        )  # fmt: skip


def _replace(  # noqa: PLR0913 - one private step of its callers
    connection: Connection, table: str, keys: str, when: list[date], rows: str, tenant_id: int
) -> None:
    time, _, _ = keys.partition(",")
    values = {"tenant": tenant_id, "when": when, "month": when[0] if when else None}
    connection.execute(
        f"DELETE FROM finops.{table} WHERE tenant_id = %(tenant)s AND {time} = ANY(%(when)s)",
        values,
    )
    connection.execute(f"INSERT INTO finops.{table} (tenant_id, {keys}, {COLUMNS}) {rows}", values)
