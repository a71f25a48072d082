"""Notes on a figure: a line where they begin, their text in hover and in the table."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.answers import words_of
from support.figures import FIRST, HOSTILE, NAMES, day, held_to_plotly

from finops_dash.domain.look import Chart
from finops_dash.domain.notes import Note
from finops_dash.figures.notes import bucket_of, noted, noted_rows
from finops_dash.figures.over_time import Line, Lines, over_time

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)


def note(first: date, last: date | None = None, text: str = "A new machine") -> Note:
    return Note(1, first, last or first, (), text, "anna", "Anna", WRITTEN)


def on(number: int, last: int | None = None, text: str = "A new machine") -> Note:
    end = None if last is None else FIRST + timedelta(last)
    return note(FIRST + timedelta(number), end, text)


def figure(*steps: str, grain: str = "day") -> dict[str, Any]:
    line = Line("Total", [Decimal(1)] * len(steps))
    return over_time(Lines(steps, [line], "USD", grain=grain), Chart.BAR)


WEEK = [day(number) for number in range(7)]


def test_a_note_is_a_line_with_its_text_in_hover() -> None:
    made = held_to_plotly(noted(figure(*WEEK), [on(2)], "day"))
    (line,) = made["layout"]["shapes"]
    (mark,) = made["layout"]["annotations"]
    assert (line["type"], line["x0"], line["x1"]) == ("line", day(2), day(2))
    assert (mark["x"], mark["text"]) == (day(2), "1")
    assert mark["hovertext"] == "Note 1, 30 Sep 2026, Anna: A new machine"
    assert made["layout"]["margin"]["t"] >= 20


def test_notes_of_one_day_share_a_mark_that_tells_of_each() -> None:
    notes = [on(2, text=f"Reason {number}") for number in range(5)]
    (mark,) = noted(figure(*WEEK), notes, "day")["layout"]["annotations"]
    assert mark["text"] == "1…5"
    for words in ("Reason 0", "Reason 2", "2 more stand in the table"):
        assert words in mark["hovertext"]


def test_a_note_on_several_days_has_a_band() -> None:
    line, band = noted(figure(*WEEK), [on(2, 4)], "day")["layout"]["shapes"]
    assert line["x0"] == day(2)
    assert (band["type"], band["x0"], band["x1"]) == ("rect", day(2), day(4))


def test_a_note_from_before_the_picture_stands_at_its_edge_and_others_do_not() -> None:
    made = noted(figure(*WEEK[3:]), [on(0, 4), on(1), on(30)], "day")
    assert [mark["x"] for mark in made["layout"]["annotations"]] == [day(3)]


@pytest.mark.parametrize(
    ("grain", "bucket"),
    [("day", "2026-10-07"), ("week", "2026-10-05"), ("month", "2026-10"), ("quarter", "2026-Q4"),
     ("hour", "2026-10-07T00:00")],
)  # fmt: skip
def test_a_note_stands_in_the_step_that_holds_its_day(grain: str, bucket: str) -> None:
    assert bucket_of(date(2026, 10, 7), grain) == bucket
    made = held_to_plotly(noted(figure(bucket, grain=grain), [note(date(2026, 10, 7))], grain))
    assert made["layout"]["annotations"][0]["x"] == bucket


def test_a_figure_without_notes_or_steps_stays_as_it_is() -> None:
    plain = figure(*WEEK)
    assert noted(plain, [], "day") is plain
    empty = {"data": [], "layout": {}}
    assert noted(empty, [on(1)], "day") is empty


def test_the_figure_that_was_handed_in_is_not_changed() -> None:
    plain = figure(*WEEK)
    before = copy.deepcopy(plain)
    noted(plain, [on(2, 4)], "day")
    assert plain == before


@given(
    st.lists(
        st.tuples(st.integers(-3, 12), st.integers(0, 9), NAMES | st.sampled_from(HOSTILE)),
        max_size=40,
    ),
    st.sampled_from(["day", "week", "month", "hour", "quarter"]),
)
def test_no_text_of_a_note_is_markup_or_formula(
    items: list[tuple[int, int, str]], grain: str
) -> None:
    notes = [on(first, first + more, text) for first, more, text in items]
    steps = sorted({bucket_of(FIRST + timedelta(n), grain) for n in range(7)})
    made = held_to_plotly(noted(figure(*steps, grain=grain), notes, grain))
    for mark in made["layout"].get("annotations", []):
        for text in words_of({"data": [], "layout": mark}):
            assert not set("<>&$%") & set(text)


def test_the_table_tells_each_note_once() -> None:
    rows = [("Time", "Cost"), *((step, "$1.00") for step in WEEK)]
    head, *body = noted_rows(rows, [on(2, 4, "Long"), on(2, text="<b>")], "day")
    assert head == ("Time", "Notes", "Cost")
    assert [row[1] for row in body] == ["", "", "1: Long (Anna); 2: <b> (Anna)", "", "", "", ""]
    assert noted_rows(rows, [], "day") == rows
    assert noted_rows(rows[:1], [on(2)], "day") == rows[:1]
