"""Views of the overview as people choose them: a random range, measure and filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from finops_dash.bootstrap import start
from finops_dash.components.filter_bar import PRESETS, SHOWN_MEASURES
from finops_dash.components.places import OVERVIEW
from finops_dash.domain.period import Period
from finops_dash.settings import Settings

FILTERED = ("provider", "sub_account", "service", "region", "team", "environment")
LONGEST, HISTORY = 90, 360


def values_of(data_dir: Path) -> dict[str, tuple[str, ...]]:
    """What each dimension that a view filters by can be narrowed to."""
    services = start(Settings(data_dir=data_dir))
    scope = services.tenancy.scope("demo")
    found = {name: services.cost.values(scope, name) for name in FILTERED}
    services.engines.dispose()
    return found


def views(values: dict[str, tuple[str, ...]], seed: int) -> Iterator[str]:
    """Views without end, as the page's store holds them; no two in a row are alike.

    Half of the ranges are the page's presets, half are two days picked; one view in three has
    no filter, the others are narrowed to one value of one dimension.
    """
    random = Random(seed)  # noqa: S311 - the same views in each run
    today = date.today()  # noqa: DTZ011 - the machine's day will do
    last = ""
    while True:
        query = replace(
            OVERVIEW.default, measure=random.choice(SHOWN_MEASURES), period=_period(random, today)
        )
        if random.random() > 1 / 3:
            name = random.choice(FILTERED)
            query = query.where(name, random.choice(values[name]))
        text = OVERVIEW.href(query).partition("?")[2]
        if text != last:
            yield text
        last = text


def offered(values: dict[str, tuple[str, ...]], seed: int) -> Iterator[str]:
    """Views without end, as a click on the page leads to them.

    One of the page's presets, a measure, and in two views of three one provider or service.
    """
    random = Random(seed)  # noqa: S311 - the same views in each run
    while True:
        query = replace(
            OVERVIEW.default,
            measure=random.choice(SHOWN_MEASURES),
            period=Period(random.choice(PRESETS)),
        )
        if random.random() > 1 / 3:
            name = random.choice(("provider", "service"))
            query = query.where(name, random.choice(values[name]))
        yield OVERVIEW.href(query).partition("?")[2]


def unasked(values: dict[str, tuple[str, ...]], seed: int) -> Iterator[str]:
    """The views of `views`, each of them once."""
    seen: set[str] = set()
    for text in views(values, seed):
        if text not in seen:
            seen.add(text)
            yield text


def _period(random: Random, today: date) -> Period:
    if random.random() < 1 / 2:
        return Period(random.choice(PRESETS))
    first = today - timedelta(days=random.randint(2, HISTORY))
    return Period.between(first, min(first + timedelta(days=random.randint(1, LONGEST)), today))
