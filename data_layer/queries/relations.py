"""`rollup_for`: the smallest tables that can answer a query exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Table, and_, bindparam, literal_column, or_, select

from data_layer.models import (
    charge,
    daily_cost,
    daily_cost_history,
    daily_service_cost,
    monthly_cost,
    monthly_resource_cost,
    slice_,
)
from data_layer.models.cuts import (
    CUTS,
    RESOURCES,
    Cut,
    daily_cut_cost,
    monthly_cut_cost,
    monthly_cut_resource_cost,
)
from finops_dash.domain.cost_query import CostQuery, Filter, Grain
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import DateRange, Period, next_month
from finops_dash.domain.registry import LENGTH, Dimension, Level, find_dimension, find_measure

LONG = 62
_ANY_DAY = date(2000, 1, 1)  # absolute periods resolve alike from any day
_FINE_GRAINS = (Grain.HOUR, Grain.DAY, Grain.WEEK)
MOST_HOURLY_DAYS = 31


@dataclass(frozen=True, slots=True)
class Part:
    """A table of facts and which of its days count, in which cut, and as known when."""

    table: Table
    spans: tuple[DateRange, ...]
    known: ColumnElement[bool] | None = None
    cut: Cut | None = None

    @property
    def day(self) -> ColumnElement[object]:
        """The charge day of a fact, or the first day of its month."""
        return day_of(self.table)

    def condition(self, number: int) -> ColumnElement[bool]:
        """Which rows count; the days are parameters `from_<number>_<n>` and `to_<number>_<n>`."""
        days = or_(
            *(
                and_(
                    self.day >= bindparam(f"from_{number}_{n}", span.start, Date),
                    self.day < bindparam(f"to_{number}_{n}", span.end, Date),
                )
                for n, span in enumerate(self.spans)
            )
        )
        only = [] if self.known is None else [self.known]
        if self.cut is not None and "cut" in self.table.c:
            only.append(self.of_cut(self.table))
        return and_(days, *only)

    def of_cut(self, table: Table) -> ColumnElement[bool]:
        """Which rows of a table of several cuts belong to this one."""
        name = self.cut.name if self.cut else ""
        return table.c.cut == literal_column(f"'{name}'")


@dataclass(frozen=True, slots=True)
class Relation:
    """Facts of one level, from one table or several whose rows do not overlap.

    With a `version`, cuts of any other version of the data give no row.
    """

    level: Level
    parts: tuple[Part, ...]
    version: int | None = None

    @property
    def name(self) -> str:
        """The tables, in words."""
        return " and ".join(part.table.name for part in self.parts)

    @property
    def is_raw(self) -> bool:
        """Whether the facts are single charges, many of one key on a day."""
        return any(part.table is charge for part in self.parts)

    @property
    def is_cut(self) -> bool:
        """Whether a part is a cut, which is brought up behind the loads."""
        return any(part.cut for part in self.parts)


def day_of(table: Table) -> ColumnElement[object]:
    """The time column of a table of facts."""
    return table.c.charge_month if "charge_month" in table.c else table.c.charge_day


def dimensions_of(query: CostQuery) -> tuple[Dimension, ...]:
    """Every dimension the query names, to group or to filter by."""
    names = (*query.group_by, *(item.dimension for item in query.filters))
    return tuple(find_dimension(name) for name in names)


def rollup_for(query: CostQuery, days: DateRange, *, cuts: bool = False) -> Relation:
    """The smallest relation that answers the query exactly for those days.

    `cuts` says that the cuts are of the same version as the other tables.
    """
    level = _level(query)
    if query.as_of is not None:
        return _as_it_stood(query, level, days)
    if query.grain is Grain.HOUR or _asks_for_lengths(query):
        return _by_the_hour(query, level, days)
    if level is Level.SERVICE:
        return Relation(level, (Part(daily_service_cost, (days,)),))
    monthly, fine = _tables(query, level, cuts=cuts)
    if not _needs_days(query) and (days.is_whole_months() or days.days > LONG):
        return Relation(level, _months_and_edges(monthly, fine, days))
    return Relation(level, (replace(fine, spans=(days,)),))


def _tables(query: CostQuery, level: Level, *, cuts: bool) -> tuple[Part, Part]:
    """The tables of months and of days that have the query's dimensions."""
    if level is Level.CHARGE:
        cut = _cut(query, (RESOURCES,)) if cuts else None
        months = monthly_cut_resource_cost if cut else monthly_resource_cost
        return Part(months, (), cut=cut), Part(charge, ())
    cut = _cut(query, CUTS) if cuts else None
    if cut is None:
        return Part(monthly_cost, ()), Part(daily_cost, ())
    return Part(monthly_cut_cost, (), cut=cut), Part(daily_cut_cost, (), cut=cut)


