"""The eight numbers of the overview, each with its comparison, its course and its question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from finops_dash.analytics.anomaly import Anomaly
from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.money import ZERO, exactly, total
from finops_dash.domain.period import ONE_DAY, DateRange, Period
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader
from finops_dash.services.forecasts import HISTORY, filled
from finops_dash.services.overview import USAGE, OverviewService, View
from finops_dash.services.sums import day_totals, share_owned

WEEK = 7
SPARK_DAYS = 30
UNUSED = Filter("commitment_status", ("Unused",))


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number: now, before (None without a comparison), its course, and the query behind it.

    `value` is None where there is nothing to say; shares are between 0 and 1.
    """

    label: str
    value: Decimal | None
    before: Decimal | None
    kind: Literal["money", "share"]
    sentence: str
    query: CostQuery
    spark: tuple[Decimal, ...] = ()
    more_is_better: bool = False


class KeyFigures:
    """Answers the overview's eight numbers for a view."""

    def __init__(self, cost: CostReader, overview: OverviewService) -> None:
        """Stands on the same answers as the overview's pictures."""
        self._cost = cost
        self._overview = overview

    def spend(self, scope: Scope, view: View) -> KeyFigure:
        """What the period cost."""
        answer = self._overview.by_service(scope, view)
        query = replace(view.query, group_by=("service",), grain=Grain.NONE)
        spark = tuple(day_totals(answer).values())
        earlier = self._overview.course_before(scope, view)
        before = earlier.total if earlier else None
        words = view.days.sentence() + _against(view)
        return KeyFigure("Spend", answer.total, before, "money", words, query, spark)

    def month_end(self, scope: Scope, view: View) -> KeyFigure:
        """What the month of the last data will have cost at its end."""
        so_far = self._month_so_far(scope, view)
        model, points = self._overview.ahead(scope, view)
        first = view.through.replace(day=1)
        before = Period.parse(f"{first - ONE_DAY:%Y-%m}").resolve(view.today)
        whole = _sum_of(before, self._recent(scope, view))
        value = total(so_far) + total(point.mean for point in points)
        reach = total(point.high - point.mean for point in points)
        words = (
            f"{view.through:%B} ± {reach:,.0f}: {len(so_far)} days billed, {len(points)} by {model}"
        )
        spark = tuple(accumulate((*so_far, *(point.mean for point in points))))
        query = _daily(view, first)
        return KeyFigure("Month-end forecast", value, whole, "money", words, query, spark)

    def run_rate(self, scope: Scope, view: View) -> KeyFigure:
        """What a day costs at present: the mean of the last seven."""
        values = [v for _, v in filled(self._recent(scope, view), view.through)]
        recent, earlier = values[-WEEK:], values[-2 * WEEK : -WEEK]
        value = total(recent) / len(recent) if recent else None
        before = total(earlier) / len(earlier) if earlier else None
        query = _daily(view, view.through - timedelta(days=WEEK - 1))
        words = f"Mean of the seven days to {_day(view)}, against the seven before"
        spark = tuple(values[-SPARK_DAYS:])
        return KeyFigure("Run rate per day", value, before, "money", words, query, spark)

    def month_to_date(self, scope: Scope, view: View) -> KeyFigure:
        """The month so far, against last month at the same day."""
        costs = self._recent(scope, view)
        mtd = Period("mtd")
        days, earlier = mtd.resolve(view.through), mtd.previous(view.through)
        value = _sum_of(days, costs)
        before = _sum_of(earlier, costs) if earlier else None
        words = f"{days.sentence()}, against the same days of last month"
        asked = _daily(view, days.start)
        spark = tuple(accumulate(self._month_so_far(scope, view)))
        return KeyFigure("Month to date", value, before, "money", words, asked, spark)

    def allocated(self, scope: Scope, view: View) -> KeyFigure:
        """The share of cost whose tags name an owner."""
        answer = self._overview.owners(scope, view)
        words = "Cost whose tags name a cost centre or a team"
        share = share_owned(answer)
        before = share_owned(answer.before) if answer.before else None
        return KeyFigure(
            "Allocated", share, before, "share", words, answer.query,
            _shares(self._overview.owners_by_month(scope, view)), more_is_better=True,
        )  # fmt: skip

    def savings_rate(self, scope: Scope, view: View) -> KeyFigure:
        """1 − effective ÷ list cost of usage, as the FinOps Framework defines the rate."""
        query = _effective(view, USAGE)
        earlier = self._overview.use_before(scope, view)
        now = _of_usage(self._overview.by_use(scope, view))
        before = _savings(_of_usage(earlier)) if earlier else None
        words = "1 − effective ÷ list cost of usage: discounts and commitments together"
        shares = tuple(1 - cost / listed for cost, listed in now.values() if listed)
        return KeyFigure(
            "Effective savings rate", _savings(now), before, "share", words, query,
            shares, more_is_better=True,
        )  # fmt: skip

    def anomalies(self, scope: Scope, view: View) -> KeyFigure:
        """What unusual days cost more or less than usual."""
        found = self._overview.anomalies(scope, view)
        impact = total(item.impact for item in found)
        days = comparison_days(view.query, view.today)
        before = None
        if days is not None and self._overview.watches(view, days):
            before = total(item.impact for item in self._overview.anomalies(scope, view, days))
        times = "once" if len(found) == 1 else f"{len(found)} times"
        words = f"A service left its weekday’s usual cost {times}" if found else "No unusual days"
        query = replace(
            view.query,
            filters=(*view.query.filters, USAGE),
            group_by=("service",),
            grain=view.grain,
            compare=Compare.NONE,
        )
        spark = tuple(_by_day(self._overview.unusual(scope, view), view.days).values())
        return KeyFigure("Anomalies’ impact", impact, before, "money", words, query, spark)

    def idle(self, scope: Scope, view: View) -> KeyFigure:
        """What commitments cost that nothing used."""
        query = _effective(view, UNUSED)
        earlier = self._overview.use_before(scope, view)
        now = _unused(self._overview.by_use(scope, view))
        before = total(_unused(earlier).values()) if earlier else None
        words = "Effective cost of the unused part of commitments"
        asked = replace(query, group_by=("commitment",))
        return KeyFigure(
            "Idle commitments", total(now.values()), before, "money", words, asked,
            tuple(now.values()),
        )  # fmt: skip

    def _month_so_far(self, scope: Scope, view: View) -> tuple[Decimal, ...]:
        """The cost of each day of the month, up to the last with data."""
        first = view.through.replace(day=1).isoformat()
        costs = {day: cost for day, cost in self._recent(scope, view).items() if day >= first}
        return tuple(value for _, value in filled({first: ZERO, **costs}, view.through))

    def _recent(self, scope: Scope, view: View) -> dict[str, Decimal]:
        """The cost of each day up to the last with data, the whole month before included."""
        query = _daily(view, view.through - timedelta(days=HISTORY))
        return day_totals(self._cost.answer(scope, query, view.today))


