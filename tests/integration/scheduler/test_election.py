"""Processes that stand for election: one runs the jobs; killed, another does; no orphans."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from support.scheduling import end, eventually, leaders

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import Run
from finops_dash.settings import Settings

ROOT = Path(__file__).parents[3]
TAKEOVER = 30


@contextmanager
def started(settings: Settings, *command: str, port: int = 1) -> Iterator[psutil.Process]:
    env = {
        **os.environ,
        "FINOPS_DATABASE_URL": settings.database_url or "",
        "FINOPS_DATA_DIR": str(settings.data_dir),
        "FINOPS_INBOX": str(settings.inbox),
        "FINOPS_DEMO": "0",
        "FINOPS_PORT": str(port),
    }
    popen = subprocess.Popen(
        [sys.executable, "-m", *command], env=env, cwd=ROOT, start_new_session=True
    )
    process = psutil.Process(popen.pid)
    try:
        yield process
    finally:
        end(process)
        popen.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


def admin(own: Services) -> str:
    return own.engines.admin_url


def housekeeping_is_done(own: Services, scope: Scope) -> bool:
    return [run.state for run in own.jobs.runs(scope, "housekeeping")] == ["done"]


def make_tenant(own: Services, slug: str) -> Scope:
    own.tenancy.create(slug)
    return own.tenancy.scope(slug)


def test_of_several_web_workers_one_leads_and_when_it_is_killed_another_does(
    own: Services, own_settings: Settings
) -> None:
    scope, port = make_tenant(own, "acme"), free_port()
    serve = ("finops_dash", "serve", "--workers", "3")
    with started(own_settings, *serve, port=port) as server:
        eventually(lambda: is_ready(port), 90)
        (first,) = eventually(lambda: leaders(admin(own)))
        assert psutil.Process(first).ppid() == server.pid
        eventually(lambda: housekeeping_is_done(own, scope), 90)
        psutil.Process(first).kill()
        killed_at = time.monotonic()
        (second,) = eventually(lambda: [p for p in leaders(admin(own)) if p != first], TAKEOVER)
        assert time.monotonic() - killed_at < TAKEOVER
        assert psutil.Process(second).ppid() == server.pid
        family = server.children(recursive=True)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive
    assert housekeeping_is_done(own, scope)
    assert leaders(admin(own)) == []


def test_without_the_scheduler_nobody_leads_and_ctrl_c_ends_all(
    own: Services, own_settings: Settings
) -> None:
    port = free_port()
    serve = ("finops_dash", "serve", "--workers", "2", "--no-scheduler")
    with started(own_settings, *serve, port=port) as server:
        eventually(lambda: is_ready(port), 90)
        time.sleep(1)
        assert leaders(admin(own)) == []
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(timeout=60) == 0


def test_work_of_a_killed_leader_is_marked_failed_and_done_by_the_next(
    own: Services, own_settings: Settings
) -> None:
    scope = make_tenant(own, "acme")

    def running() -> list[Run]:
        return [run for run in own.jobs.runs(scope) if run.state == "running"]

    with started(own_settings, "scheduler") as first:
        eventually(running, 90)
        children = eventually(lambda: first.children(recursive=True))
        first.kill()
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive
    left = running()
    assert left
    assert own.jobs.bury(scope, timedelta(0)) == len(left)
    (marked,) = own.jobs.runs(scope, left[0].job)
    assert marked.state == "failed"
    assert marked.reason == f"The worker {left[0].worker} died or hung."
    with started(own_settings, "scheduler"):
        eventually(lambda: all(run.state == "done" for run in own.jobs.runs(scope)), 90)
    (again,) = own.jobs.runs(scope, left[0].job)
    assert again.attempt == 2
    assert again.worker != left[0].worker
