"""Days that cost what their weekday does not: robust, causal, and quiet about small change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

WEEK = 7
LOOKBACK = 8
FEWEST = 4
THRESHOLD = 5.0
MAD_TO_SIGMA = 1.4826
LEAST_SHARE = 0.15
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
    found = []
    for day, value in series:
        before = usual[day.weekday()]
        actual = float(value)
        if len(before) >= FEWEST and _stands_out(actual, before[-LOOKBACK:], float(least)):
            expected = Decimal(f"{median(before[-LOOKBACK:]):.6f}").quantize(CENT)
            found.append(Anomaly(name, day, value.quantize(CENT), expected))
        before.append(actual)
    return tuple(found)


def _stands_out(actual: float, before: list[float], least: float) -> bool:
    middle = median(before)
    off = abs(actual - middle)
    sigma = MAD_TO_SIGMA * median(abs(value - middle) for value in before)
    floor = 0.02 * abs(middle)
    return off > THRESHOLD * max(sigma, floor) and off > LEAST_SHARE * abs(middle) and off > least
