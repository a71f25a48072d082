"""Any question over time: each part's amounts are drawn as they are, or added up."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, NAMES, day, held_to_plotly, texts

from finops_dash.domain.look import Chart
from finops_dash.figures.base import GREY, NOTHING, OTHERS, PALETTE
from finops_dash.figures.over_time import Line, Lines, in_stack_order, over_time

DRAWN = [Chart.BAR, Chart.LINE, Chart.AREA]
COURSES = st.dictionaries(NAMES, st.lists(AMOUNTS, min_size=5, max_size=5), min_size=1, max_size=12)
BUCKETS = [day(number) for number in range(5)]


def lines(courses: dict[str, list[Decimal]], **more: object) -> Lines:
    parts = [
        Line(name, amounts, f"/explorer?{n}") for n, (name, amounts) in enumerate(courses.items())
    ]
    return Lines(BUCKETS, parts, "USD", **more)  # type: ignore[arg-type]


@settings(max_examples=60)
@given(COURSES, st.sampled_from(DRAWN), st.booleans())
def test_each_part_is_drawn_with_its_amounts(
    courses: dict[str, list[Decimal]], chart: Chart, cumulative: bool
) -> None:
    figure = held_to_plotly(over_time(lines(courses), chart, cumulative=cumulative))
    names = [trace["name"] for trace in figure["data"]]
    assert len(set(names)) == len(names) == len(courses)
    for trace, amounts in zip(figure["data"], courses.values(), strict=True):
        expected = list(accumulate(amounts)) if cumulative else amounts
        assert trace["x"] == BUCKETS
        assert trace["y"] == [float(amount) for amount in expected]
        assert trace["meta"]["href"].startswith("/explorer?")
        assert not any(set("<>&$") & set(text) for text in texts(trace["name"]))


def test_what_was_before_is_a_dotted_line_of_its_own() -> None:
    now, before = [Decimal(1)] * 5, [Decimal(2)] * 5
    figure = over_time(lines({"EC2": now}, before=before), Chart.BAR)
    assert figure["data"][-1]["line"]["dash"] == "dot"
    assert figure["data"][-1]["y"] == [2.0] * 5


def test_a_price_that_is_unknown_is_a_gap() -> None:
    parts = [Line("EC2", [Decimal(1), None])]
    (trace,) = held_to_plotly(over_time(Lines(BUCKETS[:2], parts, "USD"), Chart.LINE))["data"]
    assert trace["y"] == [1.0, None]


def test_days_that_are_not_over_are_hatched() -> None:
    figure = over_time(lines({"EC2": [Decimal(1)] * 5}, partial=BUCKETS[-1]), Chart.BAR)
    assert figure["data"][0]["marker"]["pattern"]["shape"] == ["", "", "", "", "/"]


def test_others_and_what_has_no_value_stand_last_and_are_grey() -> None:
    amounts = [Decimal(1)] * 5
    parts = in_stack_order([Line(name, amounts) for name in (OTHERS, NOTHING, "EC2")])
    assert [part.name for part in parts] == ["EC2", NOTHING, OTHERS]
    data = over_time(Lines(BUCKETS, parts, "USD"), Chart.BAR)["data"]
    assert data[-1]["marker"]["color"] == GREY
    assert data[0]["marker"]["color"] in PALETTE


@pytest.mark.parametrize(
    ("grain", "buckets", "kind"),
    [
        ("quarter", ["2026-Q3"], "category"),
        ("month", ["2026-09"], "date"),
        ("hour", BUCKETS, "date"),
    ],
)
def test_steps_of_time_stand_on_an_axis_of_their_kind(
    grain: str, buckets: list[str], kind: str
) -> None:
    parts = [Line("EC2", [Decimal(1)] * len(buckets))]
    figure = held_to_plotly(over_time(Lines(buckets, parts, "USD", grain=grain), Chart.BAR))
    assert figure["layout"]["xaxis"]["type"] == kind
