"""The executive overview: eight figures and the pictures behind them, from few questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from finops_dash.analytics.anomaly import Anomaly, find
from finops_dash.analytics.baseline import Point
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import ONE_DAY, DateRange, Period
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.cost import CostAnswer, CostReader, comparison_days
from finops_dash.services.forecasts import ForecastService, filled
from finops_dash.services.freshness import FreshnessService

DAILY_UP_TO = 92
RUN_RATE_DAYS = 7
WATCHED = 120
DRILL = ("provider", "sub_account", "service", "resource")
OWNERS = ("cost_center", "team")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the overview: now, before (None without a comparison), and its query."""

    key: str
    label: str
    value: Decimal | None
    before: Decimal | None
    kind: str
    sentence: str
    query: CostQuery
    spark: tuple[Decimal, ...] = ()
    more_is_better: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A query made answerable: one currency, its days, and the last day with data."""

    query: CostQuery
    days: DateRange
    through: date
    currency: str
    others: tuple[str, ...]

    @property
    def is_daily(self) -> bool:
        """Whether the picture shows days; longer periods show months."""
        return self.days.days <= DAILY_UP_TO


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
        through = self._freshness.of(scope).data_through
        currencies = self._cost.currencies(scope)
        if through is None or not currencies:
            return None
        currency = query.currency or ("USD" if "USD" in currencies else currencies[0])
        others = tuple(code for code in currencies if code != currency)
        asked = replace(query, currency=currency, group_by=(), grain=Grain.NONE)
        return View(asked, query.period.resolve(today), min(through, today), currency, others)

    def by_service(self, scope: Scope, view: View, today: date) -> CostAnswer:
        """Cost per day (per month for long periods) and service, with the period compared."""
        grain = Grain.DAY if view.is_daily else Grain.MONTH
        query = replace(view.query, group_by=("service",), grain=grain)
        return self._cost.answer(scope, query, today, ("list_cost", "effective_cost"))

    def figures(self, scope: Scope, view: View, today: date) -> tuple[Figure, ...]:
        """The eight numbers, in the order of the page."""
        answer = self.by_service(scope, view, today)
        return (
            self._spend(view, answer, today),
            self._month_end(scope, view, today),
            self._run_rate(scope, view),
            self._month_to_date(scope, view),
            self._allocated(scope, view, today),
            self._savings_rate(scope, view, today),
            self._anomalies(scope, view),
            self._idle(scope, view, today),
        )

    def ahead(self, scope: Scope, view: View) -> tuple[str, tuple[Point, ...]]:
        """The forecast from the day after the data to the month's end, and its model."""
        found = self._forecasts.ahead(scope, view.query, view.through)
        return found.model, tuple(p for p in found.points if p.day < _month_end(view.through))

    def anomalies(self, scope: Scope, view: View) -> tuple[Anomaly, ...]:
        """The anomalous days per service inside the view's period."""
        key = (to_url(view.query), view.through)
        return self._cost.cached(scope, "anomalies", key, lambda _: self._find(scope, view))

    def owners(self, scope: Scope, view: View, today: date) -> CostAnswer:
        """Cost by the owner its tags name."""
        return self._cost.answer(
            scope, replace(view.query, group_by=OWNERS, compare=Compare.NONE), today
        )

    def drill(self, scope: Scope, view: View, today: date) -> tuple[str, CostAnswer]:
        """The next level under the filters in force, and its cost."""
        filtered = {item.dimension for item in view.query.filters if not item.negated}
        level = next((name for name in DRILL if name not in filtered), DRILL[-1])
        query = replace(view.query, group_by=(level,), compare=Compare.NONE)
        if level == "resource":
            query = self._whole_months(query, view)
        return level, self._cost.answer(scope, replace(query, limit=60), today)

    def top_resources(self, scope: Scope, view: View, today: date) -> CostAnswer:
        """The dearest resources over the whole months the period touches."""
        groups = ("resource_name", "service", "sub_account")
        query = self._whole_months(replace(view.query, group_by=groups, compare=Compare.NONE), view)
        named = Filter("resource", ("",), negated=True)
        kept = replace(query, filters=(*query.filters, named), limit=100)
        return self._cost.answer(scope, kept, today)

    def _whole_months(self, query: CostQuery, view: View) -> CostQuery:
        months = view.days.until(view.through).whole_months()
        return replace(query, period=Period.between(months.start, months.last))

    def _spend(self, view: View, answer: CostAnswer, today: date) -> Figure:
        spark = tuple(day_totals(answer).values())
        before = answer.before.total if answer.before else None
        words = view.days.until(view.through).sentence()
        if answer.before is not None:
            days = comparison_days(view.query, today)
            words += f", against {days.sentence()}" if days else ""
        return Figure("spend", "Spend", answer.total, before, "money", words, answer.query, spark)

    def _month_end(self, scope: Scope, view: View, today: date) -> Figure:
        month = DateRange(view.through.replace(day=1), view.through + ONE_DAY)
        query = replace(
            view.query, period=Period.between(month.start, month.last), compare=Compare.NONE
        )
        so_far = self._cost.answer(scope, query, today).total
        model, points = self.ahead(scope, view)
        last = replace(query, period=Period.parse(f"{month.start - ONE_DAY:%Y-%m}"))
        before = self._cost.answer(scope, last, today).total
        reach = total(p.high - p.mean for p in points)
        words = (
            f"{view.through:%B}, so far plus {len(points)} days by {model}; ± {reach:,.0f} at 80 %"
        )
        value = so_far + total(point.mean for point in points)
        return Figure("forecast", "Month-end forecast", value, before, "money", words, query)

    def _run_rate(self, scope: Scope, view: View) -> Figure:
        values = [v for _, v in self._forecasts.history(scope, view.query, view.through)]
        recent, earlier = values[-RUN_RATE_DAYS:], values[-2 * RUN_RATE_DAYS : -RUN_RATE_DAYS]
        before = total(earlier) / len(earlier) if earlier else None
        query = replace(view.query, period=Period("last-7-days"))
        value = total(recent) / len(recent) if recent else None
        words = (
            f"Mean of the {RUN_RATE_DAYS} days to {view.through:%-d %b}, against the week before"
        )
        return Figure(
            "run_rate",
            "Run rate per day",
            value,
            before,
            "money",
            words,
            query,
            tuple(values[-30:]),
        )

    def _month_to_date(self, scope: Scope, view: View) -> Figure:
        start = view.through.replace(day=1)
        query = replace(view.query, period=Period("mtd"), compare=Compare.PREVIOUS_PERIOD)
        answer = self._cost.answer(scope, query, view.through)
        before = answer.before.total if answer.before else None
        words = f"{DateRange(start, view.through + ONE_DAY).sentence()}, against the same days of last month"
        return Figure("mtd", "Month to date", answer.total, before, "money", words, query)

    def _allocated(self, scope: Scope, view: View, today: date) -> Figure:
        answer = self.owners(scope, view, today)
        words = "Share of cost whose tags name a cost centre or a team"
        return Figure(
            "allocated",
            "Allocated",
            share_owned(answer),
            None,
            "share",
            words,
            answer.query,
            (),
            more_is_better=True,
        )

    def _savings_rate(self, scope: Scope, view: View, today: date) -> Figure:
        usage = replace(
            view.query,
            filters=(*view.query.filters, Filter("charge_category", ("Usage",))),
            measure="effective_cost",
        )
        answer = self._cost.answer(scope, usage, today, ("list_cost",))
        words = "1 − effective cost ÷ list cost of usage (FinOps Framework, effective savings rate)"
        before = _savings(answer.before) if answer.before else None
        return Figure(
            "esr",
            "Effective savings rate",
            _savings(answer),
            before,
            "share",
            words,
            usage,
            (),
            more_is_better=True,
        )

    def _anomalies(self, scope: Scope, view: View) -> Figure:
        found = self.anomalies(scope, view)
        impact = total(item.impact for item in found)
        words = f"{len(found)} days on which a service left what its weekday usually costs"
        return Figure("anomalies", "Anomalies’ impact", impact, None, "money", words, view.query)

    def _idle(self, scope: Scope, view: View, today: date) -> Figure:
        unused = Filter("commitment_status", ("Unused",))
        query = replace(view.query, filters=(*view.query.filters, unused), measure="effective_cost")
        answer = self._cost.answer(scope, query, today)
        before = answer.before.total if answer.before else None
        words = "Effective cost of commitments that nothing used"
        return Figure("idle", "Idle commitments", answer.total, before, "money", words, query)

    def _find(self, scope: Scope, view: View) -> tuple[Anomaly, ...]:
        first = min(view.days.start, view.through) - timedelta(days=WATCHED // 2)
        period = Period.between(max(first, view.through - timedelta(days=WATCHED)), view.through)
        query = replace(
            view.query, period=period, group_by=("service",), grain=Grain.DAY, compare=Compare.NONE
        )
        series: dict[str | None, dict[str, Decimal]] = {}
        for row in self._cost.answer(scope, query, view.through).rows:
            series.setdefault(row["service"], {})[row["day"]] = row[query.measure]
        found = [
            a
            for name, values in series.items()
            for a in find(name or "", filled(values, view.through))
        ]
        return tuple(sorted((a for a in found if a.day in view.days), key=lambda a: -abs(a.impact)))


def _month_end(day: date) -> date:
    return DateRange(day, day + ONE_DAY).whole_months().end


def _savings(answer: CostAnswer) -> Decimal | None:
    listed = total(row["list_cost"] for row in answer.rows)
    return 1 - answer.total / listed if listed else None


def share_owned(answer: CostAnswer) -> Decimal | None:
    """The share of the cost that names an owner; None where there is no cost."""
    owned = total(
        row[answer.query.measure] for row in answer.rows if any(row[name] for name in OWNERS)
    )
    return owned / answer.total if answer.total else None


def day_totals(answer: CostAnswer) -> dict[str, Decimal]:
    """The answer's sum per day (or month), in order of time."""
    bucket = answer.query.grain.value
    sums: dict[str, Decimal] = {}
    for row in answer.rows:
        sums[row[bucket]] = sums.get(row[bucket], ZERO) + row[answer.query.measure]
    return dict(sorted(sums.items()))


def service_totals(answer: CostAnswer) -> dict[str, Decimal]:
    """The answer's sum per service, dearest first."""
    sums: dict[str, Decimal] = {}
    for row in answer.rows:
        name = row["service"] or "No service"
        sums[name] = sums.get(name, ZERO) + row[answer.query.measure]
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
