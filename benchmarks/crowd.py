"""Fifty people at the overview, alone and while two million rows load."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from served import Served, command, company, environment, served
from support import PROGRAM, ROOT, WORK, Row, percentile, stop
from views import offered, values_of, views
from visitor import Call, Visitor

PEOPLE, CONNECTIONS, EVERY = 50, 6, 2.0
SECONDS, LONGEST, WARM_UP = 60, 200, 15
WORKERS = 2
MOST = 100.0
BESIDE, BESIDE_ROWS = "beside", 2_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What the crowd saw."""

    times: dict[str, list[float]]
    pages: list[float]
    errors: list[str]
    late: int
    seconds: float
    cpu: float
    server: float

    @property
    def every(self) -> list[float]:
        """The milliseconds of every callback."""
        return [value for values in self.times.values() for value in values]

    def told(self) -> str:
        """The percentiles over all callbacks, and of the slowest."""
        worst = max(self.times, key=lambda name: percentile(self.times[name], 0.95))
        return (
            f"p50 {percentile(self.every, 0.5):.0f}, p95 {percentile(self.every, 0.95):.0f} ms "
            f"over {len(self.every):,} callbacks; the slowest, {worst}, "
            f"p95 {percentile(self.times[worst], 0.95):.0f} ms"
        )


def measure() -> list[Row]:
    """The percentiles of the callbacks, with the machine to themselves and with a load beside."""
    data_dir = company()
    values = values_of(data_dir)
    chosen = list(islice(offered(values, 7), 4000))
    anything = list(islice(views(values, 7), 4000))
    bills = _bills()
    command(data_dir, "tenant", "delete", BESIDE, "--yes", may_fail=True)  # of a run cut off
    with served(data_dir, WORKERS) as server:
        crowd(server, chosen, WARM_UP, seed=1).end()
        alone = crowd(server, chosen, SECONDS, seed=2).end()
        beside, took = _with_load(server, data_dir, bills, chosen)
        unlike = crowd(server, anything, SECONDS, seed=4).end()
    command(data_dir, "tenant", "delete", BESIDE, "--yes")
    first = percentile(alone.every, 0.95)
    second = percentile(beside.every, 0.95)
    who = f"{PEOPLE} people, each acting every {EVERY:.0f} s, {SECONDS} s"
    return [
        Row(
            f"{who}, on what the page offers: a callback",
            f"p95 ≤ {MOST:.0f} ms, no error",
            f"{alone.told()}; {len(alone.errors)} errors",
            first <= MOST and not alone.errors,
        ),
        Row(
            f"… while {BESIDE_ROWS:,} rows load and a forecast is fitted ({took:.0f} s)",
            f"p95 ≤ {2 * MOST:.0f} ms, no error",
            f"{beside.told()}; {len(beside.errors)} errors",
            second <= 2 * MOST and not beside.errors,
        ),
        Row(
            f"{who}, on any two dates and any value: a callback",
            f"p95 ≤ {MOST:.0f} ms, no error",
            f"{unlike.told()}; {len(unlike.errors)} errors",
            percentile(unlike.every, 0.95) <= MOST and not unlike.errors,
        ),
        _page("on what the page offers", alone),
        _page("beside the load", beside),
        _page("on anything", unlike),
    ]


def _page(words: str, seen: Seen) -> Row:
    measured = (
        f"p50 {percentile(seen.pages, 0.5):.0f}, p95 {percentile(seen.pages, 0.95):.0f} ms; "
        f"{len(seen.pages) / seen.seconds:.0f} views/s, {seen.late} begun late; of a core, the "
        f"web processes took {seen.server / seen.seconds:.2f}, "
        f"the browsers {seen.cpu / seen.seconds:.2f}"
    )
    return Row(f"… all callbacks of a view, {words}", "", measured)


class Clients:
    """The process of the crowd."""

    def __init__(self, server: Served, plan: dict[str, Any]) -> None:
        self._server, self._before = server, _cpu(server)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "crowd_clients.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdin:
            self._process.stdin.write(json.dumps(plan) + "\n")
            self._process.stdin.flush()

    def end(self, *, now: bool = False) -> Seen:
        """What the crowd saw, when its time is over or `now`."""
        if now and self._process.stdin:
            self._process.stdin.close()
        told = self._process.stdout.read() if self._process.stdout else ""
        self._process.wait()
        return Seen(**json.loads(told), server=_cpu(self._server) - self._before)


def crowd(
    server: Served,
    chosen: list[str],
    seconds: float,
    seed: int,
    asked: Callable[[Visitor], list[Call]] = Visitor.calls,
) -> Clients:
    """The crowd at work: each view of theirs is `asked` for by these callbacks."""
    visitor = Visitor(server.port)
    calls = [(call.name, call.about("{view}").decode()) for call in asked(visitor)]
    lines = [f"{name}: {value}\r\n" for name, value in visitor.headers.items()]
    head = f"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\n{''.join(lines)}"
    plan = {
        "port": server.port, "head": head, "calls": calls, "views": chosen, "seed": 1000 * seed,
        "people": PEOPLE, "connections": CONNECTIONS, "every": EVERY, "seconds": seconds,
    }  # fmt: skip
    return Clients(server, plan)


def _with_load(
    server: Served, data_dir: Path, bills: Path, chosen: list[str]
) -> tuple[Seen, float]:
    """The crowd from the start of the load and the forecast until both are done."""
    command(data_dir, "tenant", "create", BESIDE)
    clients = crowd(server, chosen, LONGEST, seed=3)
    begun = time.monotonic()
    works = [
        subprocess.Popen(
            [PROGRAM, *words],
            env=environment(data_dir), cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for words in (
            ("ingest", str(bills), "--tenant", BESIDE, "--yes"),
            ("jobs", "run", "forecast", "--tenant", "demo"),
        )
    ]  # fmt: skip
    try:
        codes = [work.wait(LONGEST) for work in works]
    finally:
        for work in works:
            stop(work)
    took = time.monotonic() - begun
    seen = clients.end(now=True)
    if any(codes):
        message = f"the load or the forecast failed: {codes}"
        raise RuntimeError(message)
    return seen, took


def _bills() -> Path:
    """Two million rows of another company, as files; written once."""
    folder = WORK / f"bills-{BESIDE_ROWS}"
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.partial")
        words = ("demo", "--rows", str(BESIDE_ROWS), "--seed", "2", "--out", str(partial))
        command(WORK / "scratch", *words)
        partial.rename(folder)
    return folder


def _cpu(server: Served) -> float:
    """The seconds of processor time that the web processes have used."""
    times = [process.cpu_times() for process in server.web_processes()]
    return sum(t.user + t.system for t in times)
