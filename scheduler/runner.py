"""The runner: stands for election, and while it leads has every job looked after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import Run
from scheduler.children import Child, Children, ChildrenStoppedError
from scheduler.jobs import JOBS, Job
from scheduler.leader import LOOK_EVERY, Leadership, this_process
from scheduler.work import beating

BURY_EVERY = timedelta(seconds=20)
ROLE = "finops"
log = structlog.get_logger()


class Runner:
    """Runs the jobs of one process, for as long as that process leads."""

    def __init__(
        self,
        services: Services,
        leadership: Leadership | None = None,
        jobs: tuple[Job, ...] = JOBS,
        look_every: timedelta = LOOK_EVERY,
    ) -> None:
        """Looks for work through the services; does it in children with the same settings."""
        self._services = services
        self._leadership = leadership or Leadership(services.engines.app.url)
        self._jobs = jobs
        self._look_every = look_every
        self._worker = this_process()
        self._children = Children(services.settings)
        self._offered: dict[tuple[int, str], set[str]] = {}
        self._over = Event()
        self._thread = Thread(target=self._stand, name="scheduler", daemon=True)
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Stand for election in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Give up the lead and the work; the next leader takes both."""
        self.stop_work()
        self._thread.join()

    def stop_work(self) -> None:
        """Kill what is at work; it waits as if it had never started."""
        self._over.set()
        self._children.stop()

    def look(self, job: Job) -> None:
        """Offer the work the job has for each tenant, and do what waits, while this one leads."""
        for scope in self._services.tenancy.scopes(ROLE):
            if self._over.is_set():
                return
            try:
                self._look(job, scope)
            except ChildrenStoppedError:
                return
            except Exception:
                log.exception("job_not_looked_after", job=job.name, tenant=scope.tenant_slug)

    def _stand(self) -> None:
        while not self._over.is_set():
            leads = self._leadership.check()
            if leads and self._scheduler is None:
                self._scheduler = self._started()
                log.debug("scheduler_leads", worker=self._worker)
            elif not leads:
                self._rest(wait=False)  # what is at work goes on, and ends as it ends
            self._over.wait(self._look_every.total_seconds())
        self._rest(wait=True)
        self._leadership.release()

    def _started(self) -> BackgroundScheduler:
        """Every job looked after from now on: what a dead leader missed is still due."""
        scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
        now = datetime.now(UTC)
        for job in self._jobs:
            scheduler.add_job(
                self.look, "interval", (job,), id=job.name, next_run_time=now, coalesce=True,
                misfire_grace_time=None, seconds=job.every.total_seconds(),
            )  # fmt: skip
        scheduler.add_job(
            self._bury, "interval", id="bury", next_run_time=now, coalesce=True,
            misfire_grace_time=None, seconds=BURY_EVERY.total_seconds(),
        )  # fmt: skip
        scheduler.start()
        return scheduler

    def _rest(self, *, wait: bool) -> None:
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=wait)
            self._offered.clear()
            log.debug("scheduler_rests", worker=self._worker)

    def _look(self, job: Job, scope: Scope) -> None:
        self._offer(job, scope)
        jobs = self._services.jobs
        if not jobs.waiting(scope, job.name):
            return
        with self._children.one() as child:
            for run in jobs.waiting(scope, job.name):
                if not (self._leadership.is_held and child.is_alive):
                    return
                self._do(child, scope, run)

    def _offer(self, job: Job, scope: Scope) -> None:
        works = job.due(self._services, scope)
        slots, key = {work.slot for work in works}, (scope.tenant_id, job.name)
        if slots - self._offered.get(key, set()):
            self._services.jobs.offer(scope, job.name, works)
            self._offered[key] = slots

    def _do(self, child: Child, scope: Scope, waiting: Run) -> None:
        jobs = self._services.jobs
        run = jobs.claim(scope, waiting, self._worker)
        if run is None:
            return
        with beating(jobs, scope, run):
            ended = child.do(scope, run)
        if ended.state == "failed" and self._over.is_set():
            jobs.put_back(scope, run)
        elif not jobs.finish(scope, run, ended):
            log.warning("job_run_lost", job=run.job, tenant=scope.tenant_slug, slot=run.slot)

    def _bury(self) -> None:
        """Mark the runs of workers that died, whoever they were."""
        for scope in self._services.tenancy.scopes(ROLE):
            count = self._services.jobs.bury(scope)
            if count:
                log.warning("job_runs_buried", tenant=scope.tenant_slug, count=count)
