"""Bringing the cuts of cost in line with the loads behind them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Engine, text

from data_layer import locks
from data_layer.engine import tenant_statement
from data_layer.models.charges import COSTS
from data_layer.models.cuts import CUTS, RESOURCE, RESOURCES, Cut

_SUMS = ", ".join(("row_count", "unpriced_count", *COSTS))
_ADDED = ", ".join(f"sum(f.{name})" for name in ("row_count", "unpriced_count", *COSTS))
_STANDING = (
    "SELECT charge_day, string_agg(slice_id || ':' || load_id, ',' ORDER BY slice_id) AS slices "
    "FROM finops.slice WHERE tenant_id = :tenant GROUP BY charge_day"
)
_TABLES = ("cut_key", "daily_cut_cost", "monthly_cut_cost", "monthly_cut_resource_cost")


def refresh_cuts(loader: Engine, tenant_id: int, most_days: int | None = None) -> int | None:
    """Sum the days anew whose slices changed since the last time; says how many.

    None, and nothing done, where they are more than `most_days`. Waits for a load of the tenant.
    """
    with loader.begin() as connection:
        values = {"lock": locks.LOAD, "tenant": tenant_id}
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock, :tenant)"), values)
        connection.exec_driver_sql(tenant_statement(tenant_id))
        days = _changed(connection, tenant_id)
        if most_days is not None and len(days) > most_days:
            return None
        if days:
            _sum(connection, tenant_id, days)
        connection.execute(
            text(
                "UPDATE finops.data_version SET cuts_version = version WHERE tenant_id = :tenant "
                "AND cuts_version <> version"
            ),
            values,
        )
    return len(days)


def _changed(connection: Connection, tenant_id: int) -> list[date]:
    """The days that came, changed or went since they were summed."""
    statement = text(
        f"WITH standing AS ({_STANDING}) SELECT charge_day FROM standing FULL JOIN "
        "(SELECT charge_day, slices FROM finops.cut_day WHERE tenant_id = :tenant) summed "
        "USING (charge_day) WHERE standing.slices IS DISTINCT FROM summed.slices"
    )
    return [row[0] for row in connection.execute(statement, {"tenant": tenant_id})]


def _sum(connection: Connection, tenant_id: int, days: list[date]) -> None:
    months = sorted({day.replace(day=1) for day in days})
    values = {"tenant": tenant_id, "days": days, "months": months}
    connection.exec_driver_sql("SET LOCAL enable_nestloop = off")
    for table, times in (
        ("daily_cut_cost", "charge_day = ANY(:days)"),
        ("monthly_cut_cost", "charge_month = ANY(:months)"),
        ("monthly_cut_resource_cost", "charge_month = ANY(:months)"),
        ("cut_day", "charge_day = ANY(:days)"),
        ("cut_key", "true"),
    ):
        connection.execute(
            text(f"DELETE FROM finops.{table} WHERE tenant_id = :tenant AND {times}"), values
        )
    for cut in CUTS:
        connection.execute(text(_days_of(cut)), values)
    for statement in (_MONTHS, _KEYS, _months_of_resources(), _SUMMED):
        connection.execute(text(statement), values)
    connection.exec_driver_sql(f"ANALYZE {', '.join(f'finops.{table}' for table in _TABLES)}")


def _days_of(cut: Cut) -> str:
    """One row per day and content of the cut, under the least cost key that has the content."""
    return (
        f"WITH same AS (SELECT cost_key, min(cost_key) OVER (PARTITION BY {_told_apart(cut)}) "
        "AS least FROM finops.cost_key WHERE tenant_id = :tenant) "
        f"INSERT INTO finops.daily_cut_cost (tenant_id, cut, cost_key, charge_day, {_SUMS}) "
        f"SELECT f.tenant_id, '{cut.name}', s.least, f.charge_day, {_ADDED} "
        "FROM finops.daily_cost f JOIN same s USING (cost_key) WHERE f.tenant_id = :tenant "
        "AND f.charge_day = ANY(:days) GROUP BY f.tenant_id, s.least, f.charge_day "
        "ORDER BY s.least, f.charge_day"
    )


def _months_of_resources() -> str:
    """One row per month and resource, under the least charge key that the resource has."""
    columns = ", ".join(
        f"c.{name}" if name in RESOURCE else f"k.{name}" for name in RESOURCES.columns
    )
    return (
        f"WITH same AS (SELECT c.charge_key, min(c.charge_key) OVER (PARTITION BY k.service_key, "
        f"{columns}) AS least FROM finops.charge_key c "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) WHERE c.tenant_id = :tenant) "
        f"INSERT INTO finops.monthly_cut_resource_cost (tenant_id, charge_month, charge_key, "
        f"cost_key, {_SUMS}) SELECT f.tenant_id, f.charge_month, s.least, l.cost_key, {_ADDED} "
        "FROM finops.monthly_resource_cost f JOIN same s USING (charge_key) "
        "JOIN finops.charge_key l ON l.tenant_id = f.tenant_id AND l.charge_key = s.least "
        "WHERE f.tenant_id = :tenant AND f.charge_month = ANY(:months) "
        "GROUP BY f.tenant_id, f.charge_month, s.least, l.cost_key ORDER BY 2, 3"
    )


def _told_apart(cut: Cut) -> str:
    return ", ".join((*(["service_key"] if cut.by_service else []), *cut.columns))


_MONTHS = (
    f"INSERT INTO finops.monthly_cut_cost (tenant_id, cut, cost_key, charge_month, {_SUMS}) "
    f"SELECT f.tenant_id, f.cut, f.cost_key, date_trunc('month', f.charge_day)::date, {_ADDED} "
    "FROM finops.daily_cut_cost f WHERE f.tenant_id = :tenant AND date_trunc('month', "
    "f.charge_day)::date = ANY(:months) GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4"
)
_KEYS = (
    "INSERT INTO finops.cut_key (tenant_id, cut, cost_key) SELECT DISTINCT tenant_id, cut, "
    "cost_key FROM finops.monthly_cut_cost WHERE tenant_id = :tenant"
)
_SUMMED = (
    "INSERT INTO finops.cut_day (tenant_id, charge_day, slices) SELECT :tenant, standing.* "
    f"FROM ({_STANDING}) standing WHERE charge_day = ANY(:days)"
)
