"""One attempt at one run, here or in a child process; how it ended comes back in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from finops_dash.bootstrap import Services
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.scope import Scope
from finops_dash.services.ingestion import Report
from finops_dash.services.jobs import Ended, JobService, Run
from scheduler.jobs import find_job

BEAT_EVERY = timedelta(seconds=10)
TELL_EVERY = 1.0
log = structlog.get_logger()


def attempt(services: Services, scope: Scope, run: Run, report: Report) -> Ended:
    """Do the run's work; what goes wrong is how the attempt ends, never an error of the caller."""
    try:
        words = find_job(run.job).do(services, scope, run, report)
    except FinOpsError as error:
        return Ended("failed", str(error))
    except Exception as error:
        log.exception("job_failed", job=run.job, tenant=scope.tenant_slug, slot=run.slot)
        return Ended("failed", reason(error), again=True)
    return Ended("done", words)


def do_here(services: Services, scope: Scope, run: Run, report: Report) -> Ended:
    """Do a run that has begun, in this process, and keep account of its end."""
    shown = progress(services.jobs, scope, run)

    def both(phase: str, share: float) -> None:
        shown(phase, share)
        report(phase, share)

    with beating(services.jobs, scope, run):
        ended = attempt(services, scope, run, both)
    services.jobs.finish(scope, run, ended)
    return ended


def progress(jobs: JobService, scope: Scope, run: Run) -> Report:
    """A report that shows in the run, once a second at most."""
    told_at = float("-inf")

    def report(phase: str, share: float) -> None:
        nonlocal told_at
        if monotonic() - told_at >= TELL_EVERY:
            told_at = monotonic()
            jobs.report(scope, run, phase, share)

    return report


@contextmanager
def beating(jobs: JobService, scope: Scope, run: Run) -> Iterator[None]:
    """Inside, the run's row says every ten seconds that its worker lives."""
    over = Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY.total_seconds()):
            try:
                jobs.beat(scope, run)
            except SQLAlchemyError:
                log.warning("job_beat_failed", job=run.job, tenant=scope.tenant_slug)

    thread = Thread(target=beat, name=f"beat-{run.job}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def reason(error: Exception) -> str:
    """The error in one line, without the statement that caused it."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(cause).strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}"
