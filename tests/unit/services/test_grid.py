"""Grids: the dearest apart, the rest folded, and not a cent lost between."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from support.figures import AMOUNTS, NAMES

from finops_dash.domain.cost_query import LONGEST_VALUE, MOST_VALUES, CostQuery, Filter
from finops_dash.domain.money import total
from finops_dash.services.grid import Slot, by_cost, over_time, summed

PLACES = st.tuples(NAMES | st.just(""), NAMES | st.just(""))
CELLS = st.dictionaries(PLACES, AMOUNTS, max_size=60)
MOST = st.integers(1, 12)


@given(CELLS, MOST, MOST)
def test_the_cells_of_a_grid_sum_to_the_whole(
    cells: dict[tuple[str, str], Decimal], rows: int, columns: int
) -> None:
    grid = by_cost(cells, rows, columns)
    assert grid.total == total(cells.values())
    assert len(grid.rows) <= rows + 1
    assert len(grid.columns) <= columns + 1
    assert over_time(cells, rows).total == grid.total


@given(CELLS, MOST)
def test_each_cell_sums_just_what_belongs_to_its_row_and_column(
    cells: dict[tuple[str, str], Decimal], most: int
) -> None:
    grid = by_cost(cells, most, most)
    for row, line in zip(grid.rows, grid.cells, strict=True):
        for column, cost in zip(grid.columns, line, strict=True):
            found = [
                amount
                for (name, other), amount in cells.items()
                if (name in row.values) is not row.is_rest
                and (other in column.values) is not column.is_rest
            ]
            assert cost == (total(found) if found else None)


@given(CELLS, MOST)
def test_the_dearest_are_kept_in_order_and_the_rest_comes_last(
    cells: dict[tuple[str, str], Decimal], most: int
) -> None:
    grid = by_cost(cells, most, most)
    sums = [total(line) for line in grid.cells]
    kept = [s for slot, s in zip(grid.rows, sums, strict=True) if not slot.is_rest]
    assert kept == sorted(kept, reverse=True)
    assert [slot.is_rest for slot in grid.rows].count(True) <= 1
    assert not any(slot.is_rest for slot in grid.rows[:-1])
    assert sum(slot.count for slot in grid.rows) == len({row for row, _ in cells})


def test_times_stand_in_their_order() -> None:
    days = {("a", "2026-10-03"): Decimal(1), ("b", "2026-10-01"): Decimal(9)}
    assert [slot.values[0] for slot in over_time(days).columns] == ["2026-10-01", "2026-10-03"]


@given(st.lists(st.tuples(PLACES, AMOUNTS)))
def test_amounts_of_one_place_are_added_exactly(
    pairs: list[tuple[tuple[str, str], Decimal]],
) -> None:
    found = summed(pairs)
    assert total(found.values()) == total(amount for _, amount in pairs)
    assert set(found) == {place for place, _ in pairs}


def test_a_slot_narrows_a_query_and_the_rest_leaves_out() -> None:
    query = CostQuery().where("service", "a", "b", "c")
    assert Slot(("a",)).of(query, "service") == CostQuery().where("service", "a")
    rest = Slot(("a", "b"), is_rest=True).of(query, "service")
    assert rest is not None
    assert set(rest.filters) == {*query.filters, Filter("service", ("a", "b"), negated=True)}


def test_names_that_no_link_can_carry_narrow_nothing() -> None:
    assert Slot(("x" * (LONGEST_VALUE + 1),)).of(CostQuery(), "service") is None
    many = tuple(str(number) for number in range(MOST_VALUES + 1))
    assert Slot(many, is_rest=True).of(CostQuery(), "service") is None
