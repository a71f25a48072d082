"""The Prophet fit: seasons learned, interval in order, the same again for the same history."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finops_dash.analytics.prophet_fit import FEWEST_DAYS, fit

FIRST = date(2024, 9, 2)


def daily(values: list[float]) -> list[tuple[date, Decimal]]:
    return [(FIRST + timedelta(n), Decimal(str(round(v, 4)))) for n, v in enumerate(values)]


def weekly(days: int) -> list[float]:
    return [(60.0 if n % 7 > 4 else 100.0) + n * 37 % 5 for n in range(days)]


def test_less_than_four_weeks_are_not_fitted() -> None:
    assert fit(daily(weekly(FEWEST_DAYS - 1)), 10) == ()


def test_a_series_that_is_always_zero_is_not_fitted() -> None:
    assert fit(daily([0.0] * 60), 10) == ()


def test_the_week_is_learned_and_the_interval_holds_the_mean() -> None:
    history = daily(weekly(120))
    points = fit(history, 45)
    assert [p.day for p in points] == [FIRST + timedelta(120 + n) for n in range(45)]
    assert all(p.low <= p.mean <= p.high for p in points)
    assert all(p.mean == p.mean.quantize(Decimal("0.01")) for p in points)
    for point in points[:14]:
        usual = 62.0 if point.day.weekday() > 4 else 102.0
        assert float(point.mean) == pytest.approx(usual, abs=4)


def test_the_same_history_gives_the_same_numbers() -> None:
    history = daily(weekly(60))
    assert fit(history, 5) == fit(history, 5)


def test_a_dying_series_is_not_forecast_below_zero() -> None:
    points = fit(daily([max(0.0, 400.0 - 5 * n) for n in range(90)]), 45)
    assert all(p.low >= 0 for p in points)


def test_two_years_teach_the_year() -> None:
    days = 760
    summer = [100.0 + (50.0 if 150 < (n + 244) % 365 < 240 else 0.0) for n in range(days)]
    ahead = fit(daily(summer), 320)
    june = [p.mean for p in ahead if p.day.month == 7]
    january = [p.mean for p in ahead if p.day.month == 1]
    assert min(june) > max(january)
