"""`deliver`: all files of one delivery, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import cast

import duckdb
import psycopg
from psycopg import Connection
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from data_layer import locks
from data_layer.engine import tenant_statement
from data_layer.loading import contents, keys, stage, statistics
from data_layer.loading.explain import understood
from data_layer.loading.outcome import Delivery, NothingLoadedError, Outcome
from data_layer.loading.plan import Plan, ShrinkingError, plan_of
from data_layer.loading.reconcile import compare, staged_sums, stored_sums
from data_layer.loading.rejects import Aside, set_aside
from data_layer.loading.stage import Report
from data_layer.loading.store import Written, finish, is_known, make_loads, store
from finops_dash.domain.errors import FinOpsError


def deliver(
    loader: Engine, tenant_id: int, delivery: Delivery, work_dir: Path, report: Report
) -> Outcome:
    """Load the delivery whole or not at all; a failed attempt leaves only its `load` row."""
    begun = monotonic()
    started_at = datetime.now(UTC)
    try:
        with stage.opened(work_dir) as staged:
            outcome = _deliver(loader, tenant_id, delivery, staged, report)
    except FinOpsError as error:
        _note_failure(loader, tenant_id, delivery, started_at, str(error))
        raise
    return outcome.taking(monotonic() - begun)


def _deliver(
    loader: Engine,
    tenant_id: int,
    delivery: Delivery,
    staged: duckdb.DuckDBPyConnection,
    report: Report,
) -> Outcome:
    files = list(delivery.files)
    try:
        aside = _read(staged, delivery, report)
        report("finding what changed", 0.0)
        contents.gather(staged, files)
        repairs = keys.identify(staged, delivery.source)
        stage.cut_slices(staged)
        with _turn(loader, tenant_id) as connection:
            outcome = _within(connection, tenant_id, delivery, staged, report, aside)
            report("committing", 1.0)
            statistics.count_changes(connection)
            connection.commit()
            if not outcome.changed_nothing:
                statistics.refresh(connection)
    except (psycopg.Error, duckdb.Error) as error:
        raise understood(error, staged, files) from error
    return outcome if outcome.changed_nothing else replace(outcome, repairs=repairs)


def _read(staged: duckdb.DuckDBPyConnection, delivery: Delivery, report: Report) -> Aside:
    """Everything onto the stage; what cannot be loaded is set aside."""
    files = list(delivery.files)
    unsplit = stage.read(staged, files, report)
    counts = staged.execute("SELECT count(*), count(problem) FROM fact").fetchone() or (0, 0)
    aside = set_aside(staged, files, unsplit, counts[1])
    if counts[0] == counts[1]:
        raise NothingLoadedError(files, aside)
    return aside


@contextmanager
def _turn(loader: Engine, tenant_id: int) -> Iterator[Connection]:
    """A connection in a transaction of the tenant, which no other load of the tenant shares.

    The lock is taken before the transaction begins: its now() lies after every load before it.
    """
    raw = loader.raw_connection()
    connection = cast("Connection", raw.driver_connection)
    lock = (locks.LOAD, tenant_id)
    try:
        connection.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        connection.commit()
        connection.execute(tenant_statement(tenant_id))
        yield connection
    finally:
        if not connection.broken:
            connection.rollback()
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
            connection.commit()
        raw.close()


def _within(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    delivery: Delivery,
    staged: duckdb.DuckDBPyConnection,
    report: Report,
    aside: Aside,
) -> Outcome:
    plan = plan_of(staged, connection, tenant_id, delivery.covers)
    shrinking = plan.shrinking()
    if shrinking and not delivery.may_shrink:
        raise ShrinkingError(shrinking)
    written = Written({place: found.slice_id for place, found in plan.standing.items()})
    if not plan.changes_nothing:
        written = store(connection, tenant_id, delivery, staged, plan, report)
    elif aside.count and not is_known(connection, tenant_id, delivery):
        written.loads = list(make_loads(connection, tenant_id, delivery, plan).values())
    report("reconciling", 0.9)
    lines = compare(
        *staged_sums(staged),
        stored_sums(connection, tenant_id, plan, written.slices, written.charges),
    )
    if written.loads:
        finish(connection, tenant_id, written.loads, lines, aside)
    return replace(_outcome(plan, aside), lines=lines)


def _outcome(plan: Plan, aside: Aside) -> Outcome:
    new = sum(place not in plan.standing for place in plan.changed)
    return Outcome(
        row_count=sum(found.row_count for found in plan.staged.values()),
        rejected_count=aside.count,
        new_slices=new,
        replaced_slices=len(plan.changed) - new,
        emptied_slices=len(plan.emptied),
        unchanged_slices=len(plan.staged) - len(plan.changed),
        first_rejects=tuple(aside.rows[:10]),
    )


def _note_failure(
    loader: Engine, tenant_id: int, delivery: Delivery, started_at: datetime, reason: str
) -> None:
    names = json.dumps([file.path.name for file in delivery.files])
    # Without a server there is nowhere to note it; the caller hears the reason all the same.
    with suppress(OperationalError), loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(tenant_id))
        connection.exec_driver_sql(
            "INSERT INTO finops.load (tenant_id, status, started_at, finished_at, row_count, "
            "rejected_count, files, reason) VALUES (%s, 'failed', %s, now(), 0, 0, %s, %s)",
            (tenant_id, started_at, names, reason.replace("\0", "")),
        )
