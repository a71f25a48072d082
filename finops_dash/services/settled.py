"""Days of a view written out, so that a query's answer is the same whoever asks it, and when."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.period import ONE_DAY, DateRange, Period, next_month, shift_months
from finops_dash.services.overview import View


def settled(view: View) -> CostQuery:
    """The view's query for just its days, against just the days it is compared with."""
    before = comparison_days(view.query, view.today)
    compare = Compare.NONE if before is None else Period.between(before.start, before.last)
    return replace(over(view.query, view.days), compare=compare)


def over(query: CostQuery, days: DateRange) -> CostQuery:
    """The query for these days, compared with nothing."""
    return replace(query, period=Period.between(days.start, days.last), compare=Compare.NONE)


def so_far(view: View) -> DateRange:
    """The view's days, and today where the period holds it and it has data already."""
    if view.partial is None:
        return view.days
    return DateRange(view.days.start, view.partial + ONE_DAY)


def touched_months(view: View) -> DateRange:
    """The calendar months that the view's days touch, as far as there is data."""
    return view.days.until(view.through).whole_months()


def whole_months(view: View, most: int) -> DateRange | None:
    """The last `most` calendar months that the data holds whole; None where it holds none."""
    end = (view.through + ONE_DAY).replace(day=1)
    first = view.since if view.since.day == 1 else next_month(view.since)
    start = max(first, shift_months(end, -most))
    return DateRange(start, end) if start < end else None
