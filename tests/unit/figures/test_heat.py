"""One thing by another: each amount at its place, each row its own shades, each cell its link."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, held_to_plotly

from finops_dash.figures.cells import TODAY, Link
from finops_dash.figures.heat import Matrix, by_fifth, by_row, hours
from finops_dash.figures.scale import CREDIT

FEW = settings(max_examples=40)
LINK = Link("/explorer?{row}&{column}", {"row 0": "filter=service:a"}, {"column 0": "period=mtd"})


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    cells = [[draw(AMOUNTS | st.none()) for _ in range(columns)] for _ in range(rows)]
    return Matrix(
        [f"row {n}" for n in range(rows)], [f"column {n}" for n in range(columns)], cells, "USD"
    )


@FEW
@given(matrices())
def test_every_cell_holds_its_amount_and_none_is_made_up(matrix: Matrix) -> None:
    for figure in (by_fifth(matrix, LINK), by_row(matrix, LINK, dates=False)):
        tiles = held_to_plotly(figure)["data"][0]
        for line, shades, held in zip(matrix.cells, tiles["z"], tiles["customdata"], strict=True):
            assert [cost is None for cost in line] == [shade is None for shade in shades]
            assert [found[0] for found in held] == [
                None if cost is None else float(cost) for cost in line
            ]


@FEW
@given(matrices())
def test_a_row_is_shaded_as_a_share_of_its_dearest(matrix: Matrix) -> None:
    tiles = by_row(matrix, LINK, dates=False)["data"][0]
    for line, shades in zip(matrix.cells, tiles["z"], strict=True):
        found = [
            (cost, shade) for cost, shade in zip(line, shades, strict=True) if cost is not None
        ]
        assert all(0 <= shade <= 1 and (shade > 0) is (cost > 0) for cost, shade in found)
        dear = [shade for cost, shade in found if cost > 0]
        assert not dear or max(dear) == 1


@FEW
@given(matrices())
def test_credits_have_a_minus_of_their_own(matrix: Matrix) -> None:
    below = {
        (column, row)
        for row, line in zip(matrix.rows, matrix.cells, strict=True)
        for column, cost in zip(matrix.columns, line, strict=True)
        if cost is not None and cost < 0
    }
    figure = by_fifth(matrix, LINK)
    marks = figure["data"][1:]
    assert {place for m in marks for place in zip(m["x"], m["y"], strict=True)} == below
    assert sum(shade == CREDIT for line in figure["data"][0]["z"] for shade in line) == len(below)


def test_a_day_that_is_not_over_has_a_ring_on_each_row() -> None:
    matrix = Matrix(["a", "b"], ["2026-10-01", "2026-10-02"], [[Decimal(1)] * 2] * 2, "USD")
    ring = by_row(matrix, LINK, dates=True, partial="2026-10-02")["data"][-1]
    assert ring["marker"]["color"] == TODAY
    assert (ring["x"], ring["y"]) == (["2026-10-02"] * 2, ["a", "b"])


def test_the_link_says_what_stands_for_rows_and_columns() -> None:
    matrix = Matrix(["row 0"], ["column 0"], [[Decimal(1)]], "USD")
    assert by_fifth(matrix, LINK)["layout"]["meta"] == {
        "link": "/explorer?{row}&{column}",
        "rows": {"row 0": "filter=service:a"},
        "columns": {"column 0": "period=mtd"},
    }


HOURS = st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 23)), AMOUNTS, max_size=168)


@FEW
@given(HOURS)
def test_hours_stand_by_weekday_and_a_missing_one_is_not_drawn(
    means: dict[tuple[int, int], Decimal],
) -> None:
    tiles = held_to_plotly(hours(means, "USD", LINK))["data"][0]
    found = {
        (weekday, hour): cost
        for weekday, line in enumerate(tiles["customdata"])
        for hour, (cost, _) in enumerate(line)
        if cost is not None
    }
    assert found == {place: float(mean) for place, mean in means.items()}
    assert tiles["y"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert tiles["x"] == list(range(24))
