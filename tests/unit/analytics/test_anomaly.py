"""Anomalies: what is planted is found, noise is not, and only earlier days count."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from finops_dash.analytics.anomaly import Anomaly, episodes, find

MONDAY = date(2026, 6, 1)


def daily(values: list[float]) -> list[tuple[date, Decimal]]:
    return [(MONDAY + timedelta(n), Decimal(str(round(v, 2)))) for n, v in enumerate(values)]


def noisy(days: int, seed: int, deviation: float = 0.03) -> list[float]:
    random = Random(seed)  # noqa: S311 - noise, not a secret
    week = [1000.0] * 5 + [600.0] * 2
    return [week[n % 7] * random.gauss(1, deviation) for n in range(days)]


def on(day: int, impact: int, name: str = "Amazon EC2") -> Anomaly:
    return Anomaly(name, MONDAY + timedelta(day), Decimal(1000 + impact), Decimal(1000))


@pytest.mark.parametrize("factor", [2.0, 0.4])
def test_a_planted_spike_or_drop_is_found_with_its_impact(factor: float) -> None:
    values = noisy(90, seed=7)
    values[80] *= factor
    (found,) = find("Amazon EC2", daily(values))
    assert (found.name, found.day) == ("Amazon EC2", MONDAY + timedelta(80))
    usual = 1000.0
    assert float(found.expected) == pytest.approx(usual, rel=0.05)
    assert float(found.impact) == pytest.approx(usual * (factor - 1), rel=0.15)


@pytest.mark.parametrize("seed", range(10))
def test_noise_is_left_in_peace(seed: int) -> None:
    assert find("noise", daily(noisy(120, seed))) == ()


def test_a_quiet_weekend_is_no_anomaly() -> None:
    assert find("office", daily(([100.0] * 5 + [0.0] * 2) * 12)) == ()


def test_a_day_is_judged_by_earlier_days_alone() -> None:
    values = noisy(90, seed=3)
    values[60] *= 3
    whole = find("x", daily(values))
    assert find("x", daily(values[:61])) == whole
    changed_later = [*values[:61], *(value * 5 for value in values[61:])]
    assert [a for a in find("x", daily(changed_later)) if a.day <= whole[0].day] == list(whole)


def test_what_is_small_in_money_is_left_in_peace() -> None:
    values = [10.0] * 90
    values[80] = 30.0
    assert find("small", daily(values)) == ()
    assert len(find("small", daily(values), least=Decimal(5))) == 1


def test_the_first_weeks_are_never_judged() -> None:
    values = [1000.0] * 27
    values[20] = 9000.0
    assert find("new", daily(values)) == ()


def test_days_in_a_row_are_one_episode_whose_impact_is_theirs() -> None:
    (episode,) = episodes([on(2, 100), on(3, 200), on(4, 50)])
    assert (episode.first, episode.last) == (MONDAY + timedelta(2), MONDAY + timedelta(4))
    assert episode.impact == Decimal(350)


def test_a_weekend_does_not_part_an_episode_and_a_week_does() -> None:
    assert len(episodes([on(4, 100), on(7, 100)])) == 1
    assert len(episodes([on(4, 100), on(11, 100)])) == 2


def test_dearer_and_cheaper_days_are_never_one_episode() -> None:
    found = episodes([on(2, 100), on(3, -300)])
    assert [episode.impact for episode in found] == [Decimal(-300), Decimal(100)]


def test_two_services_are_two_episodes() -> None:
    found = episodes([on(2, 100), on(2, 100, "Amazon S3")])
    assert {episode.name for episode in found} == {"Amazon EC2", "Amazon S3"}
