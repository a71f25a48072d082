"""When and where cost falls: the sums behind the pictures of the heatmap page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from finops_dash.domain.cost_query import CostQuery, Filter, Grain, Order
from finops_dash.domain.money import ZERO, exactly, total
from finops_dash.domain.period import ONE_DAY, DateRange, shift_months
from finops_dash.domain.registry import AN_HOUR, LENGTH
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader
from finops_dash.services.grid import Grid, by_cost, over_time, summed
from finops_dash.services.overview import View
from finops_dash.services.settled import over, settled, so_far

MOST_WEEKS, MOST_YEARS = 53, 10
HOURLY_DAYS = 28  # whole weeks, so that each weekday counts as often
BY_THE_HOUR = Filter(LENGTH.name, (AN_HOUR,))


@dataclass(frozen=True, slots=True)
class Days:
    """What each day cost that has any charge; `partial` is today, where it is among them."""

    query: CostQuery
    span: DateRange
    costs: dict[date, Decimal]
    unit: str | None
    partial: date | None = None

    @property
    def whole(self) -> dict[date, Decimal]:
        """The days that are over."""
        return {day: cost for day, cost in self.costs.items() if day != self.partial}

    def usual(self) -> dict[int, Decimal]:
        """What each weekday (0 is Monday) costs on average, of the days that are over."""
        found: dict[int, list[Decimal]] = defaultdict(list)
        for day, cost in self.whole.items():
            found[day.weekday()].append(cost)
        return {weekday: total(costs) / len(costs) for weekday, costs in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class Parts:
    """A grid and the query whose answer it lays out."""

    query: CostQuery
    days: DateRange
    grid: Grid
    unit: str | None
    partial: date | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Cost by weekday and hour, of what is billed by the hour.

    `sums` holds each (weekday, hour) that has any, `dates` the days of each weekday that are in
    it, `by_day` what else the days cost: billed by the day or the month, it has no hour.
    """

    query: CostQuery
    days: DateRange
    sums: dict[tuple[int, int], Decimal]
    dates: dict[int, tuple[date, ...]]
    by_day: Decimal
    unit: str | None

    def mean(self, weekday: int, hour: int) -> Decimal | None:
        """What the hour costs on such a day; None where no such hour has a charge."""
        found = self.sums.get((weekday, hour))
        return None if found is None else found / len(self.dates[weekday])

    def of_weekday(self, weekday: int) -> CostQuery | None:
        """The question about that weekday's days alone, hour by hour; None where there is none."""
        if weekday not in self.dates:
            return None
        named = tuple(day.isoformat() for day in self.dates[weekday])
        return replace(self.query, filters=(*self.query.filters, Filter("day", named)))


