"""Bridges between two costs: read from the rollups, split, and named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from data_layer.queries.bridge import lines_of
from data_layer.queries.relations import dimensions_of, rollup_for
from finops_dash.analytics.bridge import Bridge
from finops_dash.analytics.price_levels import down
from finops_dash.analytics.price_volume_mix import Side, between
from finops_dash.domain.bridge_query import BridgeQuery, Way
from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import Compare, CostQuery, can_be_asked_for
from finops_dash.domain.errors import NothingToCompareError, QueryError
from finops_dash.domain.period import EVERYTHING, DateRange, Period
from finops_dash.domain.registry import Level, find_measure
from finops_dash.domain.scope import Scope
from finops_dash.services.bridge_lines import Rows, leveled, lines
from finops_dash.services.cost import CostReader
from finops_dash.services.overview import OverviewService, View

MOST_VALUES_OFFERED = 25
MOST_SKU_DAYS = 92  # a quarter: by SKU, two years would be too much to read at once


@dataclass(frozen=True, slots=True)
class Apart:
    """What tells things apart in a bridge, for its basis: how fine its comparison is."""

    by_sku: bool
    by_place: bool
    table: str

    def sentence(self) -> str:
        """What is compared with what, in words."""
        sku = "SKU, " if self.by_sku else ""
        place = "region, account, " if self.by_place else ""
        words = f"Compared per provider, service, {sku}{place}pricing category and unit"
        if not self.by_sku:
            words += (
                "; SKUs are told apart for whole months only, three at most, so that a shift "
                "between SKUs counts as rate here"
            )
        return f"{words}. Read from {self.table}."


@dataclass(frozen=True, slots=True)
class BridgeAnswer:
    """A bridge with the two questions that it leads from and to, both with absolute days."""

    asked: BridgeQuery
    bridge: Bridge
    start: CostQuery
    end: CostQuery
    days: tuple[DateRange, DateRange]
    currency: str
    apart: Apart
    notices: tuple[str, ...] = ()


class BridgeService:
    """Explains the way from one cost to another; both are what `CostReader` answers."""

    def __init__(self, cost: CostReader, overview: OverviewService) -> None:
        """Reads through the cost reader; the overview knows which days can be compared."""
        self._cost = cost
        self._overview = overview

    def of(self, scope: Scope, asked: BridgeQuery, today: date) -> BridgeAnswer | None:
        """The bridge, whichever step is looked at; None for a tenant without data.

        Raises `QueryError` for a quantity, `NothingToCompareError` where there is no A.
        """
        measure = find_measure(asked.query.measure)
        if measure.kind != "money":
            reason = "is a quantity: choose a cost, such as effective_cost"
            raise QueryError("measure", measure.name, reason)
        question = replace(asked, step=None)
        key = (question.to_url(), today)
        return self._cost.cached(
            scope, "bridge", key, lambda _: self._answer(scope, question, today)
        )

    def dearest(
        self, scope: Scope, query: CostQuery, dimension: str, today: date
    ) -> tuple[str, ...]:
        """The dimension's dearest values in the view of the query, for a bridge between two."""
        view = self._overview.view(scope, query, today)
        if view is None or find_measure(query.measure).kind != "money":
            return ()
        kept = tuple(item for item in view.query.filters if item.dimension != dimension)
        asked = replace(
            view.query,
            filters=kept,
            group_by=(dimension,),
            compare=Compare.NONE,
            limit=MOST_VALUES_OFFERED,
        )
        rows = self._cost.answer(scope, asked, view.today).rows
        names = (row[dimension] for row in rows)
        return tuple(name for name in names if name and can_be_asked_for(name))

    def _answer(self, scope: Scope, asked: BridgeQuery, today: date) -> BridgeAnswer | None:
        view = self._overview.view(scope, asked.query, today)
        if view is None:
            return None
        start, end = _ends(asked, view)
        by_sku, by_place = _by_sku(start, end), asked.way is not Way.FILTERS
        now, table = self._rows(scope, end, by_sku=by_sku)
        days = (_days(start), _days(end))
        if asked.way is Way.MEASURES:
            bridge = down(leveled(now, start.measure, end.measure), start.measure, end.measure)
        else:
            was, other = self._rows(scope, start, by_sku=by_sku)
            table = " and ".join(dict.fromkeys((other, table)))
            a, b = (
                Side(tuple(lines(rows, end.measure, by_place=by_place)), span.days)
                for rows, span in zip((was, now), days, strict=True)
            )
            bridge = between(a, b)
        apart = Apart(by_sku, by_place, table)
        return BridgeAnswer(
            asked, bridge, start, end, days, view.currency, apart, _notices(days, view)
        )

    def _rows(self, scope: Scope, query: CostQuery, *, by_sku: bool) -> tuple[Rows, str]:
        fine = "sku" if by_sku else "pricing_category"
        relation = rollup_for(replace(query, group_by=(fine,)), _days(query))
        rows = self._cost.fetch(scope, lines_of(query, relation, scope.tenant_id))
        return rows, relation.name


def _ends(asked: BridgeQuery, view: View) -> tuple[CostQuery, CostQuery]:
    """What the bridge leads from and to, with absolute days."""
    span = view.days
    period = Period.between(span.start, span.last)
    end = replace(view.query, period=period, compare=Compare.NONE)
    if asked.from_measure is not None:
        return replace(end, measure=asked.from_measure), end
    if asked.from_filters:
        return replace(end, filters=asked.from_filters), end
    if view.asked.compare == Period(EVERYTHING):
        reason = "has no days of its own to lead from: choose a month, or days"
        raise QueryError("compare", EVERYTHING, reason)
    days = comparison_days(replace(view.query, compare=view.asked.compare), view.today)
    if days is None or days.last < view.since:
        raise NothingToCompareError(view.since if days else None)
    return replace(end, period=Period.between(days.start, days.last)), end


def _notices(days: tuple[DateRange, DateRange], view: View) -> tuple[str, ...]:
    """What a reader of A must know: that it has days before the first with data."""
    since = view.since
    if all(span.start >= since for span in days):
        return ()
    return (f"The data begins {since.day} {since:%B %Y}: the days before it count as nothing.",)


def _days(query: CostQuery) -> DateRange:
    return query.period.resolve(date.min)  # absolute, so from any day


def _by_sku(*ends: CostQuery) -> bool:
    """Whether SKUs are told apart: for a few whole months, or where charges are asked for anyway.

    Rollups hold SKUs by month; for other days the charges themselves would have to be summed.
    """
    if any(query.as_of is not None for query in ends):
        return False
    found = [dimension for query in ends for dimension in dimensions_of(query)]
    if any(dimension.level is Level.CHARGE for dimension in found):
        return True
    spans = [_days(query) for query in ends]
    short = all(span.is_whole_months() and span.days <= MOST_SKU_DAYS for span in spans)
    return short and not any(dimension.name == "day" for dimension in found)
