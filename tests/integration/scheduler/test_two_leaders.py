"""Two that both believe to lead: each piece of work is done once all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.scheduling import AlwaysLeads, eventually

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import Run
from finops_dash.settings import Settings
from scheduler.jobs import find_job
from scheduler.runner import Runner

ROOT = Path(__file__).parents[3]
JOB = "housekeeping"
LEADER = f"""
from finops_dash.bootstrap import start
from finops_dash.settings import Settings
from scheduler.jobs import find_job
from scheduler.runner import Runner
from support.scheduling import AlwaysLeads
services = start(Settings.from_env())
Runner(services, AlwaysLeads(services.engines.app.url)).look(find_job("{JOB}"))
"""


@pytest.fixture
def tenants(own: Services) -> list[Scope]:
    for number in range(4):
        own.tenancy.create(f"tenant-{number}")
    return list(own.tenancy.scopes("finops"))


def all_runs(own: Services, tenants: list[Scope]) -> list[Run]:
    return [run for scope in tenants for run in own.jobs.runs(scope)]


def test_two_threads_that_lead_do_each_run_once(own: Services, tenants: list[Scope]) -> None:
    runners = [Runner(own, AlwaysLeads(own.engines.app.url)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda runner: runner.look(find_job(JOB)), runners))
    runs = all_runs(own, tenants)
    assert [(run.state, run.attempt) for run in runs] == [("done", 1)] * len(tenants)


def test_two_processes_that_lead_do_each_run_once(
    own: Services, own_settings: Settings, tenants: list[Scope]
) -> None:
    env = {
        **os.environ,
        "FINOPS_DATABASE_URL": own_settings.database_url or "",
        "FINOPS_DATA_DIR": str(own_settings.data_dir),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
    }
    both = [subprocess.Popen([sys.executable, "-c", LEADER], env=env) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    runs = all_runs(own, tenants)
    assert [(run.state, run.attempt) for run in runs] == [("done", 1)] * len(tenants)


def test_a_leader_looks_after_every_job_and_rests_when_it_stops(
    own: Services, tenants: list[Scope]
) -> None:
    runner = Runner(own)
    runner.start()
    done = [("done", 1)] * len(tenants)
    eventually(lambda: [(run.state, run.attempt) for run in all_runs(own, tenants)] == done)
    runner.stop()
    again = Runner(own)
    again.start()
    again.stop()
    assert [(run.state, run.attempt) for run in all_runs(own, tenants)] == done


def test_what_is_at_work_when_the_process_stops_waits_for_the_next(
    own: Services, tenants: list[Scope]
) -> None:
    runner = Runner(own, AlwaysLeads(own.engines.app.url))
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(runner.look, find_job(JOB))
        eventually(lambda: [r for r in all_runs(own, tenants) if r.state == "running"])
        runner.stop_work()
        looking.result(20)
    states = {run.state for run in all_runs(own, tenants)}
    assert states == {"queued"}
    assert {run.attempt for run in all_runs(own, tenants)} == {0}
