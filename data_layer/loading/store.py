"""Writing a plan: keys in, changed slices out, their rows in, rollups refreshed."""

from __future__ import annotations

import json
from datetime import date

import duckdb
import pyarrow as pa
from psycopg import Connection

from data_layer.loading import rejects, rollups
from data_layer.loading.contents import KeyCollisionError
from data_layer.loading.copying import copy_rows, encoded_rows
from data_layer.loading.keys import CHARGE_KEY, COST_KEY, SERVICE_KEY
from data_layer.loading.outcome import Delivery
from data_layer.loading.partitions import partition
from data_layer.loading.plan import Place, Plan
from data_layer.loading.reconcile import Line
from data_layer.loading.rejects import Aside
from data_layer.loading.stage import NUMBER_COLUMNS, Report, one
from finops_dash.domain.money import plain
from finops_dash.domain.period import next_month

CHARGE = (
    "tenant_id",
    "charge_day",
    "charge_key",
    "slice_id",
    "row_no",
    "cost_key",
    "charge_period_start",
    "charge_period_end",
    *NUMBER_COLUMNS,
)


def store(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    delivery: Delivery,
    staged: duckdb.DuckDBPyConnection,
    plan: Plan,
    report: Report,
) -> tuple[dict[Place, int], list[int]]:
    """Write what changed; returns the id of every slice of the delivery, and the new loads."""
    # What was copied is on its way to the disk before the commit waits for it to be there.
    connection.execute("SET LOCAL backend_flush_after = '2MB'")
    report("storing keys", 0.0)
    for table, columns in (
        ("service_key", SERVICE_KEY),
        ("cost_key", COST_KEY),
        ("charge_key", CHARGE_KEY),
    ):
        _store_keys(connection, tenant_id, staged, table, columns)
    _remove(connection, tenant_id, plan)
    loads = make_loads(connection, tenant_id, delivery, plan)
    slices = _make_slices(connection, tenant_id, plan, loads)
    _register_slices(staged, plan, slices)
    with rollups.Summing(staged) as sums:
        _store_charges(connection, tenant_id, staged, plan, report, sums)
        report("refreshing rollups", 0.0)
        rollups.refresh(connection, tenant_id, staged, plan, slices, summed=sums.result())
    return slices, list(loads.values())


def _store_keys(
    connection: Connection,
    tenant_id: int,
    staged: duckdb.DuckDBPyConnection,
    table: str,
    columns: tuple[str, ...],
) -> None:
    """COPY the keys the store does not have; a known id with another content is a collision."""
    connection.execute(f"CREATE TEMP TABLE new_{table} (id bigint, digest uuid) ON COMMIT DROP")
    copy_rows(
        staged, f"SELECT {table}, digest FROM {table}", connection, f"new_{table}", "id, digest"
    )
    rows = connection.execute(
        f"SELECT k.{table}, k.digest = n.digest FROM finops.{table} k "
        f"JOIN new_{table} n ON k.{table} = n.id WHERE k.tenant_id = %s",
        (tenant_id,),
    ).fetchall()
    if not all(same for _, same in rows):
        message = f"Two different contents have one {table}; nothing was stored."
        raise KeyCollisionError(message)
    known = pa.table({"id": pa.array([row[0] for row in rows], pa.int64())})
    staged.register("known", known)
    staged.execute(
        f"CREATE TABLE unknown_{table} AS SELECT * FROM {table} ANTI JOIN known ON {table} = id"
    )
    staged.unregister("known")
    query = f"SELECT {', '.join(columns)} FROM unknown_{table} ORDER BY {table}"
    copy_rows(staged, query, connection, f"finops.{table}", ", ".join(columns))


def _remove(connection: Connection, tenant_id: int, plan: Plan) -> None:
    """Take out the charges and daily costs of slices that are replaced or emptied."""
    gone = plan.replaced
    if not gone:
        return
    rollups.keep_history(connection, tenant_id, gone)
    for table in ("charge", "daily_cost"):
        connection.execute(
            f"DELETE FROM finops.{table} WHERE tenant_id = %s AND charge_day = ANY(%s) "
            "AND slice_id = ANY(%s)",
            (tenant_id, plan.days, gone),
        )
    emptied = [plan.standing[place].slice_id for place in plan.emptied]
    connection.execute(
        "DELETE FROM finops.slice WHERE tenant_id = %s AND slice_id = ANY(%s)", (tenant_id, emptied)
    )


