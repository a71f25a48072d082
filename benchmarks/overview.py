"""The overview's callbacks, one user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from served import company, served
from support import Row, percentile
from views import unasked, values_of
from visitor import Call, Visitor

PAGES = 60
ALONE = 25
WARM_UP = 150
COLD, HIT, PAGE = 30.0, 3.0, 120.0

Times = dict[str, list[float]]


def measure() -> list[Row]:
    """Each callback over HTTP, for views never asked before and for the same ones again."""
    data_dir = company()
    values = values_of(data_dir)
    with served(data_dir, workers=1) as server:
        visitor = Visitor(server.port)
        calls = visitor.calls()
        _ask(visitor, calls, list(islice(unasked(values, 1), WARM_UP)))
        views = list(islice(unasked(values, 2), PAGES))
        cold, hit = _ask(visitor, calls, views), _ask(visitor, calls, views)
        alone = _alone(visitor, calls, unasked(values, 3))
    pages = [sum(times) for times in zip(*cold.values(), strict=True)]
    again = [sum(times) for times in zip(*hit.values(), strict=True)]
    return [
        _callbacks("cache cold, in the page's order", cold, COLD),
        _callbacks("cache cold, each asked alone for a view of its own", alone, None),
        _callbacks("cache hit", hit, HIT),
        _sum(f"All {len(calls)} callbacks together, cold", pages, PAGE),
        _sum(f"All {len(calls)} callbacks together, hit", again, None),
        *(_one(name, cold[name], alone[name], hit[name]) for name in cold),
    ]


def _ask(visitor: Visitor, calls: list[Call], views: list[str]) -> Times:
    """The milliseconds of each callback for each view, all callbacks of a view in a row."""
    times: Times = defaultdict(list)
    for view in views:
        for call in calls:
            times[call.name].append(visitor.timed(call.about(view)))
    return times


def _alone(visitor: Visitor, calls: list[Call], views: Iterator[str]) -> Times:
    """The milliseconds of each callback where no other has asked about its view before."""
    return {
        call.name: [visitor.timed(call.about(view)) for view in islice(views, ALONE)]
        for call in calls
    }


def _callbacks(what: str, times: Times, most: float | None) -> Row:
    every = [value for values in times.values() for value in values]
    worst = max(times, key=lambda name: percentile(times[name], 0.95))
    at_worst = percentile(times[worst], 0.95)
    measured = (
        f"p50 {percentile(every, 0.5):.1f}, p95 {percentile(every, 0.95):.1f} ms; "
        f"the slowest, {worst}, p95 {at_worst:.1f} ms"
    )
    wanted = "" if most is None else f"p95 ≤ {most:.0f} ms for each"
    return Row(f"A callback, {what}", wanted, measured, None if most is None else at_worst <= most)


def _sum(what: str, pages: list[float], most: float | None) -> Row:
    p95 = percentile(pages, 0.95)
    wanted = "" if most is None else f"p95 ≤ {most:.0f} ms"
    measured = f"p50 {percentile(pages, 0.5):.0f}, p95 {p95:.0f} ms"
    return Row(what, wanted, measured, None if most is None else p95 <= most)


def _one(name: str, *times: list[float]) -> Row:
    shown = " / ".join(
        f"{percentile(found, 0.5):.1f}–{percentile(found, 0.95):.1f}" for found in times
    )
    return Row(f"… {name}: cold / alone / hit, p50–p95", "", f"{shown} ms")


if __name__ == "__main__":
    for row in measure():
        print(row.what, row.wanted, row.measured, row.holds, sep=" | ")