def _cut(query: CostQuery, cuts: tuple[Cut, ...]) -> Cut | None:
    """The smallest cut that tells apart all that the query does; none has quantities."""
    if find_measure(query.measure).kind == "quantity":
        return None
    asked = [found for found in dimensions_of(query) if found.level is not Level.TIME]
    return next((cut for cut in cuts if all(_has(cut, found) for found in asked)), None)


def _has(cut: Cut, dimension: Dimension) -> bool:
    if dimension.level is Level.SERVICE and cut.by_service:
        return True
    return dimension.tag_key is None and dimension.column in cut.columns


def _level(query: CostQuery) -> Level:
    levels = [dimension.level for dimension in dimensions_of(query)]
    if find_measure(query.measure).kind == "quantity":
        levels.append(Level.COST)
    return max([Level.SERVICE, *levels], key=lambda level: level.value)


def named_spans(item: Filter) -> tuple[DateRange, ...]:
    """The days or months that a filter of a time dimension names; other values name none."""
    spans = []
    for value in item.values:
        try:
            period = Period.parse(value)
        except QueryError:
            continue
        if not period.is_relative:
            spans.append(period.resolve(_ANY_DAY))
    return tuple(spans)


def _needs_days(query: CostQuery) -> bool:
    """Whether a month's sum would be too coarse: for its grain, groups or filters."""
    if query.grain in _FINE_GRAINS or any(d.name == "day" for d in dimensions_of(query)):
        return True
    by_month = [item for item in query.filters if item.dimension == "month"]
    return any(not span.is_whole_months() for item in by_month for span in named_spans(item))


def _months_and_edges(monthly: Part, fine: Part, days: DateRange) -> tuple[Part, ...]:
    """Whole months from the monthly rollup, the days before and after from the finer table."""
    first = days.start if days.start.day == 1 else next_month(days.start)
    last = max(first, days.end.replace(day=1))
    edges = [
        DateRange(days.start, min(first, days.end)),
        DateRange(max(last, days.start), days.end),
    ]
    kept = tuple(edge for edge in edges if edge.days > 0)
    whole = replace(monthly, spans=(DateRange(first, last),))
    return (whole, replace(fine, spans=kept)) if kept else (whole,)


def _asks_for_lengths(query: CostQuery) -> bool:
    return any(item.dimension == LENGTH.name for item in query.filters)


def _by_the_hour(query: CostQuery, level: Level, days: DateRange) -> Relation:
    """The charges themselves: no rollup knows their hours, nor how long they are."""
    if days.days > MOST_HOURLY_DAYS:
        reason = f"is shown for up to {MOST_HOURLY_DAYS} days: choose a shorter period"
        asked = ("grain", query.grain) if query.grain is Grain.HOUR else ("filter", LENGTH.name)
        raise QueryError(*asked, reason)
    return Relation(max(level, Level.COST, key=lambda one: one.value), (Part(charge, (days,)),))


def _as_it_stood(query: CostQuery, level: Level, days: DateRange) -> Relation:
    """Daily cost as it was known then: what is still current, and what was replaced since."""
    as_of: datetime | None = query.as_of
    if level is Level.CHARGE or query.grain is Grain.HOUR or _asks_for_lengths(query):
        raise QueryError(
            "as_of", as_of, "resources, SKUs and hours are kept as they stand now only"
        )
    known = select(slice_.c.slice_id).where(slice_.c.loaded_at <= as_of)
    gone = daily_cost_history
    replaced = and_(gone.c.valid_from <= as_of, gone.c.valid_until > as_of)
    still = daily_cost.c.slice_id.in_(known)
    parts = (Part(daily_cost, (days,), still), Part(daily_cost_history, (days,), replaced))
    return Relation(Level.COST, parts)
