"""What tests of the scheduler share: doing what is due at once, and a leadership for the asking."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.ingestion import say_nothing
from finops_dash.services.jobs import Run
from scheduler.jobs import find_job
from scheduler.leader import NAME, Leadership
from scheduler.work import do_here

T = TypeVar("T")


class AlwaysLeads(Leadership):
    """A process that believes to lead, whatever others believe."""

    def check(self) -> bool:
        return True

    @property
    def is_held(self) -> bool:
        return True


def run_due(services: Services, scope: Scope, name: str) -> list[Run]:
    """Offer what is due and do what waits, in this process; the runs as they stand afterwards."""
    jobs = services.jobs
    jobs.offer(scope, name, find_job(name).due(services, scope))
    done = []
    for waiting in jobs.waiting(scope, name):
        run = jobs.claim(scope, waiting, "test")
        assert run is not None
        do_here(services, scope, run, say_nothing)
        done.append(run.job_run_id)
    return [run for run in jobs.runs(scope, name) if run.job_run_id in done]


def eventually(ask: Callable[[], T], seconds: float = 30.0) -> T:
    """The first truthy answer; fails when there is none in that time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"nothing within {seconds} s"
        time.sleep(0.1)


def leaders(url: str) -> list[int]:
    """The processes that hold the lead of a database."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        names = connection.scalars(
            text(
                "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                "WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() "
                "AND a.application_name LIKE :name"
            ),
            {"name": f"{NAME} %"},
        ).all()
    return [int(name.removeprefix(f"{NAME} ").split("@")[0]) for name in names]


def end(process: psutil.Process) -> None:
    """Kill a process and all that came from it, if they still live."""
    with suppress(psutil.NoSuchProcess):
        for each in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
