"""Exporting charge lines: a million of them, by the served application, in how little memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection
from threading import Event, Thread
from time import perf_counter

import psutil
from served import Served, company, served
from support import Row
from visitor import Visitor

LINES = 1_000_000
DAYS = 43  # of the company of ten million charges hold a million
RATE, MEGABYTES = 40_000.0, 300.0
PIECE = 1 << 16


@dataclass
class Taken:
    """A file that was taken: its lines and bytes, the seconds, the most memory of the server."""

    count: int
    size: int
    seconds: float
    memory: float


def measure() -> list[Row]:
    """A million lines as CSV and Parquet, and a sheet of one day of them."""
    last = date.today().replace(day=1) - timedelta(days=1)  # noqa: DTZ011 - the machine's day will do
    span = f"{last - timedelta(days=DAYS)}..{last}"
    day = f"{last}..{last}"  # a sheet takes a process minutes for a million lines
    with served(company(), workers=1) as server:
        person = Visitor(server.port).headers["Cookie"]
        csv = _take(server, person, "csv", span)
        parquet = _take(server, person, "parquet", span)
        xlsx = _take(server, person, "xlsx", day)
    holds = csv.count >= LINES and csv.count / csv.seconds >= RATE
    return [
        Row(
            "All charge lines as CSV, every FOCUS column",
            f"≥ {LINES:,} lines, ≥ {RATE:,.0f} a second",
            f"{csv.count:,} lines in {csv.seconds:.1f} s: {csv.count / csv.seconds:,.0f} a second, "
            f"{csv.size / 2**20:.0f} MB",
            holds,
        ),
        Row(
            "Memory of the web process meanwhile",
            f"< {MEGABYTES:.0f} MB",
            f"{csv.memory:.0f} MB",
            csv.memory < MEGABYTES,
        ),
        _file("Parquet", parquet),
        _file("XLSX", xlsx),
    ]


def _file(kind: str, taken: Taken) -> Row:
    return Row(
        f"{kind}, memory of the web process and of what writes the file together",
        "",
        f"{taken.count:,} lines in {taken.seconds:.1f} s: {taken.count / taken.seconds:,.0f} "
        f"a second, {taken.size / 2**20:.0f} MB; {taken.memory:.0f} MB of memory",
    )


def _take(server: Served, cookie: str, kind: str, period: str) -> Taken:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=900)
    with _watched(server) as memory:
        begun = perf_counter()
        address = f"/export/charges.{kind}?period={period}"
        connection.request("GET", address, headers={"Cookie": cookie})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(answer.read().decode())
        size = 0
        while piece := answer.read(PIECE):
            size += len(piece)
        seconds = perf_counter() - begun
    connection.close()
    return Taken(int(answer.headers["X-Row-Count"]), size, seconds, max(memory))


@contextmanager
def _watched(server: Served) -> Iterator[list[float]]:
    """The memory of the web process and its children in MB, twenty times a second."""
    seen, over = [0.0], Event()

    def look() -> None:
        while not over.wait(0.05):
            seen.append(sum(map(_megabytes, _processes(server))))

    watch = Thread(target=look)
    watch.start()
    try:
        yield seen
    finally:
        over.set()
        watch.join()


def _processes(server: Served) -> list[psutil.Process]:
    workers = server.web_processes()
    return [*workers, *(child for worker in workers for child in worker.children())]


def _megabytes(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / 2**20
    except psutil.Error:
        return 0.0
