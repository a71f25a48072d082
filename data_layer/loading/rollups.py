"""The rollups, refreshed for the slices, days and months that a load touched."""

from __future__ import annotations

from datetime import date

from psycopg import Connection

from data_layer.models.charges import COSTS, QUANTITIES
from data_layer.models.rollups import SUMS

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


def refresh_above(connection: Connection, tenant_id: int, days: list[date]) -> None:
    """Bring the service, month and resource rollups in line with the days' daily costs."""
    months = sorted({day.replace(day=1) for day in days})
    _replace(
        connection, "daily_service_cost", "charge_day, service_key", days,
        "SELECT d.tenant_id, d.charge_day, k.service_key, {sums} FROM finops.daily_cost d "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) "
        "WHERE d.tenant_id = %(tenant)s AND d.charge_day = ANY(%(when)s) GROUP BY 1, 2, 3",
        tenant_id,
    )  # fmt: skip
    for month in months:
        _refresh_month(connection, tenant_id, month)


def _refresh_month(connection: Connection, tenant_id: int, month: date) -> None:
    inside = "charge_day >= %(month)s AND charge_day < %(month)s + interval '1 month'"
    _replace(
        connection, "monthly_cost", "charge_month, cost_key", [month],
        "SELECT tenant_id, %(month)s, cost_key, {sums} FROM finops.daily_cost "
        f"WHERE tenant_id = %(tenant)s AND {inside} GROUP BY 1, 3",
        tenant_id,
    )  # fmt: skip
    _replace(
        connection, "monthly_resource_cost", "charge_month, charge_key, cost_key", [month],
        f"SELECT tenant_id, %(month)s, charge_key, cost_key, {_COUNTED} FROM finops.charge "
        f"WHERE tenant_id = %(tenant)s AND {inside} GROUP BY 1, 3, 4",
        tenant_id,
    )  # fmt: skip


def _replace(  # noqa: PLR0913 - one private step of two callers
    connection: Connection, table: str, keys: str, when: list[date], rows: str, tenant_id: int
) -> None:
    time = keys.split(",")[0]
    values = {"tenant": tenant_id, "when": when, "month": when[0] if when else None}
    connection.execute(
        f"DELETE FROM finops.{table} WHERE tenant_id = %(tenant)s AND {time} = ANY(%(when)s)",
        values,
    )
    connection.execute(
        f"INSERT INTO finops.{table} (tenant_id, {keys}, {COLUMNS}) {rows.format(sums=_ADDED)}",
        values,
    )
