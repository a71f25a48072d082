"""The executive overview: the answers behind its pictures, each read once per view."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from finops_dash.analytics.anomaly import Anomaly, Episode, episodes, find
from finops_dash.analytics.baseline import Point
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.money import ZERO, main_currency, total
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
from finops_dash.services.cost import CostAnswer, CostReader, comparison_days
from finops_dash.services.forecasts import ForecastService, filled
from finops_dash.services.freshness import FreshnessService

DAILY_UP_TO = 92
WATCHED, WARM_UP = timedelta(days=119), timedelta(days=28)
LEAST_SHARE = 100
DRILL = ("provider", "sub_account", "service", "resource")
OWNERS = ("cost_center", "team")
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
    def lacks_comparison(self) -> bool:
        """Whether the comparison asked for would reach before the first day with data."""
        return self.asked.compare is not self.query.compare

    @property
    def is_daily(self) -> bool:
        """Whether the picture shows days; longer periods show months."""
        return self.days.days <= DAILY_UP_TO

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
        asked = replace(query, currency=currency, group_by=(), grain=Grain.NONE)
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
        """Cost per day (per month for long periods) and service, with the period compared."""
        grain = Grain.DAY if view.is_daily else Grain.MONTH
        query = replace(view.query, group_by=("service",), grain=grain)
        return self._cost.answer(scope, query, view.today)

    def by_use(self, scope: Scope, view: View) -> CostAnswer:
        """Effective and list cost over time by kind of charge and use of commitments."""
        query = replace(
            view.query,
            measure="effective_cost",
            group_by=("charge_category", "commitment_status"),
            grain=Grain.DAY if view.is_daily else Grain.MONTH,
            limit=None,
        )
        return self._cost.answer(scope, query, view.today, ("list_cost",))

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
        level = next(name for name in DRILL if name == DRILL[-1] or name not in chosen(view.query))
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
        )
        key = (to_url(query), view.through)
        return self._cost.cached(scope, "unusual", key, lambda _: self._find(scope, query, view))

    def _find(self, scope: Scope, query: CostQuery, view: View) -> tuple[Anomaly, ...]:
        answer = self._cost.answer(scope, query, view.today)
        least = max(Decimal(1), answer.total / answer.days.days / LEAST_SHARE)
        series: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for row in answer.rows:
            series[row["service"] or "No service"][row["day"]] = row[query.measure]
        return tuple(
            anomaly
            for name, values in series.items()
            for anomaly in find(name, filled(values, view.through), least)
        )


def chosen(query: CostQuery) -> dict[str, str]:
    """The one value that each dimension is narrowed to, by dimension."""
    plain = (f for f in query.filters if not f.negated and not f.contains)
    return {f.dimension: f.values[0] for f in plain if len(f.values) == 1}


def share_owned(answer: CostAnswer) -> Decimal | None:
    """The share of the cost that names an owner; None where there is no cost."""
    measure = answer.query.measure
    owned = total(row[measure] for row in answer.rows if any(row[name] for name in OWNERS))
    return owned / answer.total if answer.total else None


def day_totals(answer: CostAnswer) -> dict[str, Decimal]:
    """The answer's sum per day (or month), in order of time."""
    bucket = answer.query.grain.value
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in answer.rows:
        sums[row[bucket]] += row[answer.query.measure]
    return dict(sorted(sums.items()))


def beside(answer: CostAnswer) -> dict[str, Decimal]:
    """For each of the answer's days (or months), the sum of the one that it is compared with.

    Days are counted from the start of each period, so that a day without cost moves no other.
    """
    if answer.before is None:
        return {}
    earlier = day_totals(answer.before)
    if answer.query.grain is Grain.DAY:
        shift = answer.days.start - answer.before.days.start
        pairs = {day: (date.fromisoformat(day) - shift).isoformat() for day in day_totals(answer)}
    else:
        first, start = answer.days.start, answer.before.days.start
        months = (first.year - start.year) * 12 + first.month - start.month
        pairs = {
            month: f"{shift_months(date.fromisoformat(f'{month}-01'), -months):%Y-%m}"
            for month in day_totals(answer)
        }
    return {bucket: earlier.get(other, ZERO) for bucket, other in pairs.items()}


def service_totals(answer: CostAnswer) -> dict[str, Decimal]:
    """The answer's sum per service, dearest first."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in answer.rows:
        sums[row["service"] or "No service"] += row[answer.query.measure]
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def movers(answer: CostAnswer) -> list[dict[str, Any]]:
    """Services by how much they changed against the period before, largest change first."""
    now = service_totals(answer)
    before = service_totals(answer.before) if answer.before else {}
    changes = [
        {"service": name, "now": now.get(name, ZERO), "before": before.get(name, ZERO)}
        for name in {*now, *before}
    ]
    return sorted(changes, key=lambda row: (-abs(row["now"] - row["before"]), row["service"]))
