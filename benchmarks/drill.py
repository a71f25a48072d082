"""The last level: first pages of charges, resources as one types, one resource.

Over a company of ten million charges, by the services as a web process has them: each question is
asked once, so that no answer is kept from before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from time import perf_counter

from served import company
from support import Row, percentile

from finops_dash.bootstrap import Services, start
from finops_dash.components.charge_grid import SHOWN
from finops_dash.domain.cost_query import CostQuery, Filter, Order
from finops_dash.domain.focus import COLUMNS
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.settings import Settings

LINES, SEARCH = 100.0, 40.0
ASKED = 60
FILTERED = ("sub_account", "tag:team", "tag:environment", "region", "service")
Times = list[float]


def measure() -> list[Row]:
    """The milliseconds of each kind of question, p50 and p95."""
    services = start(Settings(data_dir=company()), fresh_for=1.0)
    try:
        return _measured(services, services.tenancy.scope("demo"))
    finally:
        services.engines.dispose()


def _measured(services: Services, scope: Scope) -> list[Row]:
    random, today = Random(1), services.now().date()  # noqa: S311 - the same questions in each run
    named = replace(CostQuery(), period=Period("last-90-days"), currency="USD")
    begun = perf_counter()
    found = services.resources.find(scope, named, "", today)
    services.resources.find(scope, named, "a", today)
    indexed = (perf_counter() - begun) * 1000
    ids = [name for name, _ in found.costs]
    questions = list(_questions(services, scope, random))

    def page(query: CostQuery, names: tuple[str, ...]) -> object:
        return services.charge_lines.page(scope, query, today, names)

    lines = _timed([lambda q=q: page(q, tuple(SHOWN)) for q in questions])
    whole = _timed([lambda q=q: page(q, COLUMNS) for q in questions])
    sums = _timed([lambda q=q: services.charge_lines.summed(scope, q, today) for q in questions])
    of_one = [
        replace(named, order=Order.NAME).where("resource", name) for name in _some(random, ids)
    ]
    single = _timed([lambda q=q: page(q, tuple(SHOWN)) for q in of_one])
    texts = list(_typed(random, ids))
    searched = _timed([lambda t=t: services.resources.find(scope, named, t, today) for t in texts])
    stories = _timed([lambda n=n: services.resources.one(scope, n) for n in _some(random, ids)])
    return [
        _row("First page of charges, 90 days, by tag, account, region or service", lines, LINES),
        _row("… with all 57 columns", whole, LINES),
        _row("First page of the charges of one resource, 90 days", single, LINES),
        _row("Number and exact sums of such charges", sums, None),
        _row(f"Search of {len(ids):,} resources as one types", searched, SEARCH),
        _row("The story of one resource: names, places, tags", stories, None),
        Row("The first search after a load", "", f"{indexed:.0f} ms"),
    ]


def _questions(services: Services, scope: Scope, random: Random) -> Iterator[CostQuery]:
    """Ninety days narrowed to a value of one dimension or of two; some leave few, some none."""
    values = {name: services.cost.values(scope, name) for name in FILTERED}
    base = CostQuery(period=Period("last-90-days"), order=Order.NAME)
    for _ in range(ASKED):
        chosen = random.sample(FILTERED, random.randint(1, 2))
        filters = [
            Filter(name, (random.choice(values[name]),), negated=random.random() < 0.2)
            for name in chosen
        ]
        yield replace(base, filters=tuple(filters))


def _typed(random: Random, ids: list[str]) -> Iterator[str]:
    """What stands in the field after each letter of a search, once each."""
    seen = set()
    for name in _some(random, ids):
        text = random.choice([name[-14:], name[:20], "team=payments " + name[-5:], "no such thing"])
        for end in range(1, len(text) + 1):
            if text[:end] not in seen:
                seen.add(text[:end])
                yield text[:end]


def _some(random: Random, ids: list[str]) -> list[str]:
    return random.sample(ids, min(ASKED, len(ids)))


def _timed(questions: list[Callable[[], object]]) -> Times:
    times = []
    for ask in questions:
        begun = perf_counter()
        ask()
        times.append((perf_counter() - begun) * 1000)
    return times


def _row(what: str, times: Times, most: float | None) -> Row:
    p95 = percentile(times, 0.95)
    wanted = "" if most is None else f"p95 ≤ {most:.0f} ms"
    measured = f"p50 {percentile(times, 0.5):.1f}, p95 {p95:.1f} ms ({len(times)} asked)"
    return Row(what, wanted, measured, None if most is None else p95 <= most)


if __name__ == "__main__":
    for row in measure():
        print(row.what, row.wanted, row.measured, row.holds, sep=" | ")
