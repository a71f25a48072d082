"""Writing a plan: keys in, changed slices out, their rows in, rollups refreshed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import duckdb
from psycopg import Connection

from data_layer.loading import rejects, rollups
from data_layer.loading.charges import register_slices, store_charges
from data_layer.loading.new_keys import store_keys
from data_layer.loading.outcome import Delivery
from data_layer.loading.plan import Place, Plan
from data_layer.loading.reconcile import Line, Sums
from data_layer.loading.rejects import Aside
from data_layer.loading.stage import Report
from finops_dash.domain.money import plain


@dataclass(slots=True)
class Written:
    """The ids of the delivery's slices and loads, and the costs of the charges written."""

    slices: dict[Place, int]
    loads: list[int] = field(default_factory=list)
    charges: Sums = field(default_factory=dict)


def store(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    delivery: Delivery,
    staged: duckdb.DuckDBPyConnection,
    plan: Plan,
    report: Report,
) -> Written:
    """Write what changed."""
    # What was copied is on its way to the disk before the commit waits for it to be there.
    connection.execute("SET LOCAL backend_flush_after = '2MB'")
    report("storing keys", 0.0)
    store_keys(connection, tenant_id, staged)
    _remove(connection, tenant_id, plan)
    loads = make_loads(connection, tenant_id, delivery, plan)
    slices = _make_slices(connection, tenant_id, plan, loads)
    register_slices(staged, plan, slices)
    written = Written(slices, list(loads.values()))
    with rollups.Summing(staged) as sums:
        written.charges = store_charges(
            connection, tenant_id, staged, plan, slices, report, then=sums.begin
        )
        report("refreshing rollups", 0.0)
        rollups.refresh(connection, tenant_id, staged, plan, slices, summed=sums.result())
    return written


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
    staged = [plan.staged[place] for place in plan.changed]
    rows = connection.execute(
        "INSERT INTO finops.slice (tenant_id, source_id, billing_period_start, "
        "billing_period_end, charge_day, content_hash, row_count, load_id, loaded_at) "
        "SELECT tenant_id, source_id, changed.begins, changed.ends, changed.day, changed.hash, "
        "changed.count, load_id, now() FROM finops.load JOIN unnest(%s::bigint[], "
        "%s::timestamptz[], %s::timestamptz[], %s::date[], %s::text[], %s::bigint[]) "
        "AS changed (load_id, begins, ends, day, hash, count) USING (load_id) WHERE tenant_id = %s "
        "ON CONFLICT (tenant_id, source_id, billing_period_start, billing_period_end, "
        "charge_day) DO UPDATE SET content_hash = excluded.content_hash, "
        "row_count = excluded.row_count, load_id = excluded.load_id, "
        "loaded_at = excluded.loaded_at "
        "RETURNING load_id, billing_period_start, billing_period_end, charge_day, slice_id",
        (
            [loads[place[0]] for place in plan.changed],
            *([place[number] for place in plan.changed] for number in (1, 2, 3)),
            [found.content_hash for found in staged],
            [found.row_count for found in staged],
            tenant_id,
        ),
    ).fetchall()
    sources = {load_id: name for name, load_id in loads.items()}
    made = {(sources[row[0]], *row[1:4]): row[4] for row in rows}
    return {place: found.slice_id for place, found in plan.standing.items()} | made


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
