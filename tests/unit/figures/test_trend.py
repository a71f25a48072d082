"""The trend: each day beside the day it is compared with, and what is not whole hatched."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, FIRST, NAMES, day, held_to_plotly

from finops_dash.analytics.anomaly import Episode
from finops_dash.analytics.baseline import Point
from finops_dash.figures.trend import MOST_MARKED, Course, trend

LATER = date(2027, 1, 1)
BY_DAY = st.dictionaries(st.integers(0, 40).map(day), AMOUNTS, max_size=30).map(
    lambda found: dict(sorted(found.items()))
)
EPISODES = st.lists(
    st.builds(
        Episode,
        NAMES,
        st.integers(0, 45).map(lambda n: FIRST + timedelta(n)),
        st.just(FIRST),
        AMOUNTS,
    ),
    max_size=30,
)


def course(**changes: Any) -> Course:
    plain = {
        "now": {}, "before": {}, "ahead": (), "episodes": (), "partial": LATER, "currency": "USD",
    }  # fmt: skip
    return Course(**{**plain, **changes})


def named(figure: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (trace for trace in figure["data"] if trace.get("name") == name)
    return found


def points(count: int) -> list[Point]:
    return [
        Point(FIRST + timedelta(50 + n), Decimal(10), Decimal(8), Decimal(13)) for n in range(count)
    ]


@settings(max_examples=40)
@given(BY_DAY, st.integers(0, 5), EPISODES)
def test_bars_are_the_days_as_given(
    now: dict[str, Decimal], ahead: int, episodes: list[Episode]
) -> None:
    figure = held_to_plotly(trend(course(now=now, ahead=points(ahead), episodes=episodes)))
    bar = named(figure, "Cost")
    assert bar["x"] == list(now)
    assert bar["y"] == [float(value) for value in now.values()]


@settings(max_examples=40)
@given(BY_DAY, st.data())
def test_the_comparison_stands_on_the_day_it_belongs_to(
    now: dict[str, Decimal], data: st.DataObject
) -> None:
    known = data.draw(st.lists(st.sampled_from(list(now)), unique=True)) if now else []
    before = {moment: Decimal(n + 1) for n, moment in enumerate(known)}
    figure = trend(course(now=now, before=before))
    if not before:
        assert "Period before" not in [trace.get("name") for trace in figure["data"]]
        return
    line = named(held_to_plotly(figure), "Period before")
    drawn = dict(zip(line["x"], line["y"], strict=True))
    assert drawn == {moment: float(value) for moment, value in before.items()}
    assert line["x"] == [moment for moment in now if moment in before]


def test_days_not_over_are_hatched_and_say_so() -> None:
    now = {day(n): Decimal(1) for n in range(3)}
    bar = named(trend(course(now=now, partial=FIRST + timedelta(2))), "Cost")
    assert bar["marker"]["pattern"]["shape"] == ["", "", "/"]
    assert bar["customdata"] == ["", "", " (partial)"]


def test_a_month_not_over_is_hatched() -> None:
    now = {"2026-09": Decimal(1), "2026-10": Decimal(1)}
    figure = held_to_plotly(trend(course(now=now, partial=date(2026, 10, 1))))
    assert named(figure, "Cost")["marker"]["pattern"]["shape"] == ["", "/"]
    assert figure["layout"]["xaxis"]["hoverformat"] == "%B %Y"


def test_the_average_is_of_the_seven_days_up_to_each() -> None:
    now = {day(n): Decimal(n) for n in range(9)}
    line = named(trend(course(now=now)), "Seven-day average")
    assert dict(zip(line["x"], line["y"], strict=True)) == {day(6): 3.0, day(7): 4.0, day(8): 5.0}


@pytest.mark.parametrize("now", [{day(n): Decimal(n) for n in range(6)}, {"2026-10": Decimal(9)}])
def test_fewer_than_seven_days_have_no_average(now: dict[str, Decimal]) -> None:
    assert len(trend(course(now=now))["data"]) == 1


def test_the_forecast_is_dashed_inside_its_band() -> None:
    figure = held_to_plotly(trend(course(now={day(0): Decimal(9)}, ahead=points(3))))
    high, low, line = figure["data"][1:4]
    assert (high["y"], low["y"], line["y"]) == ([13.0] * 3, [8.0] * 3, [10.0] * 3)
    assert (low["fill"], line["line"]["dash"]) == ("tonexty", "dash")
    assert line["x"][0] == (FIRST + timedelta(50)).isoformat()


def test_anomalies_ring_the_first_of_their_days_that_is_shown() -> None:
    now = {day(0): Decimal(5), day(1): Decimal(7)}
    shown = Episode("EC2 <b>", FIRST + timedelta(1), FIRST + timedelta(3), Decimal(1234))
    outside = Episode("S3", FIRST - timedelta(9), FIRST - timedelta(8), Decimal(99))
    ring = named(trend(course(now=now, episodes=(shown, outside))), "Anomaly")
    assert (ring["x"], ring["y"]) == ([day(1)], [7.0])
    assert ring["text"] == ["EC2 ‹b› +1,234 in all"]


def test_a_trend_marks_no_more_than_one_can_see() -> None:
    now = {day(n): Decimal(1) for n in range(40)}
    many = [Episode("x", FIRST + timedelta(n), FIRST + timedelta(n), Decimal(9)) for n in range(40)]
    assert len(named(trend(course(now=now, episodes=many)), "Anomaly")["x"]) == MOST_MARKED
