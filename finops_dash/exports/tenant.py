"""All that is stored of a tenant: its charges as FOCUS, every other row as JSON."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Date, Table, Text, cast, func, literal_column, select

from data_layer.models import GLOBAL, daily_cost, data_version, metadata
from finops_dash.domain.period import DateRange, next_month
from finops_dash.domain.scope import Scope
from finops_dash.exports.focus import LONGEST, ExportError, TenantReads, export_focus

# The charges are in the FOCUS files, and these follow from them, or are of no use elsewhere.
FOLLOWING = (
    "web_session",
    "charge",
    "charge_key",
    "cut_day",
    "cut_key",
    "daily_cost",
    "daily_cut_cost",
    "daily_service_cost",
    "monthly_cost",
    "monthly_cut_cost",
    "monthly_cut_resource_cost",
    "monthly_resource_cost",
)
BATCH = 5000


def export_tenant(
    engines: TenantReads, scope: Scope, folder: Path, now: datetime
) -> dict[str, int]:
    """Write the tenant to the folder, which appears when it is whole; rows by file.

    `focus/2026-10.parquet` holds the charges of a month, `tables/<table>.json` all other rows.
    """
    if folder.exists():
        message = f"{folder} is there already: give a folder that is not."
        raise ExportError(message)
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for part in ("focus", "tables"):
            (partial / part).mkdir(parents=True)
        counts = _write(engines, scope, partial, now)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return counts


def _write(engines: TenantReads, scope: Scope, folder: Path, now: datetime) -> dict[str, int]:
    before, counts = _version(engines, scope), {}
    for month in _months(engines, scope):
        name, count = _write_month(engines, scope, month, folder / "focus", now)
        counts[f"focus/{name}"] = count
    with engines.tenant(scope.tenant_id, LONGEST) as connection:
        for found in metadata.sorted_tables:
            if "tenant_id" in found.c and found.name not in (*FOLLOWING, *GLOBAL):
                name = f"tables/{found.name}.json"
                counts[name] = _write_rows(connection, scope, found, folder / name)
    if _version(engines, scope) != before:
        message = "A load has changed the tenant meanwhile: repeat the export."
        raise ExportError(message)
    return counts


def _version(engines: TenantReads, scope: Scope) -> int | None:
    own = data_version.c.tenant_id == scope.tenant_id
    with engines.tenant(scope.tenant_id) as connection:
        return connection.scalar(select(data_version.c.version).where(own))


def _months(engines: TenantReads, scope: Scope) -> list[date]:
    month = cast(func.date_trunc("month", daily_cost.c.charge_day), Date)
    own = daily_cost.c.tenant_id == scope.tenant_id
    with engines.tenant(scope.tenant_id, LONGEST) as connection:
        return list(connection.scalars(select(month).where(own).distinct().order_by(month)))


def _write_month(
    engines: TenantReads, scope: Scope, month: date, folder: Path, now: datetime
) -> tuple[str, int]:
    """The month as Parquet; as CSV where it has numbers that Parquet cannot hold."""
    days, name = DateRange(month, next_month(month)), f"{month:%Y-%m}.parquet"
    try:
        return name, export_focus(engines, scope, days, folder / name, now)
    except ExportError:
        name = f"{month:%Y-%m}.csv.gz"
        return name, export_focus(engines, scope, days, folder / name, now)


def _write_rows(connection: Connection, scope: Scope, found: Table, path: Path) -> int:
    """The table's rows as a JSON array, written by the database: no digit of a number is lost."""
    rows = found.alias("rows")
    whole = cast(func.to_jsonb(literal_column("rows")), Text)
    statement = select(whole).select_from(rows).where(rows.c.tenant_id == scope.tenant_id)
    options = {"stream_results": True, "yield_per": BATCH}
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for text in connection.execute(statement, execution_options=options).scalars():
            file.write(f"{',' if count else ''}\n{text}")
            count += 1
        file.write("\n]\n")
    return count
