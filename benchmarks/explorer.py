"""The explorer's callbacks, one user and fifty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from random import Random

from crowd import EVERY, PEOPLE, WORKERS, crowd
from served import company, served
from support import Row, percentile
from views import values_of
from visitor import EXPLORER, Call, Visitor

from finops_dash.components.places import EXPLORER as PLACE
from finops_dash.domain.cost_query import CostQuery, Filter, Grain
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.period import Period

QUESTIONS, WARM_UP, TYPED = 60, 20, 40
COLD, HIT, TYPING, CROWD = 60.0, 4.0, 40.0, 150.0
SECONDS, CROWD_WARM_UP = 60, 15
DAYS, HISTORY = 90, 300
GROUPS = ("sub_account", "service", "region", "team", "environment", "tag:team")
FILTERS = ("provider", "sub_account", "service", "region", "team", "environment")
GRAINS = (Grain.NONE, Grain.DAY, Grain.DAY, Grain.WEEK, Grain.MONTH)
CHARTS = (Chart.BAR, Chart.BAR, Chart.LINE, Chart.AREA, Chart.TREEMAP, Chart.PIE)

Values = dict[str, tuple[str, ...]]


def measure() -> list[Row]:
    """Each callback for questions never asked before and again; filters typed; a crowd."""
    data_dir = company()
    values = values_of(data_dir)
    with served(data_dir, workers=1) as server:
        visitor = Visitor(server.port)
        calls = _calls(visitor)
        _ask(visitor, calls, list(islice(questions(values, 1), WARM_UP)))
        asked = list(islice(questions(values, 2), QUESTIONS))
        cold, hit = _ask(visitor, calls, asked), _ask(visitor, calls, asked)
        first, typed = _typed(visitor, questions(values, 3))
    steps = list(islice(walks(values, 5), 4000))
    with served(data_dir, WORKERS) as server:
        crowd(server, steps, CROWD_WARM_UP, 1, _calls).end()
        seen = crowd(server, steps, SECONDS, 2, _calls).end()
    p95 = percentile(seen.every, 0.95)
    who = f"{PEOPLE} people, each an exploring step every {EVERY:.0f} s, {SECONDS} s"
    return [
        _row("A callback, 2 dimensions, 90 days, 5 filters, cache cold", cold, COLD),
        _row("The same, cache hit", hit, HIT),
        *(_one(name, cold[name], hit[name]) for name in cold),
        _typing("A filter's values, first letter", first, None),
        _typing("A filter's values, each letter more", typed, TYPING),
        Row(
            f"{who}: a callback",
            f"p95 ≤ {CROWD:.0f} ms, no error",
            f"{seen.told()}; {len(seen.errors)} errors",
            p95 <= CROWD and not seen.errors,
        ),
    ]


def questions(values: Values, seed: int) -> Iterator[str]:
    """Questions as the explorer's link holds them: two groups, 90 days, five filters."""
    random = Random(seed)  # noqa: S311 - the same questions in each run
    today = date.today()  # noqa: DTZ011 - the machine's day will do
    while True:
        first = today - timedelta(days=DAYS + random.randint(1, HISTORY - DAYS))
        query = CostQuery(
            measure=random.choice(("effective_cost", "billed_cost", "list_cost")),
            group_by=tuple(random.sample(GROUPS, 2)),
            filters=(*_filters(random, values, 4), Filter("tag:team", ("",), negated=True)),
            period=Period.between(first, first + timedelta(days=DAYS - 1)),
            grain=random.choice(GRAINS),
            currency="USD",
        )
        yield PLACE.seen(Look(random.choice(CHARTS))).href(query).partition("?")[2]


def walks(values: Values, seed: int) -> Iterator[str]:
    """Steps of people who explore: each changes one thing of the question before it."""
    random = Random(seed)  # noqa: S311 - the same steps in each run
    while True:
        query = CostQuery(group_by=("service",), grain=Grain.DAY, currency="USD")
        look = Look()
        for _ in range(random.randint(3, 8)):
            yield PLACE.seen(look).href(query).partition("?")[2]
            query, look = _step(random, values, query, look)


def _step(random: Random, values: Values, query: CostQuery, look: Look) -> tuple[CostQuery, Look]:
    match random.choice(("group_by", "filters", "period", "grain", "look")):
        case "group_by":
            groups = tuple(random.sample(GROUPS, random.randint(1, 2)))
            return replace(query, group_by=groups), look
        case "filters":
            return replace(query, filters=_filters(random, values, random.randint(1, 3))), look
        case "period":
            token = random.choice(("last-7-days", "last-30-days", "last-90-days", "mtd", "ytd"))
            return replace(query, period=Period(token)), look
        case "grain":
            return replace(query, grain=random.choice(GRAINS)), look
    return query, Look(random.choice(CHARTS))


def _filters(random: Random, values: Values, count: int) -> tuple[Filter, ...]:
    """Filters that leave something: each keeps half of the values of its dimension, or more."""
    return tuple(
        Filter(name, tuple(random.sample(values[name], max(1, len(values[name]) * 2 // 3))))
        for name in random.sample(FILTERS, count)
    )


def _calls(visitor: Visitor) -> list[Call]:
    return [*visitor.calls(EXPLORER), visitor.rows()]


def _ask(visitor: Visitor, calls: list[Call], asked: list[str]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    for question in asked:
        for call in calls:
            times[call.name].append(visitor.timed(call.about(question)))
    return times


def _typed(visitor: Visitor, asked: Iterator[str]) -> tuple[list[float], list[float]]:
    """The milliseconds of the first letter and of the ones after it, for many a question."""
    first, more = [], []
    for question in islice(asked, TYPED):
        for name in ("service", "resource"):
            texts = ("a", "am", "ama", "amaz")
            times = [visitor.timed_get(f"/_options/{name}?search={t}&{question}") for t in texts]
            first.append(times[0])
            more += times[1:]
    return first, more


def _row(what: str, times: dict[str, list[float]], most: float) -> Row:
    every = [value for values in times.values() for value in values]
    worst = max(times, key=lambda name: percentile(times[name], 0.95))
    at_worst = percentile(times[worst], 0.95)
    measured = (
        f"p50 {percentile(every, 0.5):.1f}, p95 {percentile(every, 0.95):.1f} ms; "
        f"the slowest, {worst}, p95 {at_worst:.1f} ms"
    )
    return Row(what, f"p95 ≤ {most:.0f} ms for each", measured, at_worst <= most)


def _one(name: str, *times: list[float]) -> Row:
    shown = " / ".join(f"{percentile(t, 0.5):.1f}–{percentile(t, 0.95):.1f}" for t in times)
    return Row(f"… {name}: cold / hit, p50–p95", "", f"{shown} ms")


def _typing(what: str, times: list[float], most: float | None) -> Row:
    p95 = percentile(times, 0.95)
    wanted = "" if most is None else f"p95 ≤ {most:.0f} ms"
    measured = f"p50 {percentile(times, 0.5):.1f}, p95 {p95:.1f} ms"
    return Row(what, wanted, measured, None if most is None else p95 <= most)


if __name__ == "__main__":
    for row in measure():
        print(row.what, row.wanted, row.measured, row.holds, sep=" | ")
