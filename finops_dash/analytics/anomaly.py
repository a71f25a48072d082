"""Days that cost what their weekday does not: robust, causal, and quiet about small change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median

WEEK = 7
WEEKEND = 3
LOOKBACK = 8
FEWEST = 4
THRESHOLD = 5.0
MAD_TO_SIGMA = 1.4826
LEAST_SHARE = 0.15
FLOOR = 0.02  # of the usual cost, which no spread is taken to be smaller than
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A day of a series that stands out, and by how much money."""

    name: str
    day: date
    actual: Decimal
    expected: Decimal

    @property
    def impact(self) -> Decimal:
        """What the day cost more (or less) than expected."""
        return self.actual - self.expected


def find(
    name: str, series: Sequence[tuple[date, Decimal]], least: Decimal = Decimal(25)
) -> tuple[Anomaly, ...]:
    """The anomalous days of a gapless daily series, in order.

    A day is held against the median of the same weekday over the eight weeks before it, days
    already found aside. It stands out when it is off by more than five robust deviations, by 15 %
    and by `least` in money. Only earlier days are looked at, so yesterday's verdict stays.
    """
    usual: list[list[float]] = [[] for _ in range(WEEK)]
    found, least_off = [], float(least)
    values = [float(value) for _, value in series]
    if max(values, default=0.0) - min(values, default=0.0) < least_off:
        return ()  # no two days are so far apart, as in most small series
    for (day, value), actual in zip(series, values, strict=True):
        before = usual[day.weekday()]
        if len(before) >= FEWEST and _stands_out(actual, before[-LOOKBACK:], least_off):
            expected = Decimal(f"{median(before[-LOOKBACK:]):.6f}").quantize(CENT)
            found.append(Anomaly(name, day, value.quantize(CENT), expected))
        before.append(actual)
    return tuple(found)


def _stands_out(actual: float, before: list[float], least: float) -> bool:
    middle = _median(before)
    off = abs(actual - middle)
    if off <= least or off <= max(LEAST_SHARE, THRESHOLD * FLOOR) * abs(middle):
        return False  # as nearly all days: their spread need not be known
    sigma = MAD_TO_SIGMA * _median([abs(value - middle) for value in before])
    return off > THRESHOLD * sigma


def _median(values: list[float]) -> float:
    """What `statistics.median` says, without the checks that cost more than the work."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


@dataclass(frozen=True, slots=True)
class Episode:
    """Anomalous days of one series without a gap, as the one event a person sees."""

    name: str
    first: date
    last: date
    impact: Decimal


def episodes(days: Iterable[Anomaly]) -> tuple[Episode, ...]:
    """The days joined where one follows the other (a weekend may lie between), by impact.

    Days above and days below what was expected are never joined. The impacts of the episodes sum
    to the impacts of the days.
    """
    found: list[Episode] = []
    for day in sorted(days, key=lambda item: (item.name, item.day)):
        last = found[-1] if found else None
        if last is not None and _continues(last, day):
            found[-1] = replace(last, last=day.day, impact=last.impact + day.impact)
        else:
            found.append(Episode(day.name, day.day, day.day, day.impact))
    return tuple(sorted(found, key=lambda item: (-abs(item.impact), item.name, item.first)))


def _continues(before: Episode, day: Anomaly) -> bool:
    near = (day.day - before.last).days <= WEEKEND
    return before.name == day.name and near and (before.impact > 0) == (day.impact > 0)
