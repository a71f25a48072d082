"""Bars: what is drawn adds up to what was given, and each part leads somewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, NAMES, SUMS, held_to_plotly, texts

from finops_dash.domain.look import Chart
from finops_dash.figures.bars import breakdown, movers
from finops_dash.figures.base import DOWN, GREY, OTHERS, UP
from finops_dash.figures.over_time import Line, Lines, over_time

FEW = settings(max_examples=40)


def href(name: str) -> str:
    return f"/explorer?filter=service:{name}"


def changes(rows: dict[str, tuple[Decimal, Decimal]]) -> list[dict[str, Any]]:
    return [{"service": n, "now": now, "before": before} for n, (now, before) in rows.items()]


@FEW
@given(SUMS)
def test_a_breakdown_draws_the_whole_sum(sums: dict[str, Decimal]) -> None:
    (bar,) = held_to_plotly(breakdown(sums, "USD", href))["data"]
    assert sum(bar["x"]) == pytest.approx(float(sum(sums.values())), rel=1e-9, abs=1e-2)
    assert len(set(bar["y"])) == len(bar["y"]) <= 12


def test_a_breakdown_has_the_dearest_on_top_and_the_rest_below_in_grey() -> None:
    sums = {f"service {n}": Decimal(n) for n in range(1, 16)}
    (bar,) = breakdown(sums, "USD", href)["data"]
    assert bar["y"][-1] == "service 15"  # the last is drawn on top
    assert (bar["y"][0], bar["x"][0]) == (OTHERS, 1 + 2 + 3 + 4 + 5 + 6)
    assert bar["marker"]["color"][0] == GREY
    assert not {GREY} & set(bar["marker"]["color"][1:])
    assert bar["text"][0] == f"{21 / 120:.0%}"


def test_each_bar_leads_to_its_name_and_others_nowhere() -> None:
    name = "<b>a|b</b>" + "x" * 60
    sums = {name: Decimal(99), **{f"s{n}": Decimal(n) for n in range(1, 11)}}
    (bar,) = breakdown(sums, "USD", href)["data"]
    links = dict(zip(bar["y"], bar["customdata"], strict=True))
    assert links[OTHERS] == ""
    assert href(name) in links.values()


def test_a_service_keeps_its_colour_when_its_label_is_cut() -> None:
    name = "Amazon Relational Database Service"
    (bar,) = breakdown({name: Decimal(1)}, "USD")["data"]
    line = Line(name, [Decimal(1)])
    (trace,) = over_time(Lines(["2026-10-01"], [line], "USD"), Chart.BAR)["data"]
    assert bar["marker"]["color"] == [trace["marker"]["color"]]


@pytest.mark.parametrize("sums", [{}, {"a": Decimal(0)}, {"a": Decimal(-3), "b": Decimal(3)}])
def test_a_breakdown_of_nothing_or_of_credits_is_still_a_picture(sums: dict[str, Decimal]) -> None:
    (bar,) = held_to_plotly(breakdown(sums, "EUR"))["data"]
    assert "nan" not in " ".join(texts(bar)).lower()


@FEW
@given(st.dictionaries(NAMES, st.tuples(AMOUNTS, AMOUNTS), max_size=12))
def test_movers_draw_each_change_with_its_sign(rows: dict[str, tuple[Decimal, Decimal]]) -> None:
    bar, amounts = held_to_plotly(movers(changes(rows), "USD", href))["data"]
    expected = [now - before for now, before in rows.values() if now != before][:8][::-1]
    assert bar["x"] == [float(value) for value in expected]
    assert len(set(bar["y"])) == len(bar["y"])
    for value, text, colour in zip(bar["x"], amounts["text"], bar["marker"]["color"], strict=True):
        assert text.startswith("▲ +" if value > 0 else "▼ −")
        assert colour == (UP if value > 0 else DOWN)


def test_movers_leave_room_for_their_amounts() -> None:
    rows = changes({"up": (Decimal(30_000), Decimal(0)), "down": (Decimal(0), Decimal(9_000))})
    figure = movers(rows, "USD", href)
    low, end = figure["layout"]["xaxis"]["range"]
    assert low == -9_000
    assert end > 30_000
    assert figure["data"][1]["text"] == ["▼ −$9,000", "▲ +$30.0k"]


@FEW
@given(SUMS)
def test_no_text_of_a_figure_is_markup(sums: dict[str, Decimal]) -> None:
    figure = breakdown(sums, "USD", href)
    (bar,) = figure["data"]
    assert not any(set("<>&$") & set(text) for text in bar["y"])
