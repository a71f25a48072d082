"""Runs of jobs: offered, claimed by one worker at most, watched while they go, kept with their end.

A run goes queued → running → done or failed. A failed run with `retry_at` may be claimed again.
All times are the database's, so that workers on several machines agree.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from data_layer.models import job_run as table
from finops_dash.domain.scope import Scope
from finops_dash.services.cost import TenantReads

State = Literal["queued", "running", "done", "failed"]
MOST_ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=1)
SILENT_FOR = timedelta(seconds=45)
LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of work as it stands: `slot` names it, so that nobody does it twice.

    `message` says what it is doing, once done what it did; `reason` why the last attempt failed.
    """

    job_run_id: int
    job: str
    slot: str
    state: State
    progress: float | None
    message: str | None
    reason: str | None
    worker: str | None
    attempt: int
    subject: str | None
    details: dict[str, Any] | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    retry_at: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took; None while it has not ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work to do once: its slot, what it is about, and what its worker has to know."""

    slot: str
    subject: str | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended, in words; `again` when another attempt may well succeed."""

    state: Literal["done", "failed"]
    words: str
    again: bool = False


_COLUMNS = tuple(table.c[field.name] for field in fields(Run))
_MAY_START = or_(
    table.c.state == "queued", and_(table.c.state == "failed", table.c.retry_at <= func.now())
)


