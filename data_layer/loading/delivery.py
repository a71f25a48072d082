"""`deliver`: all files of one delivery, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import cast

import duckdb
from psycopg import Connection
from sqlalchemy import Engine

from data_layer import locks
from data_layer.engine import tenant_statement
from data_layer.loading import keys, rejects, stage
from data_layer.loading.plan import Covers, ShrinkingError, plan_of
from data_layer.loading.reconcile import Line, compare, staged_sums, stored_sums
from data_layer.loading.stage import Report
from data_layer.loading.store import store
from data_layer.sources.focus.files import FocusFile
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import plain


class NothingLoadedError(FinOpsError):
    """Every row of the delivery was rejected."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of one `ingest` call and how they are meant."""

    files: tuple[FocusFile, ...]
    source: str | None = None
    covers: Covers = "period"
    may_shrink: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery did."""

    row_count: int
    rejected_count: int
    new_slices: int
    replaced_slices: int
    emptied_slices: int
    unchanged_slices: int
    lines: tuple[Line, ...]
    seconds: float
    repairs: dict[str, int] = field(default_factory=dict)
    first_rejects: tuple[rejects.Reject, ...] = ()

    @property
    def changed_nothing(self) -> bool:
        """Whether the store already held all of it."""
        return not (self.new_slices or self.replaced_slices or self.emptied_slices)

    @property
    def rows_per_second(self) -> float:
        """How fast the rows went from file to rollups."""
        return self.row_count / self.seconds if self.seconds else 0.0


def deliver(
    loader: Engine, tenant_id: int, delivery: Delivery, work_dir: Path, report: Report
) -> Outcome:
    """Load the delivery whole or not at all; a failed attempt leaves only its `load` row."""
    begun = monotonic()
    started_at = datetime.now(UTC)
    try:
        with stage.opened(work_dir) as staged:
            return _deliver(loader, tenant_id, delivery, staged, report, begun)
    except FinOpsError as error:
        _note_failure(loader, tenant_id, delivery, started_at, str(error))
        raise


def _deliver(  # noqa: PLR0913 - the parts of one call
    loader: Engine,
    tenant_id: int,
    delivery: Delivery,
    staged: duckdb.DuckDBPyConnection,
    report: Report,
    begun: float,
) -> Outcome:
    files = list(delivery.files)
    unsplit = stage.read(staged, files, delivery.source, report)
    row = staged.execute("SELECT count(*), count(problem) FROM raw").fetchone() or (0, 0)
    aside = rejects.find_rejects(staged, files, row[1]) if unsplit or row[1] else []
    if row[0] == row[1]:
        first = f" The first: {aside[0].column}: {aside[0].reason}." if aside else ""
        message = f"No row of {files[0].path} can be loaded.{first}"
        raise NothingLoadedError(message)
    report("finding what changed", 0.0)
    stage.key_rows(staged)
    stage.cut_slices(staged)
    raw = loader.raw_connection()
    try:
        connection = cast("Connection", raw.driver_connection)
        connection.execute(tenant_statement(tenant_id))
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (locks.LOAD, tenant_id))
        outcome = _within(connection, tenant_id, delivery, staged, report, aside)
        report("committing", 1.0)
        raw.commit()
    finally:
        raw.rollback()
        raw.close()
    counted = (row[0] - row[1], unsplit + row[1])
    return _timed(outcome, counted, monotonic() - begun, aside)


def _within(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    delivery: Delivery,
    staged: duckdb.DuckDBPyConnection,
    report: Report,
    aside: list[rejects.Reject],
) -> Outcome:
    plan = plan_of(staged, connection, tenant_id, delivery.covers)
    shrinking = plan.shrinking()
    if shrinking and not delivery.may_shrink:
        raise ShrinkingError(shrinking)
    finer = stage.has_finer_numbers(staged)
    repairs: dict[str, int] = {}
    slices = {place: found.slice_id for place, found in plan.standing.items()}
    load_ids: list[int] = []
    if not plan.changes_nothing:
        repairs = keys.identify(staged, tenant_id)
        slices, load_ids = store(connection, tenant_id, delivery, staged, plan, report, finer=finer)
    report("reconciling", 0.9)
    lines = compare(
        *staged_sums(staged, finer=finer),
        stored_sums(connection, tenant_id, [slices[place] for place in plan.staged]),
    )
    if load_ids:
        _finish(connection, tenant_id, load_ids, lines, aside)
    new = sum(place not in plan.standing for place in plan.changed)
    unchanged = len(plan.staged) - len(plan.changed)
    counts = (new, len(plan.changed) - new, len(plan.emptied), unchanged)
    return Outcome(0, 0, *counts, lines, 0.0, repairs)


def _finish(
    connection: Connection,
    tenant_id: int,
    load_ids: list[int],
    lines: tuple[Line, ...],
    aside: list[rejects.Reject],
) -> None:
    """The sums and rejects of the loads, and the version that tells every reader."""
    sums = {f"{line.measure} {line.currency}": plain(line.stored) for line in lines}
    connection.execute(
        "UPDATE finops.load SET finished_at = clock_timestamp(), sums = %s, "
        "rejected_count = CASE WHEN load_id = %s THEN %s ELSE 0 END "
        "WHERE tenant_id = %s AND load_id = ANY(%s)",
        (json.dumps(sums), load_ids[0], len(aside), tenant_id, load_ids),
    )
    rejects.store(connection, tenant_id, load_ids[0], aside)
    connection.execute(
        "INSERT INTO finops.data_version (tenant_id, version, updated_at) VALUES (%s, 1, now()) "
        "ON CONFLICT (tenant_id) DO UPDATE SET version = data_version.version + 1, "
        "updated_at = now()",
        (tenant_id,),
    )
    connection.execute("SELECT pg_notify('finops_data_version', %s)", (str(tenant_id),))


def _timed(
    outcome: Outcome, counted: tuple[int, int], seconds: float, aside: list[rejects.Reject]
) -> Outcome:
    return Outcome(
        *counted,
        outcome.new_slices,
        outcome.replaced_slices,
        outcome.emptied_slices,
        outcome.unchanged_slices,
        outcome.lines,
        seconds,
        outcome.repairs,
        tuple(aside[:10]),
    )


def _note_failure(
    loader: Engine, tenant_id: int, delivery: Delivery, started_at: datetime, reason: str
) -> None:
    names = json.dumps([file.path.name for file in delivery.files])
    with loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(tenant_id))
        connection.exec_driver_sql(
            "INSERT INTO finops.load (tenant_id, status, started_at, finished_at, row_count, "
            "rejected_count, files, reason) VALUES (%s, 'failed', %s, now(), 0, 0, %s, %s)",
            (tenant_id, started_at, names, reason),
        )
