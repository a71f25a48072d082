"""Processes that start at the same moment, on a database that nobody has made yet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, make_url

from data_layer.engine import Engines
from data_layer.migrations import head_revision

ROOT = Path(__file__).parents[3]
STARTS = 3
PATIENCE = 90
START = """
import sys
from pathlib import Path
from data_layer.engine import connect
from data_layer.migrations import current_revision, upgrade
print("loaded", flush=True)
sys.stdin.readline()
engines = connect(Path(sys.argv[1]), sys.argv[2] or None)
upgrade(engines.owner)
with engines.tenant(1) as connection:
    connection.exec_driver_sql("SELECT 1 FROM finops.daily_cost").all()
print(current_revision(engines.owner))
engines.dispose()
"""


def started_together(data_dir: Path, database_url: str = "") -> list[str]:
    """What each of the processes says in the end: its revision, or its traceback."""
    command = [sys.executable, "-c", START, str(data_dir), database_url]
    processes = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(STARTS)
    ]
    try:
        for process in processes:
            assert process.stdout.readline() == "loaded\n"
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        return [process.communicate(timeout=PATIENCE)[0].strip() for process in processes]
    finally:
        for process in processes:
            process.kill()


@pytest.fixture
def empty_database(engines: Engines) -> Iterator[str]:
    name = f"fresh_{uuid4().hex[:12]}"
    admin = make_url(engines.embedded.url("postgres", "postgres"))
    server = create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield admin.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_processes_that_start_at_once_on_a_fresh_data_directory_share_one_server(
    tmp_path: Path,
) -> None:
    assert started_together(tmp_path) == [head_revision()] * STARTS


def test_processes_that_start_at_once_on_an_empty_database_migrate_it_once(
    tmp_path: Path, empty_database: str
) -> None:
    assert started_together(tmp_path, empty_database) == [head_revision()] * STARTS
    assert not list(tmp_path.iterdir())