def _files(delivery: Delivery) -> str:
    return json.dumps(
        [{"name": file.path.name, "sha256": file.checksum()} for file in delivery.files]
    )


def is_known(connection: Connection, tenant_id: int, delivery: Delivery) -> bool:
    """Whether these very files were stored before."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM finops.load WHERE tenant_id = %s AND status = 'stored' "
        "AND files = %s::jsonb)",
        (tenant_id, _files(delivery)),
    ).fetchone()
    return bool(row and row[0])


def make_loads(
    connection: Connection, tenant_id: int, delivery: Delivery, plan: Plan
) -> dict[str, int]:
    """A source for each name of the delivery, and one load of it."""
    files = _files(delivery)
    loads: dict[str, int] = {}
    for name in sorted({place[0] for place in plan.staged}):
        connection.execute(
            "INSERT INTO finops.source (tenant_id, name, kind, created_at) "
            "VALUES (%s, %s, 'focus', now()) ON CONFLICT DO NOTHING",
            (tenant_id, name),
        )
        count = sum(plan.staged[place].row_count for place in plan.changed if place[0] == name)
        row = connection.execute(
            "INSERT INTO finops.load (tenant_id, source_id, status, started_at, row_count, "
            "rejected_count, files) SELECT tenant_id, source_id, 'stored', now(), %s, 0, %s "
            "FROM finops.source WHERE tenant_id = %s AND name = %s RETURNING load_id",
            (count, files, tenant_id, name),
        ).fetchone()
        loads[name] = row[0] if row else 0
    return loads


def _make_slices(
    connection: Connection, tenant_id: int, plan: Plan, loads: dict[str, int]
) -> dict[Place, int]:
    """The id of every slice of the delivery; changed ones carry their new hash and load."""
    slices = {place: found.slice_id for place, found in plan.standing.items()}
    with connection.cursor() as cursor:
        for place in plan.changed:
            source, start, end, day = place
            staged = plan.staged[place]
            cursor.execute(
                "INSERT INTO finops.slice (tenant_id, source_id, billing_period_start, "
                "billing_period_end, charge_day, content_hash, row_count, load_id, loaded_at) "
                "SELECT tenant_id, source_id, %s, %s, %s, %s, %s, load_id, now() FROM finops.load "
                "WHERE tenant_id = %s AND load_id = %s "
                "ON CONFLICT (tenant_id, source_id, billing_period_start, billing_period_end, "
                "charge_day) DO UPDATE SET content_hash = excluded.content_hash, "
                "row_count = excluded.row_count, load_id = excluded.load_id, "
                "loaded_at = excluded.loaded_at RETURNING slice_id",
                (start, end, day, staged.content_hash, staged.row_count, tenant_id, loads[source]),
            )
            row = cursor.fetchone()
            slices[place] = row[0] if row else 0
    return slices


def _register_slices(
    staged: duckdb.DuckDBPyConnection, plan: Plan, slices: dict[Place, int]
) -> None:
    """Make `placed`: the rows with their slices, and whether slice and month are written anew."""
    places, changed, touched = list(plan.staged), set(plan.changed), set(plan.months)
    months = [place[3].replace(day=1) for place in places]
    starts = [place[1].replace(tzinfo=None) for place in places]
    ends = [place[2].replace(tzinfo=None) for place in places]
    table = pa.table(
        [
            pa.array([place[0] for place in places], pa.string()),
            pa.array(starts, pa.timestamp("us")),
            pa.array(ends, pa.timestamp("us")),
            pa.array([place[3] for place in places], pa.date32()),
            pa.array(months, pa.date32()),
            pa.array([slices[place] for place in places], pa.int64()),
            pa.array([place in changed for place in places], pa.bool_()),
            pa.array([month in touched for month in months], pa.bool_()),
        ],
        ["source", "billing_period_start", "billing_period_end", "charge_day", "charge_month",
         "slice_id", "changed", "touched"],
    )  # fmt: skip
    staged.register("slices_read", table)
    staged.execute("CREATE TABLE staged_slice AS SELECT * FROM slices_read")
    staged.unregister("slices_read")
    staged.execute(
        "CREATE VIEW placed AS SELECT * FROM keyed JOIN staged_slice "
        "USING (source, billing_period_start, billing_period_end, charge_day)"
    )


def _store_charges(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    staged: duckdb.DuckDBPyConnection,
    plan: Plan,
    report: Report,
    sums: rollups.Summing,
) -> None:
    """COPY the changed slices' rows, month by month, in the order of the primary key."""
    months = sorted({place[3].replace(day=1) for place in plan.changed})
    # Texts of numbers, and extras that differ from row to row, have no place in a binary row.
    some_long = one(
        staged, "SELECT EXISTS (FROM keyed WHERE exact IS NOT NULL OR row_extras IS NOT NULL)"
    )
    with encoded_rows(staged, [_charges(tenant_id, month) for month in months]) as copy_next:
        for number, month in enumerate(months):
            report(f"storing {month:%B %Y}", number / len(months))
            with partition(connection, month) as table:
                copy_next(connection, table, ", ".join(CHARGE))
                if some_long:
                    query, columns = _long_charges(tenant_id, month), ", ".join((*CHARGE, "extras"))
                    copy_rows(staged, query, connection, table, columns)
            sums.begin()  # not sooner: the first rows of all should be ready as soon as can be


