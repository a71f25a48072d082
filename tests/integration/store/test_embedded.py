"""The bundled server: shared by processes, and unharmed by those that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from support.focus import on, write_csv
from support.stored import Stored

from data_layer.engine import Engines, connect
from data_layer.loading.explain import LoadFailedError
from data_layer.migrations import upgrade
from finops_dash.bootstrap import Services, build
from finops_dash.settings import Settings

ROOT = Path(__file__).parents[3]
PATIENCE = 60
CLIENT = """
import sys
from pathlib import Path
from data_layer.engine import connect
from data_layer.migrations import upgrade
engines = connect(Path(sys.argv[1]))
upgrade(engines.owner)
print(engines.embedded.pid, flush=True)
for question in sys.stdin:
    with engines.owner.connect() as connection:
        print(connection.exec_driver_sql(question).scalar_one(), flush=True)
"""


@contextmanager
def client(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that uses the data directory, and the id of the server it talks to."""
    with subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(data_dir)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield process, int(process.stdout.readline())
        process.kill()


def answers(process: subprocess.Popen[str]) -> bool:
    process.stdin.write("SELECT 40 + 2\n")
    process.stdin.flush()
    return process.stdout.readline() == "42\n"


def leave(process: subprocess.Popen[str]) -> None:
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not psutil.pid_exists(pid)


@pytest.fixture(scope="module")
def own_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of this module's own: its server is killed."""
    return tmp_path_factory.mktemp("embedded")


def test_the_last_of_two_processes_stops_the_server_they_share(own_dir: Path) -> None:
    with client(own_dir) as (first, server), client(own_dir) as (second, same_server):
        assert server == same_server
        leave(first)
        assert answers(second)
        assert psutil.pid_exists(server)
        leave(second)
        assert is_gone(server)


def test_a_killed_process_leaves_the_server_to_the_others(own_dir: Path) -> None:
    with client(own_dir) as (first, server):
        first.kill()
        first.wait()
        with client(own_dir) as (second, same_server):
            assert server == same_server
            assert answers(second)
            leave(second)
        assert is_gone(server)


def test_the_server_never_runs_as_root(engines: Engines) -> None:
    assert psutil.Process(engines.embedded.pid).uids().real != 0


@pytest.fixture
def own(own_dir: Path) -> Iterator[Services]:
    engines = connect(own_dir)
    upgrade(engines.owner)
    yield build(Settings(data_dir=own_dir), engines)
    engines.dispose()


def stored_bill(services: Services, folder: Path, slug: str) -> Stored:
    services.tenancy.create(slug)
    scope = services.tenancy.scope(slug)
    bill = write_csv(folder / "bill.csv", [on(f"2026-09-{n:02}") for n in range(1, 6)])
    services.ingestion.ingest(scope, [str(bill)])
    return Stored(services.engines, scope)


def test_a_killed_server_comes_back_with_every_byte(own: Services, tmp_path: Path) -> None:
    before = stored_bill(own, tmp_path, "killed")
    picture = before.fingerprint()
    killed = own.engines.embedded.pid
    os.kill(killed, signal.SIGKILL)
    again = connect(own.settings.data_dir)
    assert again.embedded.pid != killed
    assert Stored(again, before.scope).fingerprint() == picture
    again.dispose()


def test_a_load_whose_server_is_killed_says_so_and_changes_nothing(
    own: Services, tmp_path: Path
) -> None:
    before = stored_bill(own, tmp_path, "midway")
    picture = before.fingerprint()
    bill = write_csv(tmp_path / "new.csv", [on("2026-09-01", BilledCost="9")] * 5)

    def kill_before_the_end(phase: str, _share: float) -> None:
        if phase == "reconciling":
            os.kill(own.engines.embedded.pid, signal.SIGKILL)

    with pytest.raises(LoadFailedError, match="database went away, so nothing was stored"):
        own.ingestion.ingest(before.scope, [str(bill)], report=kill_before_the_end)
    again = connect(own.settings.data_dir)
    assert Stored(again, before.scope).fingerprint() == picture
    again.dispose()