class JobService:
    """Hands out work and keeps account of it."""

    def __init__(self, engines: TenantReads) -> None:
        """Reads and writes through transactions of one tenant each."""
        self._engines = engines

    def offer(self, scope: Scope, job: str, works: list[Work]) -> None:
        """Queue the pieces of work that were never offered before."""
        rows = [
            {
                "tenant_id": scope.tenant_id, "job": job, "slot": work.slot, "state": "queued",
                "subject": work.subject, "details": work.details, "attempt": 0,
                "queued_at": func.now(),
            }
            for work in works
        ]  # fmt: skip
        if rows:
            with self._engines.tenant(scope.tenant_id) as connection:
                connection.execute(insert(table).values(rows).on_conflict_do_nothing())

    def begin(self, scope: Scope, job: str, work: Work, worker: str) -> Run:
        """Start work at once, without any waiting; its slot must be new."""
        values = {
            "tenant_id": scope.tenant_id, "job": job, "slot": work.slot, "state": "running",
            "progress": 0.0, "worker": worker, "attempt": 1, "subject": work.subject,
            "details": work.details, "queued_at": func.now(), "started_at": func.now(),
            "beat_at": func.now(),
        }  # fmt: skip
        return self._runs(scope, insert(table).values(values).returning(*_COLUMNS))[0]

    def waiting(self, scope: Scope, job: str) -> tuple[Run, ...]:
        """The runs of the job that may be claimed now, oldest first."""
        mine = self._of(scope, job)
        statement = select(*_COLUMNS).where(*mine, _MAY_START).order_by(table.c.job_run_id)
        return self._runs(scope, statement)

    def claim(self, scope: Scope, run: Run, worker: str) -> Run | None:
        """The run as this worker's own, or None when another has it: one conditional statement."""
        statement = (
            update(table)
            .where(table.c.tenant_id == scope.tenant_id, table.c.job_run_id == run.job_run_id)
            .where(_MAY_START)
            .values(
                state="running", worker=worker, attempt=table.c.attempt + 1, progress=0.0,
                message=None, started_at=func.now(), beat_at=func.now(), finished_at=None,
                retry_at=None,
            )
            .returning(*_COLUMNS)
        )  # fmt: skip
        found = self._runs(scope, statement)
        return found[0] if found else None

    def report(self, scope: Scope, run: Run, message: str, progress: float) -> None:
        """Show what the run is doing and how far it is (0 to 1)."""
        self._change(scope, run, message=message, progress=progress, beat_at=func.now())

    def beat(self, scope: Scope, run: Run) -> None:
        """Say that the run's worker lives."""
        self._change(scope, run, beat_at=func.now())

    def finish(self, scope: Scope, run: Run, ended: Ended) -> bool:
        """Record the end of an attempt; False when the run was taken from this worker meanwhile."""
        values: dict[str, Any] = {"state": ended.state, "finished_at": func.now()}
        if ended.state == "done":
            values |= {"message": ended.words[:LONGEST_WORDS], "progress": 1.0}
        else:
            values["reason"] = ended.words[:LONGEST_WORDS]
        if ended.again and run.attempt < MOST_ATTEMPTS:
            values["retry_at"] = func.now() + RETRY_AFTER * run.attempt
        return self._change(scope, run, **values)

    def put_back(self, scope: Scope, run: Run) -> bool:
        """Queue the run again, as if this attempt had never been."""
        return self._change(
            scope, run, state="queued", attempt=run.attempt - 1, worker=None, started_at=None,
            progress=None, message=None,
        )  # fmt: skip

    def bury(self, scope: Scope, silent_for: timedelta = SILENT_FOR) -> int:
        """Mark runs whose worker fell silent as failed; says how many. They may start again."""
        again = table.c.attempt < MOST_ATTEMPTS
        statement = (
            update(table)
            .where(table.c.tenant_id == scope.tenant_id, table.c.state == "running")
            .where(table.c.beat_at < func.now() - silent_for)
            .values(
                state="failed", finished_at=func.now(),
                reason=func.concat("The worker ", table.c.worker, " died or hung."),
                retry_at=func.now(),
            )
        )  # fmt: skip
        last = statement.where(~again).values(retry_at=None)
        with self._engines.tenant(scope.tenant_id) as connection:
            counts = [connection.execute(s).rowcount for s in (last, statement.where(again))]
        return sum(counts)

    def runs(self, scope: Scope, job: str | None = None, limit: int = 50) -> tuple[Run, ...]:
        """The newest runs, of one job or of all."""
        mine = self._of(scope, job)
        newest = func.coalesce(table.c.started_at, table.c.queued_at).desc()
        statement = select(*_COLUMNS).where(*mine).order_by(newest, table.c.job_run_id.desc())
        return self._runs(scope, statement.limit(limit))

    def phase(self, scope: Scope) -> str:
        """What the newest running run says of itself; nothing where none runs or has spoken."""
        mine = (*self._of(scope, None), table.c.state == "running", table.c.message.isnot(None))
        statement = select(*_COLUMNS).where(*mine).order_by(table.c.beat_at.desc()).limit(1)
        return next((str(run.message) for run in self._runs(scope, statement)), "")

    def last_done(self, scope: Scope, job: str) -> Run | None:
        """The newest run of the job that succeeded."""
        mine = (*self._of(scope, job), table.c.state == "done")
        statement = select(*_COLUMNS).where(*mine).order_by(table.c.started_at.desc()).limit(1)
        return next(iter(self._runs(scope, statement)), None)

    def newest_by_subject(self, scope: Scope, job: str) -> dict[str, Run]:
        """The newest run about each subject, whatever its state."""
        mine = (*self._of(scope, job), table.c.subject.isnot(None))
        order = (table.c.subject, table.c.job_run_id.desc())
        statement = select(*_COLUMNS).where(*mine).ext(distinct_on(table.c.subject))
        return {str(run.subject): run for run in self._runs(scope, statement.order_by(*order))}

    def forget(self, scope: Scope, older_than: timedelta) -> int:
        """Delete ended runs; those about a subject stay, because they say what was delivered."""
        statement = delete(table).where(
            table.c.tenant_id == scope.tenant_id,
            table.c.subject.is_(None),
            table.c.state.in_(("done", "failed")),
            table.c.finished_at < func.now() - older_than,
        )
        with self._engines.tenant(scope.tenant_id) as connection:
            return connection.execute(statement).rowcount

    def _of(self, scope: Scope, job: str | None) -> list[ColumnElement[bool]]:
        mine = [table.c.tenant_id == scope.tenant_id]
        return [*mine, table.c.job == job] if job else mine

    def _change(self, scope: Scope, run: Run, **values: Any) -> bool:  # noqa: ANN401 - values of columns
        """Change the run while it is this attempt's; whether it still was."""
        statement = update(table).where(
            table.c.tenant_id == scope.tenant_id,
            table.c.job_run_id == run.job_run_id,
            table.c.state == "running",
            table.c.worker == run.worker,
            table.c.attempt == run.attempt,
        )
        with self._engines.tenant(scope.tenant_id) as connection:
            return connection.execute(statement.values(**values)).rowcount == 1

    def _runs(self, scope: Scope, statement: Any) -> tuple[Run, ...]:  # noqa: ANN401 - a select or an update returning
        with self._engines.tenant(scope.tenant_id) as connection:
            return tuple(Run(*row) for row in connection.execute(statement).fetchall())
