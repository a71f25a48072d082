"""The executive overview: the answers behind its pictures, each read once per view."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from finops_dash.analytics.anomaly import Anomaly, Episode, episodes, find
from finops_dash.analytics.baseline import Point
from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain, Order
from finops_dash.domain.money import main_currency
from finops_dash.domain.period import (
    EVERYTHING,
    LONGEST,
    ONE_DAY,
    DateRange,
    Period,
    next_month,
    shift_months,
)
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader
from finops_dash.services.forecasts import ForecastService, filled
from finops_dash.services.freshness import FreshnessService
from finops_dash.services.sums import OWNERS, day_totals

DAILY_UP_TO = 92
WATCHED, WARM_UP = timedelta(days=119), timedelta(days=28)
LEAST_SHARE = 100
DRILL = ("provider", "sub_account", "service", "resource")
USAGE = Filter("charge_category", ("Usage",))


@dataclass(frozen=True, slots=True)
class View:
    """A query made answerable: in one currency, and for whole days with data only.

    `asked` is what the URL says, for links; `query`, resolved from `today`, is what is answered,
    so that nothing compares a day that is not over, or not yet billed, with a whole one.
    `through` is the last whole day with data, `since` the first with any; `partial` is today
    where it has data already. Without a comparison where that would reach before `since`.
    """

    asked: CostQuery
    query: CostQuery
    days: DateRange
    since: date
    through: date
    today: date
    currency: str
    partial: date | None = None

    @property
    def shown_days(self) -> DateRange:
        """The days in the picture over time: those of the view, and today where it has data."""
        return self.days if self.partial is None else replace(self.days, end=self.partial + ONE_DAY)

    @property
    def lacks_comparison(self) -> bool:
        """Whether the comparison asked for would reach before the first day with data."""
        return self.asked.compare is not self.query.compare

    @property
    def is_daily(self) -> bool:
        """Whether the picture shows days; longer periods show months."""
        return self.days.days <= DAILY_UP_TO

    @property
    def grain(self) -> Grain:
        """The steps in which the view shows its period."""
        return Grain.DAY if self.is_daily else Grain.MONTH

    @property
    def shows_the_end(self) -> bool:
        """Whether the period reaches the last day with data, so that a forecast continues it."""
        return self.is_daily and self.days.start <= self.through <= self.days.last


class OverviewService:
    """Answers what the overview shows. Nothing is read twice for one view."""

    def __init__(
        self, cost: CostReader, freshness: FreshnessService, forecasts: ForecastService
    ) -> None:
        """Stands on the cost reader and on what knows freshness and forecasts."""
        self._cost = cost
        self._freshness = freshness
        self._forecasts = forecasts

    def view(self, scope: Scope, query: CostQuery, today: date) -> View | None:
        """The view of a query; None for a tenant without data."""
        key = (to_url(query), today)
        return self._cost.cached(scope, "view", key, lambda _: self._view(scope, query, today))

    def _view(self, scope: Scope, query: CostQuery, today: date) -> View | None:
        fresh = self._freshness.of(scope)
        since, latest = fresh.first_day, fresh.data_through
        currencies = self._cost.currencies(scope)
        currency = query.currency or main_currency(currencies)
        if since is None or latest is None or currency is None:
            return None
        asked = replace(
            query, currency=currency, group_by=(), grain=Grain.NONE, limit=None, order=Order.DEAREST
        )
        through = min(latest, today - ONE_DAY)
        wanted = query.period
        if wanted.token == EVERYTHING:
            earliest = through - timedelta(days=LONGEST - 1)
            wanted = Period.between(max(min(since, through), earliest), through)
        period, seen_from = wanted.as_far_as(through, today)
        days = period.resolve(seen_from)
        partial = today if latest >= today and today in query.period.resolve(today) else None
        settled = replace(asked, period=period)
        before = comparison_days(settled, seen_from)
        if before is not None and before.start < since:
            settled = replace(settled, compare=Compare.NONE)
        return View(asked, settled, days, since, through, seen_from, currency, partial)

    def by_service(self, scope: Scope, view: View) -> CostAnswer:
        """Cost per day (per month for long periods) and service."""
        return self._now(scope, replace(view.query, group_by=("service",), grain=view.grain), view)

    def course_before(self, scope: Scope, view: View) -> CostAnswer | None:
        """Cost per day (or month) of the period compared with."""
        return self._before(scope, replace(view.query, grain=view.grain), view)

    def services_before(self, scope: Scope, view: View) -> CostAnswer | None:
        """Cost per service in the period compared with."""
        return self._before(scope, replace(view.query, group_by=("service",)), view)

    def by_use(self, scope: Scope, view: View) -> CostAnswer:
        """Effective and list cost over time by kind of charge and use of commitments."""
        return self._now(scope, replace(_of_use(view), grain=view.grain), view, "list_cost")

    def use_before(self, scope: Scope, view: View) -> CostAnswer | None:
        """The same in the whole period compared with."""
        return self._before(scope, _of_use(view), view, "list_cost")

    def _now(self, scope: Scope, query: CostQuery, view: View, *also: str) -> CostAnswer:
        """The query without its comparison, of which less is needed: few rows are soon read.

        By name, for thousands of rows are put in order of cost as slowly as they are summed.
        """
        alone = replace(query, compare=Compare.NONE, order=Order.NAME)
        return replace(self._cost.answer(scope, alone, view.today, also), query=query)

    def _before(self, scope: Scope, query: CostQuery, view: View, *also: str) -> CostAnswer | None:
        days = comparison_days(view.query, view.today)
        if days is None:
            return None
        period = Period.between(days.start, days.last)
        earlier = replace(query, period=period, compare=Compare.NONE)
        return self._cost.answer(scope, earlier, view.today, also)

    def so_far_today(self, scope: Scope, view: View) -> dict[str, Decimal]:
        """What today cost up to now, by its date; nothing without data or outside the period."""
        if view.partial is None or not view.is_daily:
            return {}
        query = replace(
            view.query,
            period=Period.between(view.partial, view.partial),
            grain=Grain.DAY,
            compare=Compare.NONE,
        )
        return day_totals(self._cost.answer(scope, query, view.partial))

    def ahead(self, scope: Scope, view: View) -> tuple[str, tuple[Point, ...]]:
        """The forecast from the day after the data to the month's end, and its model."""
        found = self._forecasts.ahead(scope, view.query, view.through)
        end = next_month(view.through)
        return found.model, tuple(point for point in found.points if point.day < end)

    def anomalies(
        self, scope: Scope, view: View, days: DateRange | None = None
    ) -> tuple[Episode, ...]:
        """Stretches of days on which a service's usage left its weekday's cost, largest first.

        Those of the view, or of other `days`. Only what is off by a hundredth of the usual day's
        whole cost counts, and only in the last 92 days: before them there is too little to hold a
        day against.
        """
        inside = view.days if days is None else days
        return episodes(day for day in self.unusual(scope, view) if day.day in inside)

    def owners(self, scope: Scope, view: View) -> CostAnswer:
        """Cost by the owner its tags name, with the period compared."""
        return self._cost.answer(scope, replace(view.query, group_by=OWNERS), view.today)

    def owners_by_month(self, scope: Scope, view: View) -> CostAnswer:
        """Cost per owner in each of the last six months, the present one included."""
        first = shift_months(view.through.replace(day=1), -5)
        query = replace(
            view.query,
            period=Period.between(first, next_month(view.through) - ONE_DAY),
            group_by=OWNERS,
            grain=Grain.MONTH,
            compare=Compare.NONE,
        )
        return self._cost.answer(scope, query, view.today)

    def drill(self, scope: Scope, view: View) -> tuple[str, CostAnswer]:
        """The next level under the filters in force, and its dearest sixty parts."""
        level = next(name for name in DRILL if name == DRILL[-1] or name not in view.query.narrowed)
        query = replace(view.query, group_by=(level,), compare=Compare.NONE, limit=60)
        if level == DRILL[-1]:
            named = replace(query, group_by=(level, "resource_name"))
            query = self._whole_months(named, view)
        return level, self._cost.answer(scope, query, view.today)

    def top_resources(self, scope: Scope, view: View) -> CostAnswer:
        """The dearest hundred resources over the whole months the period touches."""
        groups = ("resource_name", "service", "sub_account")
        query = self._whole_months(replace(view.query, group_by=groups, compare=Compare.NONE), view)
        named = Filter("resource", ("",), negated=True)
        kept = replace(query, filters=(*query.filters, named), limit=100)
        return self._cost.answer(scope, kept, view.today)

    def _whole_months(self, query: CostQuery, view: View) -> CostQuery:
        months = view.days.until(view.through).whole_months()
        return replace(query, period=Period.between(months.start, months.last))

    def watches(self, view: View, days: DateRange) -> bool:
        """Whether every one of the days is held against enough earlier ones."""
        return days.start >= view.through - WATCHED + WARM_UP

    def unusual(self, scope: Scope, view: View) -> tuple[Anomaly, ...]:
        """The unusual days of each service: the same for every period that ends with the data."""
        query = replace(
            view.query,
            period=Period.between(view.through - WATCHED, view.through),
            filters=(*view.query.filters, USAGE),
            group_by=("service",),
            grain=Grain.DAY,
            compare=Compare.NONE,
            order=Order.NAME,
        )
        key = (to_url(query), view.through)
        return self._cost.cached(scope, "unusual", key, lambda _: self._find(scope, query, view))

    def _find(self, scope: Scope, query: CostQuery, view: View) -> tuple[Anomaly, ...]:
        answer = self._cost.answer_once(scope, query, view.today)
        least = max(Decimal(1), answer.total / answer.days.days / LEAST_SHARE)
        series: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for row in answer.rows:
            series[row["service"] or "No service"][row["day"]] = row[query.measure]
        return tuple(
            anomaly
            for name, values in series.items()
            for anomaly in find(name, filled(values, view.through), least)
        )


def _of_use(view: View) -> CostQuery:
    groups = ("charge_category", "commitment_status")
    return replace(view.query, measure="effective_cost", group_by=groups, limit=None)