def _charges(tenant_id: int, month: date) -> str:
    """The month's rows that are all numbers, moments and keys."""
    return (
        f"SELECT {int(tenant_id)}::INTEGER, charge_day, charge_key, slice_id, "
        "(row_number() OVER ())::INTEGER, cost_key, charge_period_start, charge_period_end, "
        f"{', '.join(NUMBER_COLUMNS)} FROM placed WHERE {_changed_in(month)} "
        "AND exact IS NULL AND row_extras IS NULL ORDER BY charge_day, charge_key"
    )


def _long_charges(tenant_id: int, month: date) -> str:
    """The month's other rows, as text."""
    numbers = ", ".join(
        f"CASE WHEN exact IS NULL THEN {name}::VARCHAR ELSE exact[{number}] END"
        for number, name in enumerate(NUMBER_COLUMNS, 1)
    )
    return (
        f"SELECT {int(tenant_id)}, charge_day, charge_key, slice_id, -(row_number() OVER ()), "
        "cost_key, charge_period_start || '+00', charge_period_end || '+00', "
        f"{numbers}, row_extras FROM placed WHERE {_changed_in(month)} "
        "AND (exact IS NOT NULL OR row_extras IS NOT NULL) ORDER BY charge_day, charge_key"
    )


def _changed_in(month: date) -> str:
    return (
        f"changed AND charge_period_start >= DATE '{month}' "
        f"AND charge_period_start < DATE '{next_month(month)}'"
    )


def finish(
    connection: Connection,
    tenant_id: int,
    load_ids: list[int],
    lines: tuple[Line, ...],
    aside: Aside,
) -> None:
    """The sums and rejects of the loads, and the version that tells every reader."""
    sums = {f"{line.measure} {line.currency}": plain(line.stored) for line in lines}
    connection.execute(
        "UPDATE finops.load SET finished_at = clock_timestamp(), sums = %s, "
        "rejected_count = CASE WHEN load_id = %s THEN %s ELSE 0 END "
        "WHERE tenant_id = %s AND load_id = ANY(%s)",
        (json.dumps(sums), load_ids[0], aside.count, tenant_id, load_ids),
    )
    rejects.store(connection, tenant_id, load_ids[0], aside.rows)
    connection.execute(
        "INSERT INTO finops.data_version (tenant_id, version, updated_at) VALUES (%s, 1, now()) "
        "ON CONFLICT (tenant_id) DO UPDATE SET version = data_version.version + 1, "
        "updated_at = now()",
        (tenant_id,),
    )
    connection.execute("SELECT pg_notify('finops_data_version', %s)", (str(tenant_id),))
