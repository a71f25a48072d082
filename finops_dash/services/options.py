"""The values that a filter can take, under the other filters: dearest first, searched as typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finops_dash.domain.cost_query import Compare, CostQuery, Grain, Order, can_be_asked_for
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import Period
from finops_dash.domain.registry import Level, find_dimension
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.cost import CostReader
from finops_dash.services.exploration import ExplorationService

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Option:
    """A value, and what it cost; None where resources, which are kept by month, say too much."""

    value: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Options:
    """The first of the values found, and how many there are."""

    options: tuple[Option, ...]
    count: int
    currency: str | None


class OptionsService:
    """Finds the values of a dimension that a question could be narrowed to."""

    def __init__(self, cost: CostReader, exploration: ExplorationService) -> None:
        """Reads cost, put as the explorer puts its questions."""
        self._cost = cost
        self._exploration = exploration

    def values(
        self, scope: Scope, query: CostQuery, dimension: str, search: str, today: date
    ) -> Options:
        """The values whose text contains the search, whatever the case.

        `query` is the question without the filter that is to be set. `QueryError` for a dimension
        that there is not.
        """
        found = self._all(scope, query, dimension, today)
        text = search.strip().casefold()
        kept = [one for one in found.options if text in one.value.casefold()]
        return replace(found, options=tuple(kept[:MOST_SHOWN]), count=len(kept))

    def _all(self, scope: Scope, query: CostQuery, dimension: str, today: date) -> Options:
        level = find_dimension(dimension).level
        if level is Level.TIME:
            raise QueryError("dimension", dimension, "is time: choose a period instead")
        asked = self._asked(scope, query, dimension, today)
        key = (to_url(asked), today)
        return self._cost.cached(
            scope, "options", key, lambda _: self._read(scope, asked, dimension, today)
        )

    def _asked(self, scope: Scope, query: CostQuery, dimension: str, today: date) -> CostQuery:
        """Cost by the dimension alone; by whole months where only these are kept."""
        asked = replace(
            self._exploration.settled(scope, query),
            measure="effective_cost",
            group_by=(dimension,),
            grain=Grain.NONE,
            compare=Compare.NONE,
            as_of=None,
            limit=None,
            order=Order.DEAREST,
        )
        if find_dimension(dimension).level is not Level.CHARGE:
            return asked
        months = asked.period.resolve(today).whole_months()
        return replace(asked, period=Period.between(months.start, months.last))

    def _read(self, scope: Scope, asked: CostQuery, dimension: str, today: date) -> Options:
        answer = self._cost.answer_once(scope, asked, today)
        by_month = find_dimension(dimension).level is Level.CHARGE
        options = tuple(
            Option(row[dimension], None if by_month else row[asked.measure])
            for row in answer.rows
            if row[dimension] and can_be_asked_for(row[dimension])
        )
        return Options(options, len(options), answer.unit)
