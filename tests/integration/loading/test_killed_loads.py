"""`kill -9` at random moments of a load: the store holds the old bill or the new one, whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from support.focus import on, write_csv
from support.stored import Stored

from data_layer import locks
from finops_dash.bootstrap import Services
from finops_dash.domain.money import total
from finops_dash.domain.scope import Scope

ROOT = Path(__file__).parents[3]
KILLS = 24
MOST_ATTEMPTS = 3 * KILLS
PATIENCE = 60
# Imports everything once, then runs each command in a fork of its own: a real process to kill,
# without a second of imports before it. Answers with the fork's id, then with how it ended.
FORKER = """
import json, os, sys
import duckdb, psycopg, pyarrow, finops_dash.bootstrap, finops_dash.services.ingestion
import data_layer.loading, data_layer.sources.focus.files
from finops_dash.cli import main
for line in sys.stdin:
    arguments, log = json.loads(line)
    pid = os.fork()
    if pid == 0:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.argv = ["finops-dash", *arguments]
        main()
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


BAD = on("2026-09-21", BilledCost="not a number")


@dataclass
class Program:
    """The command line in processes that can be killed."""

    forker: subprocess.Popen[str]
    log: Path

    def start(self, *arguments: str) -> int:
        """Start a command; returns its process id when the load has begun."""
        self.log.unlink(missing_ok=True)
        self.forker.stdin.write(json.dumps([arguments, str(self.log)]) + "\n")
        self.forker.stdin.flush()
        pid = int(self.forker.stdout.readline())
        deadline = time.monotonic() + PATIENCE
        while not self.phases() and time.monotonic() < deadline:
            time.sleep(0.001)
        return pid

    def phases(self) -> list[str]:
        """What the command has told so far."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def end(self) -> int:
        """The exit code of the command, when it has ended."""
        return int(self.forker.stdout.readline())


@pytest.fixture
def program(data_dir: Path, tmp_path: Path) -> Iterator[Program]:
    environment = {**os.environ, "FINOPS_DATA_DIR": str(data_dir)}
    with subprocess.Popen(
        [sys.executable, "-c", FORKER],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as forker:
        yield Program(forker, tmp_path / "log")
        forker.stdin.close()


def versions() -> dict[str, list[dict[str, str]]]:
    """Two versions of two months: the later one restates, removes and adds days."""
    old = [
        on(f"2026-{month:02}-{day:02}", ResourceId=f"i-{n}", BilledCost=f"0.{n}{day}")
        for month in (8, 9)
        for day in range(1, 16)
        for n in range(8)
    ]
    new = [
        row | ({"BilledCost": "7.125"} if "-09-" in row["ChargePeriodStart"] else {})
        for row in old
        if "-08-05" not in row["ChargePeriodStart"]
    ]
    return {"old": old, "new": [*new, on("2026-09-20", x_New="yes"), BAD]}


def picture(stored: Stored) -> dict[str, object]:
    """Everything of the tenant that must be the old or the new, whole."""
    return {
        "charges": stored.charges(),
        "slices": stored.asked(
            "SELECT charge_day, row_count, content_hash FROM finops.slice ORDER BY 1"
        ),
        "wrong rollups": stored.wrong_rollups(),
    }


def until_nobody_loads(stored: Stored) -> None:
    """Wait for the server to end what a killed process left behind."""
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
        f"AND classid = {locks.LOAD} AND objid = {stored.scope.tenant_id}"
    )
    deadline = time.monotonic() + PATIENCE
    while stored.one(query):
        assert time.monotonic() < deadline, "a killed load holds its lock"
        time.sleep(0.01)


def test_a_load_killed_at_any_moment_leaves_the_old_bill_or_the_new_one(
    services: Services, program: Program, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    rows = versions()
    files = {name: write_csv(tmp_path / f"{name}.csv", found) for name, found in rows.items()}
    sums = {
        name: total(Decimal(row["BilledCost"]) for row in found if row is not BAD)
        for name, found in rows.items()
    }
    pictures = {}
    for version in ("new", "old"):
        services.ingestion.ingest(scope, [str(files[version])])
        pictures[version] = picture(stored)
        assert pictures[version]["wrong rollups"] == {}
        assert stored.total() == sums[version]
    command = ("ingest", "--tenant", scope.tenant_slug)
    took = 0.0
    standing, kills, reached = "old", 0, set()
    for attempt in range(MOST_ATTEMPTS):
        other = "new" if standing == "old" else "old"
        pid = program.start(*command, str(files[other]))
        begun = time.monotonic()
        if attempt:  # the first one runs to its end and says how long a load takes
            share = (attempt % KILLS + random.random()) / KILLS  # noqa: S311 - any moment will do
            time.sleep(share * took)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        code = program.end()
        took = took or time.monotonic() - begun
        until_nobody_loads(stored)
        found = picture(stored)
        assert found in pictures.values()
        standing = "new" if found == pictures["new"] else "old"
        if code == -signal.SIGKILL:
            kills += 1
            reached.add(program.phases()[-1])
        else:
            assert (code, standing) == (0, other)
        if kills == KILLS:
            break
    assert kills >= 20
    assert len(reached) >= 3, reached
    program.start(*command, str(files["new"]))
    assert program.end() == 0
    assert picture(stored) == pictures["new"]


def test_the_load_after_a_kill_removes_what_the_killed_one_left(
    program: Program, scope: Scope, data_dir: Path, tmp_path: Path
) -> None:
    bill = write_csv(tmp_path / "bill.csv", [on("2026-09-01")])
    pid = program.start("ingest", "--tenant", scope.tenant_slug, str(bill))
    os.kill(pid, signal.SIGKILL)
    assert program.end() == -signal.SIGKILL
    assert list((data_dir / "tmp").glob(f"load-{pid}-*"))
    program.start("ingest", "--tenant", scope.tenant_slug, str(bill))
    assert program.end() == 0
    assert not list((data_dir / "tmp").glob(f"load-{pid}-*"))
