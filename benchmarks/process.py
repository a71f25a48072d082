"""Starting on an existing data directory, and the memory of a web process."""

from __future__ import annotations

from itertools import islice

from served import Served, company, served
from support import Row
from views import unasked, values_of
from visitor import Visitor

STARTS = 3
WORKERS = 2
PAGES = 120
SECONDS, MEGABYTES = 3.0, 200.0


def measure() -> list[Row]:
    """The slowest of three starts, database included; what a web process weighs after use."""
    data_dir = company()
    values = values_of(data_dir)
    seconds = []
    for _ in range(STARTS):
        with served(data_dir, WORKERS) as server:
            seconds.append(server.seconds)
    with served(data_dir, WORKERS) as server:
        fresh = _largest(server)
        for person in ("viewer", "analyst", "executive", "admin"):
            visitor = Visitor(server.port, person)
            calls = visitor.calls()
            for view in islice(unasked(values, len(person)), PAGES // 4):
                for call in calls:
                    visitor.timed(call.about(view))
        used = _largest(server)
    return [
        Row(
            "From `finops-dash serve` to `/readyz`, database stopped before",
            f"≤ {SECONDS:.0f} s",
            f"{max(seconds):.1f} s (slowest of {STARTS})",
            max(seconds) <= SECONDS,
        ),
        Row(
            f"Memory of a web process after {PAGES} views",
            f"≤ {MEGABYTES:.0f} MB",
            f"{used:.0f} MB (fresh: {fresh:.0f} MB)",
            used <= MEGABYTES,
        ),
    ]


def _largest(server: Served) -> float:
    """The resident memory of the largest web process, in MB."""
    return max(process.memory_info().rss for process in server.web_processes()) / 2**20
