"""The shades: fifths of what is dear, nothing for nothing, and credits apart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import AMOUNTS

from finops_dash.figures.scale import CREDIT, FIFTHS, FREE, bounds, shade, shades, step

COSTS = st.lists(AMOUNTS, min_size=1, max_size=60)


@given(COSTS)
def test_dearer_is_never_paler_and_the_dearest_is_strongest(costs: list[Decimal]) -> None:
    limits = bounds(costs)
    ordered = sorted(costs)
    steps = [step(cost, limits) for cost in ordered]
    assert steps == sorted(steps)
    assert all(CREDIT <= number <= FIFTHS for number in steps)
    if ordered[-1] > 0:
        assert steps[-1] == FIFTHS


@given(COSTS)
def test_credits_and_nothing_are_never_shaded_as_cost(costs: list[Decimal]) -> None:
    limits = bounds(costs)
    for cost in costs:
        number = step(cost, limits)
        assert (number > 0) is (cost > 0)
        assert (number == CREDIT) is (cost < 0)
        assert (number == FREE) is (cost == 0)


@given(st.lists(st.integers(1, 10**9), min_size=5, max_size=200, unique=True))
def test_each_shade_has_about_a_fifth_of_costs_that_differ(costs: list[int]) -> None:
    amounts = [Decimal(cost) for cost in costs]
    limits = bounds(amounts)
    counts = [sum(step(cost, limits) == n for cost in amounts) for n in range(1, FIFTHS + 1)]
    assert max(counts) - min(counts) <= 2
    assert all(limit in amounts for limit in limits)


def test_days_that_cost_the_same_have_one_shade() -> None:
    assert bounds([Decimal(7)] * 9) == ()
    assert step(Decimal(7), ()) == FIFTHS
    assert bounds([]) == bounds([Decimal(-1), Decimal(0)]) == ()


@pytest.mark.parametrize("number", range(CREDIT, FIFTHS + 1))
def test_a_step_is_drawn_in_the_colour_that_the_legend_shows(number: int) -> None:
    scale = shades()
    place = (number - scale["zmin"]) / (scale["zmax"] - scale["zmin"])
    below = [colour for edge, colour in scale["colorscale"] if edge < place]
    above = [colour for edge, colour in scale["colorscale"] if edge > place]
    assert below[-1] == above[0] == shade(number)
