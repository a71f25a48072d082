"""The demo company's bills: made and loaded once, and kept up to yesterday ever after."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finops_dash.domain.period import ONE_DAY
from finops_dash.domain.scope import Scope
from finops_dash.services.freshness import FreshnessService
from finops_dash.services.ingestion import IngestionService, Report
from finops_dash.services.jobs import Ended, JobService, Run, Work

if TYPE_CHECKING:
    from data_layer.loading import Outcome
    from finops_dash.demo import Shape

REFRESH = "demo-refresh"
YEAR = 12


class DemoService:
    """Loads the demo company, remembering its shape in a run of the job that goes on from it."""

    def __init__(
        self,
        ingestion: IngestionService,
        freshness: FreshnessService,
        jobs: JobService,
        work_dir: Path,
        now: Callable[[], datetime],
    ) -> None:
        """Makes files under `work_dir` and loads them as any bill is."""
        self._ingestion = ingestion
        self._freshness = freshness
        self._jobs = jobs
        self._work_dir = work_dir
        self._now = now

    def load(self, scope: Scope, shape: Shape, report: Report) -> Outcome:
        """Make the company's bills of that shape and load them all."""
        outcome = self._deliver(scope, shape, date.min, report)
        work = Work(f"made {self._now().isoformat()}", details=_details(shape))
        run = self._jobs.begin(scope, REFRESH, work, "the command line")
        words = f"Made {shape.months} months up to {shape.until:%-d %B %Y}."
        self._jobs.finish(scope, run, Ended("done", words))
        return outcome

    def due(self, scope: Scope) -> list[Work]:
        """The days up to yesterday, when they are missing in a tenant that was made here."""
        yesterday = self._now().date() - ONE_DAY
        through = self._freshness.of(scope).data_through
        if through is None or through >= yesterday:
            return []
        last = self._jobs.last_done(scope, REFRESH)
        if last is None or last.details is None:
            return []
        return [Work(yesterday.isoformat(), details=_grown(last.details, yesterday))]

    def refresh(self, scope: Scope, run: Run, report: Report) -> str:
        """Load the months that lack days; the months before them stay as they are."""
        from finops_dash.demo import Shape

        details = run.details or {}
        until = date.fromisoformat(details["until"])
        shape = Shape(details["rows"], details["months"], details["seed"], until)
        through = self._freshness.of(scope).data_through or until
        outcome = self._deliver(scope, shape, through.replace(day=1), report)
        return f"Loaded {outcome.row_count:,} charges up to {until:%-d %B %Y}."

    def _deliver(self, scope: Scope, shape: Shape, since: date, report: Report) -> Outcome:
        from finops_dash.demo import write_demo

        report("making the demo company's bills", 0.0)
        self._work_dir.mkdir(parents=True, exist_ok=True)
        # Named as a load's folder, so that the next load removes it when this process is killed.
        prefix = f"load-{os.getpid()}-demo-"
        with tempfile.TemporaryDirectory(prefix=prefix, dir=self._work_dir) as folder:
            bills = [path for path in write_demo(shape, Path(folder)) if path.suffix == ".parquet"]
            wanted = [str(path) for path in bills if path.parent.name >= _period(since)]
            return self._ingestion.ingest(scope, wanted, may_shrink=True, report=report)


def _period(since: date) -> str:
    return f"BILLING_PERIOD={since.isoformat()[:7]}"


def _details(shape: Shape) -> dict[str, Any]:
    return {
        "rows": shape.rows, "months": shape.months, "seed": shape.seed,
        "until": shape.until.isoformat(),
    }  # fmt: skip


def _grown(details: dict[str, Any], until: date) -> dict[str, Any]:
    """The same company from the same first day, as many charges a day, up to `until`."""
    before = date.fromisoformat(details["until"])
    months = details["months"] + (until.year - before.year) * YEAR + until.month - before.month
    year, month = divmod(before.year * YEAR + before.month - details["months"], YEAR)
    lived = before - date(year, month + 1, 1) + timedelta(days=1)
    lives = lived + (until - before)
    rows = round(details["rows"] * (lives / lived))
    return {**details, "rows": rows, "months": months, "until": until.isoformat()}
