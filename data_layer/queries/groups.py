"""What an answer is grouped by: time buckets, dimensions, and the unit that sums must not mix."""

from __future__ import annotations

from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.registry import Dimension, Level, find_dimension, find_measure

UNIT = "unit"


def buckets_of(query: CostQuery) -> tuple[str, ...]:
    """The time columns of the answer: the grain's, and day or month when grouped by."""
    grain = [] if query.grain is Grain.NONE else [query.grain.value]
    named = [n for n in query.group_by if find_dimension(n).level is Level.TIME]
    return tuple(dict.fromkeys([*grain, *named]))


def dimensions_grouped(query: CostQuery) -> list[Dimension]:
    """The dimensions of the answer's groups; those of time are its buckets."""
    found = [find_dimension(name) for name in query.group_by]
    return [dimension for dimension in found if dimension.level is not Level.TIME]


def unit_of(query: CostQuery) -> Dimension:
    """The currency or unit of quantity, as a dimension that keeps sums apart."""
    column = find_measure(query.measure).unit_column
    level = Level.SERVICE if column == "billing_currency" else Level.COST
    return Dimension(UNIT, "Unit", column, level)
