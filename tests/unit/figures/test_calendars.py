"""Days as tiles: each at its place, none made up, credits and open days marked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, FIRST, held_to_plotly

from finops_dash.figures.calendars import Shown, limits_of, weeks, year
from finops_dash.figures.cells import TODAY, Link
from finops_dash.figures.scale import CREDIT

FEW = settings(max_examples=40)
LINK = Link("/explorer?group_by=service&period={cell}")
COSTS = st.dictionaries(st.integers(0, 364).map(lambda n: FIRST + timedelta(n)), AMOUNTS,
                        min_size=1, max_size=120)  # fmt: skip
SPAN = (FIRST, FIRST + timedelta(364))


def shown(costs: dict[date, Decimal], **more: Any) -> Shown:
    return Shown(SPAN, costs, limits_of(costs, more.get("partial")), "USD", **more)


def drawn(figure: dict[str, Any]) -> dict[date, tuple[float, tuple[int, int]]]:
    """The amount and the place of each day that has a tile."""
    tiles = figure["data"][0]
    return {
        date.fromisoformat(token): (cost, (x, y))
        for y, (line, held) in enumerate(zip(tiles["z"], tiles["customdata"], strict=True))
        for x, (shade, (cost, token)) in enumerate(zip(line, held, strict=True))
        if shade is not None
    }


@FEW
@given(COSTS)
def test_a_year_has_a_tile_for_each_day_with_a_charge_and_no_other(
    costs: dict[date, Decimal],
) -> None:
    figure = held_to_plotly(year(shown(costs), LINK))
    found = drawn(figure)
    assert {day: cost for day, (cost, _) in found.items()} == {
        day: float(cost) for day, cost in costs.items()
    }
    for day, (_, (_x, y)) in found.items():
        assert y == day.weekday()
    columns = {day: x for day, (_, (x, _)) in found.items()}
    assert all(columns[a] <= columns[b] for a in columns for b in columns if a < b)
    assert len(figure["data"][0]["z"]) == 7


@FEW
@given(COSTS)
def test_a_credit_has_its_own_shade_and_a_minus(costs: dict[date, Decimal]) -> None:
    view = shown(costs)
    figure = year(view, LINK)
    credits_ = {view.place(day) for day, cost in costs.items() if cost < 0}
    z = figure["data"][0]["z"]
    assert {(x, y) for y, line in enumerate(z) for x, s in enumerate(line) if s == CREDIT} == (
        credits_
    )
    marks = [trace for trace in figure["data"][1:] if trace["marker"]["symbol"] == "line-ew"]
    assert {place for m in marks for place in zip(m["x"], m["y"], strict=True)} == credits_


def test_today_has_a_ring_and_says_nothing_of_what_days_cost() -> None:
    costs = {FIRST + timedelta(n): Decimal(100 + n) for n in range(10)}
    today = FIRST + timedelta(10)
    whole = limits_of(costs, None)
    with_today = costs | {today: Decimal(1)}
    assert limits_of(with_today, today) == whole
    view = shown(with_today, partial=today)
    (ring,) = (t for t in year(view, LINK)["data"] if t.get("marker", {}).get("color") == TODAY)
    assert [(ring["x"][0], ring["y"][0])] == [view.place(today)]


def test_months_are_named_where_they_begin() -> None:
    costs = {FIRST: Decimal(1)}
    axis = year(shown(costs), LINK)["layout"]["xaxis"]
    assert axis["ticktext"][:3] == ["Oct", "Nov", "Dec"]
    assert axis["ticktext"][-1] == "Sep"
    assert len(axis["ticktext"]) == len(axis["tickvals"]) == 12


@FEW
@given(st.integers(0, 364), st.integers(0, 364))
def test_the_line_lies_around_just_the_period(one: int, other: int) -> None:
    first, last = sorted((FIRST + timedelta(one), FIRST + timedelta(other)))
    view = shown({FIRST: Decimal(1)}, outlined=(first, last))
    (shape,) = held_to_plotly(year(view, LINK))["layout"]["shapes"]
    corners = [tuple(map(float, point.split()))
               for point in shape["path"].strip("MZ ").split(" L ")]  # fmt: skip
    area = sum(
        a[0] * b[1] - b[0] * a[1] for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    assert abs(area) / 2 == (last - first).days + 1


@FEW
@given(COSTS)
def test_weeks_stand_beside_what_each_weekday_costs(costs: dict[date, Decimal]) -> None:
    span = (min(costs), max(costs))
    view = Shown(span, costs, limits_of(costs, None), "USD")
    figure = held_to_plotly(weeks(view, {0: (Decimal(3), "$3.00"), 6: (Decimal(1), "$1.00")}, LINK))
    assert {day for day, _ in drawn(figure).items()} == set(costs)
    bars = figure["data"][-1]
    assert (bars["y"], bars["x"], bars["text"]) == ([0, 6], [3.0, 1.0], ["$3.00", "$1.00"])
    assert len(figure["layout"]["xaxis"]["tickvals"]) <= 9
