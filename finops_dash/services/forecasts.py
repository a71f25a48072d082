"""Forecasts: those the scheduler stored, else the baseline computed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from data_layer.models import forecast as table
from finops_dash.analytics.baseline import Point, forecast
from finops_dash.domain.cost_query import Compare, CostQuery, Grain
from finops_dash.domain.period import ONE_DAY, Period
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.cost import CostReader, TenantReads

HISTORY = 400
AHEAD = 45
KEPT = timedelta(days=400)
Fit = Callable[[Sequence[tuple[date, Decimal]], int], tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days ahead of a series, and the model that said so."""

    model: str
    points: tuple[Point, ...]


class ForecastService:
    """Forecasts the daily cost that a query describes."""

    def __init__(self, cost: CostReader, engines: TenantReads) -> None:
        """Reads history through the cost reader; stores forecasts of the scheduler."""
        self._cost = cost
        self._engines = engines

    def ahead(self, scope: Scope, query: CostQuery, through: date) -> Forecast:
        """The days after `through`, the last day with data, for 45 days at most."""
        series = series_of(query)

        def found(_version: int) -> Forecast:
            stored = self._stored(scope, series, through)
            return stored or self._baseline(scope, series, through)

        return self._cost.cached(scope, "forecast", (to_url(series), through), found)

    def history(self, scope: Scope, query: CostQuery, through: date) -> list[tuple[date, Decimal]]:
        """The series' daily cost up to `through`, days without cost as zero."""
        period = Period.between(through - timedelta(days=HISTORY), through)
        asked = replace(series_of(query), period=period, grain=Grain.DAY)
        rows = self._cost.answer(scope, asked, through).rows
        return filled({row["day"]: row[query.measure] for row in rows}, through)

    def refresh(self, scope: Scope, query: CostQuery, through: date, fit: Fit, model: str) -> int:
        """Fit the series and store its forecast; returns how many days were stored."""
        points = fit(self.history(scope, query, through), AHEAD)
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
            connection.execute(delete(table).where(table.c.made_at < made_at - KEPT))
        return len(rows)

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


def series_of(query: CostQuery) -> CostQuery:
    """The series a query belongs to: its measure, filters and currency, whatever its period."""
    plain = CostQuery()
    return replace(
        query, group_by=(), period=plain.period, grain=Grain.NONE, compare=Compare.NONE, limit=None,
        order=plain.order, as_of=None,
    )  # fmt: skip


def filled(values: dict[str, Decimal], through: date) -> list[tuple[date, Decimal]]:
    """Every day from the first with a value up to `through`; zero where there is none."""
    if not values:
        return []
    first = date.fromisoformat(min(values))
    days = [first + timedelta(n) for n in range((through - first).days + 1)]
    return [(day, values.get(day.isoformat(), Decimal(0))) for day in days]
