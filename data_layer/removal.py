"""The end of a tenant: every row of it, in every table, in one transaction."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, delete, func, select, text

from data_layer import locks
from data_layer.engine import tenant_statement
from data_layer.models import metadata
from data_layer.roles import LOADER


def remove_tenant(owner: Engine, tenant_id: int) -> dict[str, int]:
    """Delete all rows of the tenant; how many, by table. A load that runs is waited for."""
    with owner.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(locks.LOAD, tenant_id)))
        connection.exec_driver_sql(tenant_statement(tenant_id))
        of_loader = _tables_of_loader(connection)
        counts = {}
        for table in reversed(metadata.sorted_tables):
            if "tenant_id" in table.c:
                counts[table.name] = _empty(connection, table, tenant_id, of_loader)
    return {name: count for name, count in counts.items() if count}


def _tables_of_loader(connection: Connection) -> set[str]:
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'finops'::regnamespace "
        f"AND relowner = '{LOADER}'::regrole"
    )
    return set(connection.scalars(text(query)))


def _empty(connection: Connection, table: Table, tenant_id: int, of_loader: set[str]) -> int:
    """Delete the tenant's rows of one table, as the role that may."""
    if table.name in of_loader:
        connection.exec_driver_sql(f"SET LOCAL ROLE {LOADER}")
    count = connection.execute(delete(table).where(table.c.tenant_id == tenant_id)).rowcount
    connection.exec_driver_sql("RESET ROLE")
    return int(count)
