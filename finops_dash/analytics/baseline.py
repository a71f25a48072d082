"""The baseline forecast: a robust line through recent weeks with a weekday pattern.

Level and slope come from the medians of whole weeks (Theil–Sen over at most eight of them), the
pattern from each weekday's median share of its week, the 80 % interval from the residuals'
median absolute deviation. Plain Python, because it runs where pages are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

WEEK = 7
WEEKS = 8
FEWEST_DAYS = 14
FADING = 0.5  # how much of a recent trend goes on
NORMAL_80 = 1.2816
MAD_TO_SIGMA = 1.4826
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Point:
    """A day's forecast with its 80 % interval."""

    day: date
    mean: Decimal
    low: Decimal
    high: Decimal


def forecast(history: Sequence[tuple[date, Decimal]], days: int) -> tuple[Point, ...]:
    """The `days` after a gapless daily history; nothing for an empty one.

    With less than two weeks of history every day is forecast at the median. A series that never
    was negative is never forecast to be.
    """
    if not history or days <= 0:
        return ()
    values = [float(value) for _, value in history[-WEEK * WEEKS :]]
    last = history[-1][0]
    floor = 0.0 if min(values) >= 0 else float("-inf")
    expected, spread = _fit(values, [day for day, _ in history[-len(values) :]])
    ahead = range(1, days + 1)
    return tuple(_point(last + timedelta(n), expected(n), spread, n, floor) for n in ahead)


def _fit(values: list[float], days: list[date]) -> tuple[Callable[[int], float], float]:
    """The expected value so many days ahead of the last, and the spread around it."""
    if len(values) < FEWEST_DAYS:
        middle = median(values)
        return (lambda _n: middle), _sigma([value - middle for value in values])
    whole = len(values) // WEEK * WEEK
    values, days = values[-whole:], days[-whole:]
    levels = [sum(values[n : n + WEEK]) / WEEK for n in range(0, whole, WEEK)]
    slope = _slope(levels) / WEEK
    level = median(y - slope * WEEK * (n - len(levels) + 1) for n, y in enumerate(levels))
    level += slope * (WEEK - 1) / 2  # from the middle of the last week to its end
    pattern = _pattern(values, days, levels, slope)
    last = days[-1]

    def expected(ahead: int) -> float:
        lean = slope * FADING if ahead > 0 else slope
        weekday = (last + timedelta(ahead)).weekday()
        return (level + lean * ahead) * pattern[weekday]

    fitted = [expected(n - whole + 1) for n in range(whole)]
    return expected, _sigma([value - fit for value, fit in zip(values, fitted, strict=True)])


def _slope(levels: list[float]) -> float:
    """Theil–Sen: the median of the slopes between all pairs."""
    pairs = [
        (levels[j] - levels[i]) / (j - i)
        for i in range(len(levels))
        for j in range(i + 1, len(levels))
    ]
    return median(pairs) if pairs else 0.0


def _pattern(
    values: list[float], days: list[date], levels: list[float], slope: float
) -> list[float]:
    """Each weekday's usual share of what its week's level and the trend make of the day.

    All one where a week sums to nothing.
    """
    shares: list[list[float]] = [[] for _ in range(WEEK)]
    for number, (value, day) in enumerate(zip(values, days, strict=True)):
        level = levels[number // WEEK] + slope * (number % WEEK - (WEEK - 1) / 2)
        shares[day.weekday()].append(value / level if level else 1.0)
    return [median(found) for found in shares]


def _sigma(residuals: list[float]) -> float:
    middle = median(residuals)
    return MAD_TO_SIGMA * median(abs(value - middle) for value in residuals)


def _point(day: date, mean: float, sigma: float, ahead: int, floor: float) -> Point:
    reach = NORMAL_80 * sigma * (1 + ahead / 30)
    numbers = (max(floor, value) for value in (mean, mean - reach, mean + reach))
    return Point(day, *(Decimal(f"{value:.6f}").quantize(CENT) for value in numbers))