def _daily(view: View, first: date) -> CostQuery:
    """The view's cost per day, from `first` to the last day with data."""
    period = Period.between(first, view.through)
    return replace(view.query, period=period, grain=Grain.DAY, compare=Compare.NONE, limit=None)


def _effective(view: View, kept: Filter) -> CostQuery:
    """The view's effective cost over time, of the charges that the filter keeps."""
    filters = (*view.query.filters, kept)
    return replace(view.query, measure="effective_cost", filters=filters, grain=view.grain)


def _sum_of(days: DateRange, costs: dict[str, Decimal]) -> Decimal:
    return total(cost for day, cost in costs.items() if date.fromisoformat(day) in days)


def _shares(answer: CostAnswer) -> tuple[Decimal, ...]:
    """The share of cost with an owner, month by month."""
    months = sorted({row["month"] for row in answer.rows})
    parts = (
        replace(answer, rows=tuple(row for row in answer.rows if row["month"] == month))
        for month in months
    )
    return tuple(share for share in map(share_owned, parts) if share is not None)


def _by_day(unusual: Iterable[Anomaly], days: DateRange) -> dict[date, Decimal]:
    """What unusual days cost more or less than usual, for each of the days; mostly nothing."""
    found = {days.start + timedelta(n): ZERO for n in range(days.days)}
    for anomaly in unusual:
        if anomaly.day in found:
            found[anomaly.day] += anomaly.impact
    return found


def _of_usage(answer: CostAnswer) -> dict[str, tuple[Decimal, Decimal]]:
    """Effective and list cost of usage per day (or month, or whole period)."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    with exactly():
        for row in answer.rows:
            if row["charge_category"] in USAGE.values:
                time = row.get(answer.query.grain.value, "")
                cost, listed = found.get(time, (ZERO, ZERO))
                found[time] = (cost + row["effective_cost"], listed + row["list_cost"])
    return dict(sorted(found.items()))


def _unused(answer: CostAnswer) -> dict[str, Decimal]:
    """Effective cost of the unused part of commitments per day (or month, or whole period)."""
    rows = tuple(row for row in answer.rows if row["commitment_status"] in UNUSED.values)
    return day_totals(replace(answer, rows=rows))


def _savings(of_usage: dict[str, tuple[Decimal, Decimal]]) -> Decimal | None:
    listed = total(listed for _, listed in of_usage.values())
    return 1 - total(cost for cost, _ in of_usage.values()) / listed if listed else None


def _against(view: View) -> str:
    if view.lacks_comparison:
        return f"; the data begins {view.since.day} {view.since:%b %Y}, too late to compare"
    days = comparison_days(view.query, view.today)
    return f", against {days.sentence()}" if days else ""


def _day(view: View) -> str:
    return f"{view.through.day} {view.through:%b}"
