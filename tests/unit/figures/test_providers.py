"""Providers in pictures: one colour each, every amount its bar, every price its dot."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import NAMES, held_to_plotly

from finops_dash.figures.providers import Bar, Dot, Provider, grouped, lines, prices

FEW = settings(max_examples=30)
AWS, GCP = Provider("AWS", "#00825F"), Provider("Google <Cloud>", "#8F4A63")
TIMES = st.floats(1, 500, allow_nan=False)


def test_rows_stand_from_the_top_with_a_bar_per_provider() -> None:
    bars = [
        (AWS, [Bar("Compute", 3.0, "$3.00", "/explorer?a"), Bar("Storage", -1.0, "−$1.00")]),
        (GCP, [Bar("Compute", 2.0, "$2.00")]),
    ]
    figure = held_to_plotly(grouped(["Compute", "Storage"], bars, "USD"))
    assert [trace["name"] for trace in figure["data"]] == ["AWS", "Google ‹Cloud›"]
    assert figure["data"][0]["customdata"] == ["/explorer?a", ""]
    assert figure["layout"]["yaxis"]["categoryarray"] == ["Compute", "Storage"]
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < -1
    assert high > 3


def test_lines_have_the_colours_of_their_providers() -> None:
    courses = [(AWS, {"2026-09": 1.0, "2026-10": 2.0}), (GCP, {"2026-10": 5.0})]
    amounts = held_to_plotly(lines(courses, "EUR"))
    assert [t["line"]["color"] for t in amounts["data"]] == [AWS.colour, GCP.colour]
    assert amounts["layout"]["yaxis"]["tickprefix"] == "€"
    index = held_to_plotly(lines(courses, None))
    assert index["layout"]["shapes"][0]["y0"] == 100


@FEW
@given(st.lists(TIMES, min_size=1, max_size=5), NAMES)
def test_every_price_lies_within_the_axis(times: list[float], words: str) -> None:
    dots = [(AWS, [Dot(f"thing {n}", found, words) for n, found in enumerate(times)])]
    rows = [f"thing {n}" for n in range(len(times))]
    figure = held_to_plotly(prices(rows, dots))
    low, high = figure["layout"]["xaxis"]["range"]
    assert 10**low < 1
    assert max(times) < 10**high
    drawn = figure["data"][-1]
    assert drawn["x"] == times
    assert not any(set("<>&$%") & set(text) for text in drawn["text"])


def test_providers_that_ask_the_same_can_still_be_told_apart() -> None:
    dots = [(AWS, [Dot("a", 1.0, "x")]), (GCP, [Dot("a", 1.0, "y")])]
    marks = [t["marker"]["symbol"] for t in prices(["a"], dots)["data"] if t["mode"] == "markers"]
    assert len(set(marks)) == 2
    assert all(mark.endswith("-open") for mark in marks)
