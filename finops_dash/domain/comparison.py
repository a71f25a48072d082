"""The days that a question's period is held against, and questions whose days stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import EVERYTHING, DateRange, Period


def comparison_days(query: CostQuery, today: date) -> DateRange | None:
    """The days the query is compared with; None when it is not, or nothing lies before."""
    if isinstance(query.compare, Period):
        return query.compare.resolve(today)
    if query.compare is Compare.PREVIOUS_PERIOD:
        return query.period.previous(today)
    if query.compare is Compare.PREVIOUS_WEEKDAYS:
        return query.period.same_weekdays_before(today)
    if query.compare is Compare.PREVIOUS_YEAR:
        return query.period.year_before(today)
    return None


def moves(query: CostQuery) -> bool:
    """Whether the days that the question means depend on when it is asked."""
    periods = (query.period, query.compare)
    return any(isinstance(one, Period) and _moves(one) for one in periods)


def _moves(period: Period) -> bool:
    return period.is_relative and period.token != EVERYTHING


def pinned(query: CostQuery, today: date) -> CostQuery:
    """The same question with days instead of a period that moves, as seen from `today`.

    What it is compared with becomes days too, because the days before `mtd` are others than
    those before the same days written out. All stored days stay all of them: they do not hang
    on `today`. `QueryError` for a period longer than one of days may be.
    """
    if not moves(query):
        return query
    period, compare, before = query.period, query.compare, comparison_days(query, today)
    if before is not None and not (isinstance(compare, Period) and not _moves(compare)):
        compare = _written_out(before)
    if _moves(period):
        period = _written_out(period.resolve(today))
    return replace(query, period=period, compare=compare)


def _written_out(days: DateRange) -> Period:
    period = Period.between(days.start, days.last)
    try:
        return Period.parse(period.token)
    except QueryError as error:
        reason = "is too long to be written out as days: choose a shorter one"
        raise QueryError("period", period.token, reason) from error