class HeatmapService:
    """Answers what the heatmap page shows."""

    def __init__(self, cost: CostReader) -> None:
        """Reads through the cost reader, so under the same scope and cache."""
        self._cost = cost

    def whole(self, scope: Scope, view: View) -> CostAnswer:
        """The cost of the view's days in one sum, with those compared."""
        return self._cost.answer(scope, settled(view), view.today)

    def years(self, scope: Scope, view: View) -> tuple[Days, ...]:
        """The years around the view's days, the newest first.

        The twelve months up to the data's end where all the days lie within them, else each
        calendar year that they touch and that has a charge.
        """
        spans = _years(view)
        every = self._days(scope, view, DateRange(spans[-1].start, spans[0].end))
        found = [
            replace(
                every,
                query=over(every.query, span),
                span=span,
                costs={day: cost for day, cost in every.costs.items() if day in span},
            )
            for span in spans
        ]
        return tuple(days for days in found if days.costs)

    def weeks(self, scope: Scope, view: View) -> Days:
        """The view's days, today as far as it is billed among them; the last 53 weeks at most."""
        span = so_far(view)
        earliest = span.last - timedelta(days=span.last.weekday(), weeks=MOST_WEEKS - 1)
        return self._days(scope, view, DateRange(max(span.start, earliest), span.end))

    def _days(self, scope: Scope, view: View, span: DateRange) -> Days:
        query = replace(over(view.query, span), grain=Grain.DAY, order=Order.NAME)
        answer = self._cost.answer(scope, query, view.today)
        costs = {date.fromisoformat(row["day"]): _amount(row, query) for row in answer.rows}
        today = view.through + ONE_DAY
        partial = today if today in costs and view.partial == today else None
        return Days(replace(query, order=Order.DEAREST), span, costs, answer.unit, partial)

    def services(self, scope: Scope, view: View) -> Parts:
        """The dearest services by day, or by month where the view is longer than 92 days."""
        days, grain = so_far(view), view.grain
        query = replace(over(view.query, days), group_by=("service",), grain=grain)
        answer = self._cost.answer(scope, replace(query, order=Order.NAME), view.today)
        cells = summed(
            ((row["service"] or "", row[grain.value]), _amount(row, query)) for row in answer.rows
        )
        return Parts(query, days, over_time(cells), answer.unit, view.partial)

    def accounts(self, scope: Scope, view: View) -> Parts:
        """The dearest accounts by the dearest services."""
        query = replace(over(view.query, view.days), group_by=("sub_account", "service"))
        answer = self._cost.answer(scope, replace(query, order=Order.NAME), view.today)
        cells = summed(
            ((row["sub_account"] or "", row["service"] or ""), _amount(row, query))
            for row in answer.rows
        )
        return Parts(query, view.days, by_cost(cells), answer.unit)

    def hours(self, scope: Scope, view: View) -> Hours:
        """Cost by weekday and hour over the last 28 days of the view that have data.

        Of the charges that last an hour: one of a whole day begins at 00:00, and would stand there
        as if it fell in that hour.
        """
        end = view.days.until(view.through).end
        days = DateRange(max(view.days.start, end - timedelta(days=HOURLY_DAYS)), end)
        query = replace(view.query, grain=Grain.HOUR, filters=(*view.query.filters, BY_THE_HOUR))
        if not days.days:
            return Hours(query, days, {}, {}, ZERO, None)
        query = over(query, days)
        answer = self._cost.answer(scope, replace(query, order=Order.NAME), view.today)
        everything = self._cost.answer(scope, over(view.query, days), view.today)
        sums, dates = _by_hour(answer, query)
        with exactly():
            by_day = everything.total - total(sums.values())
        return Hours(query, days, sums, dates, by_day, answer.unit)


def _amount(row: dict[str, Any], query: CostQuery) -> Decimal:
    return row[query.measure] or ZERO


def _years(view: View) -> list[DateRange]:
    """The twelve months up to the data's end, or the years that the days touch, newest first."""
    last = view.partial or view.through
    start = shift_months(last + ONE_DAY, -12)
    if start <= view.days.start <= last:
        return [DateRange(start, last + ONE_DAY)]
    newest, oldest = view.days.last.year, view.days.start.year
    return [
        DateRange(date(year, 1, 1), date(year + 1, 1, 1))
        for year in range(newest, max(oldest, newest - MOST_YEARS + 1) - 1, -1)
    ]


def _by_hour(
    answer: CostAnswer, query: CostQuery
) -> tuple[dict[tuple[int, int], Decimal], dict[int, tuple[date, ...]]]:
    """The sums by weekday and hour, and the days of each weekday that have a charge."""
    sums: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    dates: dict[int, dict[date, None]] = defaultdict(dict)
    with exactly():
        for row in answer.rows:
            day, hour = date.fromisoformat(row["hour"][:10]), int(row["hour"][11:13])
            sums[day.weekday(), hour] += _amount(row, query)
            dates[day.weekday()][day] = None
    return dict(sums), {weekday: tuple(days) for weekday, days in dates.items()}
