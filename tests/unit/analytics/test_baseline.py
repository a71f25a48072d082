"""The baseline forecast: weekdays, trend, interval, and short or odd histories."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finops_dash.analytics.baseline import forecast

MONDAY = date(2026, 8, 3)


def daily(values: list[float]) -> list[tuple[date, Decimal]]:
    return [(MONDAY + timedelta(n), Decimal(str(value))) for n, value in enumerate(values)]


def test_an_empty_history_has_no_forecast() -> None:
    assert forecast([], 30) == ()


def test_no_days_asked_are_no_days_forecast() -> None:
    assert forecast(daily([1.0] * 30), 0) == ()


def test_the_days_follow_the_history_without_a_gap() -> None:
    points = forecast(daily([10.0] * 28), 5)
    assert [p.day for p in points] == [MONDAY + timedelta(28 + n) for n in range(5)]


def test_a_constant_series_goes_on_exactly_and_surely() -> None:
    points = forecast(daily([12.5] * 56), 10)
    assert {(p.low, p.mean, p.high) for p in points} == {(Decimal("12.50"),) * 3}


def test_the_pattern_of_the_week_is_kept() -> None:
    week = [100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 30.0]
    points = forecast(daily(week * 8), 14)
    assert [float(p.mean) for p in points] == pytest.approx(week * 2, rel=0.01)


def test_a_trend_goes_on_from_where_it_is_and_fades() -> None:
    rising = [100.0 + n for n in range(56)]
    points = forecast(daily(rising), 28)
    assert float(points[0].mean) == pytest.approx(rising[-1], rel=0.02)
    last_week = sum(float(p.mean) for p in points[-7:]) / 7
    assert rising[-1] < last_week < rising[-1] + 28


def test_one_wild_day_moves_nothing() -> None:
    calm = [100.0] * 56
    wild = [*calm[:40], 5000.0, *calm[41:]]
    assert [p.mean for p in forecast(daily(wild), 7)] == [p.mean for p in forecast(daily(calm), 7)]


def test_a_falling_series_that_was_never_negative_is_never_forecast_to_be() -> None:
    points = forecast(daily([max(0.0, 300.0 - 6 * n) for n in range(56)]), 45)
    assert all(p.low >= 0 and p.mean >= 0 for p in points)


def test_a_series_of_credits_may_be_forecast_below_zero() -> None:
    assert all(p.mean < 0 for p in forecast(daily([-20.0] * 28), 7))


def test_less_than_two_weeks_are_forecast_at_their_median() -> None:
    points = forecast(daily([1.0, 2.0, 3.0, 4.0, 100.0]), 3)
    assert [p.mean for p in points] == [Decimal("3.00")] * 3


def test_one_day_of_history_is_enough() -> None:
    assert forecast(daily([7.0]), 1)[0].mean == Decimal("7.00")


def test_the_interval_holds_the_mean_and_widens() -> None:
    noisy = [100.0 + (n * 37 % 11) for n in range(56)]
    points = forecast(daily(noisy), 30)
    assert all(p.low <= p.mean <= p.high for p in points)
    assert points[-1].high - points[-1].low > points[0].high - points[0].low > 0


def test_a_history_that_does_not_end_on_sunday_keeps_its_weekdays() -> None:
    week = [100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 30.0]
    history = daily((week * 9)[:59])
    for point in forecast(history, 7):
        assert float(point.mean) == pytest.approx(week[point.day.weekday()], rel=0.02)


def test_weeks_of_zeros_are_forecast_as_zero() -> None:
    assert {p.mean for p in forecast(daily([0.0] * 35), 7)} == {Decimal("0.00")}
