"""Tiles: every cell at its place, every name its own, every part with its link."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, CELLS, FIRST, NAMES, held_to_plotly, rows_of

from finops_dash.figures.base import GREY, PALETTE
from finops_dash.figures.gauge import gauge
from finops_dash.figures.tiles import DEAREST, WEEKDAYS, Part, calendar, service_by_day, treemap

FEW = settings(max_examples=40)
DATES = st.dictionaries(
    st.integers(0, 60).map(lambda n: (FIRST + timedelta(n)).isoformat()), AMOUNTS, max_size=40
)
PARTS = st.lists(st.builds(Part, NAMES, AMOUNTS, st.just("/overview?filter=x")), max_size=30)


def heat(rows: list[dict[str, Any]], bucket: str = "day") -> dict[str, Any]:
    return service_by_day(rows, bucket, "effective_cost", "USD")


@FEW
@given(CELLS)
def test_tiles_are_shaded_by_what_a_service_cost_that_day(
    cells: dict[tuple[int, str], Decimal],
) -> None:
    figure = held_to_plotly(heat(rows_of(cells)))
    (tiles,) = figure["data"]
    names = figure["layout"]["meta"]["names"]
    drawn = {
        (names[text], moment): cost
        for text, costs in zip(tiles["y"], tiles["customdata"], strict=True)
        for moment, cost in zip(tiles["x"], costs, strict=True)
        if cost
    }
    given_ = {
        (name, (FIRST + timedelta(number)).isoformat()): float(value)
        for (number, name), value in cells.items()
        if value and name in names.values()
    }
    assert drawn == given_
    assert len(names) == len(tiles["y"]) <= DEAREST


@FEW
@given(CELLS)
def test_shades_stay_within_their_scale(cells: dict[tuple[int, str], Decimal]) -> None:
    (tiles,) = heat(rows_of(cells))["data"]
    for shades, costs in zip(tiles["z"], tiles["customdata"], strict=True):
        assert all(0 <= shade <= 1 for shade in shades)
        assert [shade > 0 for shade in shades] == [cost > 0 for cost in costs]


def test_the_dearest_twelve_stand_with_the_dearest_on_top() -> None:
    cells = {(0, f"s{n:02}"): Decimal(n) for n in range(1, 20)}
    (tiles,) = heat(rows_of(cells))["data"]
    assert (tiles["y"][0], tiles["y"][-1], len(tiles["y"])) == ("s08", "s19", 12)


def test_months_are_no_dates_on_the_axis() -> None:
    rows = [{"month": "2026-10", "service": None, "effective_cost": Decimal(1)}]
    figure = held_to_plotly(heat(rows, "month"))
    assert figure["layout"]["xaxis"]["type"] == "category"
    assert figure["data"][0]["y"] == ["No service"]


@FEW
@given(DATES)
def test_a_calendar_has_each_day_in_its_week_and_weekday(by_day: dict[str, Decimal]) -> None:
    totals = dict(sorted(by_day.items()))
    (tiles,) = held_to_plotly(calendar(totals, "USD"))["data"]
    drawn = {
        words: cost
        for line, row in zip(tiles["text"], tiles["z"], strict=True)
        for words, cost in zip(line, row, strict=True)
        if cost is not None
    }
    days = [date.fromisoformat(moment) for moment in totals]
    assert list(drawn) == [f"{moment:%a} {moment.day} {moment:%b %Y}" for moment in days]
    assert list(drawn.values()) == [float(value) for value in totals.values()]
    assert tiles["x"] == list(WEEKDAYS)
    assert all(len(row) == 7 for row in tiles["z"])
    assert len(set(tiles["y"])) == len(tiles["y"])


@FEW
@given(PARTS)
def test_a_treemap_draws_every_part_that_has_an_area(parts: list[Part]) -> None:
    (tiles,) = held_to_plotly(treemap(parts, "USD"))["data"]
    kept = [part for part in parts if part.value > 0]
    assert tiles["values"] == [float(part.value) for part in kept]
    assert tiles["customdata"] == [part.href for part in kept]
    assert len(set(tiles["ids"])) == len(kept)
    assert not any(set("<>&$%") & set(text) for text in tiles["labels"])


def test_the_nine_dearest_parts_are_coloured_and_the_others_grey() -> None:
    parts = [Part(f"p{n}", Decimal(100 - n)) for n in range(20)]
    (tiles,) = treemap(parts, "USD")["data"]
    colours = tiles["marker"]["colors"]
    assert len(set(colours[:9])) == 9
    assert set(colours[:9]) <= set(PALETTE)
    assert set(colours[9:]) == {GREY}


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, 0.0), (0.80512, 80.51), (1.0, 100.0), (-0.2, -20.0), (1.7, 170.0)]
)
def test_the_gauge_says_the_share(share: float, shown: float) -> None:
    (dial,) = held_to_plotly(gauge(share))["data"]
    assert dial["value"] == shown
    assert dial["gauge"]["axis"]["range"] == [0, 100]
