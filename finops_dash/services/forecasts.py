"""Forecasts: those the scheduler stored, else the baseline computed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from time import monotonic
from typing import cast

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from data_layer.models import forecast as table
from finops_dash.analytics.baseline import Point, forecast
from finops_dash.domain.cost_query import Compare, CostQuery, Grain
from finops_dash.domain.money import ZERO
from finops_dash.domain.period import ONE_DAY, Period
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.cost import CostReader, TenantReads
from finops_dash.services.ingestion import Report

HISTORY = 62  # what the baseline looks at, and the whole month before in any case
LONG_HISTORY = 3 * 366
AHEAD = 45
MEASURES = ("effective_cost", "billed_cost", "list_cost")
TOP_SERVICES = 5
Fit = Callable[[Sequence[tuple[date, Decimal]], int], tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days ahead of a series, and the model that said so."""

    model: str
    points: tuple[Point, ...]


class ForecastService:
    """Forecasts the daily cost that a query describes."""

    def __init__(self, cost: CostReader, engines: TenantReads, fresh_for: float = 0.0) -> None:
        """Reads history through the cost reader; a new forecast shows after `fresh_for` s."""
        self._cost = cost
        self._engines = engines
        self._fresh_for = fresh_for
        self._stamps: dict[int, tuple[float, datetime | None]] = {}

    def ahead(self, scope: Scope, query: CostQuery, through: date) -> Forecast:
        """The days after `through`, the last day with data, for 45 days at most."""
        series = series_of(query)

        def found(_version: int) -> Forecast:
            stored = self._stored(scope, series, through)
            return stored or self._baseline(scope, series, through)

        key = (to_url(series), through, self.stamp(scope))
        return self._cost.cached(scope, "forecast", key, found)

    def stamp(self, scope: Scope) -> datetime | None:
        """When a forecast of the tenant was last stored; believed for `fresh_for` seconds.

        Part of the key of whatever shows forecasts: one that is stored between two loads must
        not wait for the next load to be seen.
        """
        read_at, stamp = self._stamps.get(scope.tenant_id, (float("-inf"), None))
        if monotonic() - read_at < self._fresh_for:
            return stamp
        statement = select(func.max(table.c.made_at)).where(table.c.tenant_id == scope.tenant_id)
        with self._engines.tenant(scope.tenant_id) as connection:
            newest = cast("datetime | None", connection.scalar(statement))
        self._stamps[scope.tenant_id] = (monotonic(), newest)
        return newest

    def history(
        self, scope: Scope, query: CostQuery, through: date, days: int = HISTORY
    ) -> list[tuple[date, Decimal]]:
        """The series' daily cost up to `through`, days without cost as zero."""
        period = Period.between(through - timedelta(days=days), through)
        asked = replace(series_of(query), period=period, grain=Grain.DAY)
        rows = self._cost.answer(scope, asked, through).rows
        return filled({row["day"]: row[query.measure] for row in rows}, through)

    def top_series(self, scope: Scope, through: date) -> tuple[CostQuery, ...]:
        """What people look at first: per currency its totals, and its dearest services."""
        found = []
        for currency in self._cost.currencies(scope):
            whole = CostQuery(currency=currency)
            found += [replace(whole, measure=measure) for measure in MEASURES]
            recent = Period.between(through - timedelta(days=90), through)
            asked = replace(whole, period=recent, group_by=("service",), limit=TOP_SERVICES)
            rows = self._cost.answer(scope, asked, through).rows
            found += [whole.where("service", row["service"]) for row in rows if row["service"]]
        return tuple(found)

    def refresh(self, scope: Scope, query: CostQuery, through: date, fit: Fit, model: str) -> int:
        """Fit the series and store its forecast; returns how many days were stored."""
        points = fit(self.history(scope, query, through, LONG_HISTORY), AHEAD)
        if not points:
            return 0
        made_at, series = datetime.now(UTC), to_url(series_of(query))
        key = {"tenant_id": scope.tenant_id, "series": series, "made_at": made_at, "model": model}
        rows = [
            {**key, "day": point.day, "mean": point.mean, "low": point.low, "high": point.high}
            for point in points
        ]
        with self._engines.tenant(scope.tenant_id) as connection:
            connection.execute(insert(table), rows)
        return len(rows)

    def refresh_all(self, scope: Scope, through: date, fit: Fit, model: str, report: Report) -> str:
        """Refresh every top series of the tenant; what was done comes back in words."""
        series = self.top_series(scope, through)
        stored = 0
        for number, query in enumerate(series):
            report(f"forecasting {_words(query)}", number / len(series))
            stored += bool(self.refresh(scope, query, through, fit, model))
        return f"Forecast {stored} of {len(series)} series from {through:%-d %B %Y} on."

    def forget(self, scope: Scope, older_than: timedelta) -> int:
        """Delete forecasts made longer ago; says how many days of them."""
        old = table.c.made_at < func.now() - older_than
        statement = delete(table).where(table.c.tenant_id == scope.tenant_id, old)
        with self._engines.tenant(scope.tenant_id) as connection:
            return connection.execute(statement).rowcount

    def _stored(self, scope: Scope, series: CostQuery, through: date) -> Forecast | None:
        """The newest stored forecast, if it was made from data up to `through`."""
        mine = (table.c.tenant_id == scope.tenant_id, table.c.series == to_url(series))
        newest = select(func.max(table.c.made_at)).where(*mine).scalar_subquery()
        statement = select(table).where(*mine, table.c.made_at == newest).order_by(table.c.day)
        rows = self._cost.fetch(scope, statement)
        if not rows or rows[0]["day"] != through + ONE_DAY:
            return None
        points = tuple(Point(r["day"], r["mean"], r["low"], r["high"]) for r in rows)
        return Forecast(rows[0]["model"], points)

    def _baseline(self, scope: Scope, series: CostQuery, through: date) -> Forecast:
        points = forecast(self.history(scope, series, through), AHEAD)
        return Forecast("linear trend with a weekday pattern", points)


def _own(scope: Scope) -> ColumnElement[bool]:
    return table.c.tenant_id == scope.tenant_id


def series_of(query: CostQuery) -> CostQuery:
    """The series a query belongs to: its measure, filters and currency, whatever its period."""
    plain = CostQuery()
    return replace(
        query, group_by=(), period=plain.period, grain=Grain.NONE, compare=Compare.NONE, limit=None,
        order=plain.order, as_of=None,
    )  # fmt: skip


def _words(series: CostQuery) -> str:
    """The series without a period, which it has none of."""
    parts = (find_measure(series.measure).label, series.currency or "")
    return ", ".join((*filter(None, parts), *(item.sentence() for item in series.filters)))


def filled(values: dict[str, Decimal], through: date) -> list[tuple[date, Decimal]]:
    """Every day from the first with a value up to `through`; zero where there is none."""
    if not values:
        return []
    days = _days(min(values), through)
    return [(day, values.get(text, ZERO)) for day, text in days]


@lru_cache(128)
def _days(first: str, last: date) -> tuple[tuple[date, str], ...]:
    """The days from the first to the last, also as text: asked for each of the services alike."""
    start = date.fromisoformat(first)
    days = (start + timedelta(n) for n in range((last - start).days + 1))
    return tuple((day, day.isoformat()) for day in days)
