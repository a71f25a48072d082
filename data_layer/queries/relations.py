"""`rollup_for`: the smallest table that can answer a query, joined to the keys it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Table,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from data_layer.models import (
    charge,
    charge_key,
    cost_key,
    daily_cost,
    daily_cost_history,
    daily_service_cost,
    monthly_cost,
    monthly_resource_cost,
    service_key,
    slice_,
)
from data_layer.models.rollups import SUMS
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import DateRange, next_month
from finops_dash.domain.registry import Dimension, Level, find_dimension, find_measure

COUNTS = ("row_count", "unpriced_count")
LONG = 62
_FINE_GRAINS = (Grain.DAY, Grain.WEEK)


@dataclass(frozen=True, slots=True)
class Relation:
    """Facts over some days, joined to the keys that hold the query's dimensions."""

    name: str
    source: FromClause
    facts: FromClause
    keys: tuple[Table, ...]
    condition: ColumnElement[bool]

    @property
    def day(self) -> ColumnElement[date]:
        """The charge day (or the first of the charge month) of a fact."""
        return self.facts.c.charge_day

    def column(self, dimension: Dimension) -> ColumnElement[Any]:
        """Where the dimension's value stands."""
        if dimension.tag_key is not None:
            return cost_key.c.tags.op("->>")(dimension.tag_key)
        return self.key_column(dimension.column)

    def key_column(self, column: str) -> ColumnElement[Any]:
        """A column of the first key table that has it."""
        return next(key.c[column] for key in self.keys if column in key.c)


def dimensions_of(query: CostQuery) -> tuple[Dimension, ...]:
    """Every dimension the query names, to group or to filter by."""
    names = (*query.group_by, *(item.dimension for item in query.filters))
    return tuple(find_dimension(name) for name in names)


def rollup_for(query: CostQuery, days: DateRange, tenant_id: int) -> Relation:
    """The smallest relation that answers the query exactly for those days."""
    level = _level(query)
    if query.as_of is not None:
        return _as_it_stood(query.as_of, level, days, tenant_id)
    if level is Level.SERVICE:
        return _joined(daily_service_cost, _between(daily_service_cost, days), tenant_id)
    monthly, fine = (
        (monthly_resource_cost, charge) if level is Level.CHARGE else (monthly_cost, daily_cost)
    )
    if not _needs_days(query) and (days.is_whole_months() or days.days > LONG):
        return _months_and_edges(monthly, fine, days, tenant_id)
    return _joined(fine, _between(fine, days), tenant_id)


def _level(query: CostQuery) -> Level:
    levels = [dimension.level for dimension in dimensions_of(query)]
    if find_measure(query.measure).kind == "quantity":
        levels.append(Level.COST)
    return max([Level.SERVICE, *levels], key=lambda level: level.value)


def _needs_days(query: CostQuery) -> bool:
    return query.grain in _FINE_GRAINS or any(d.name == "day" for d in dimensions_of(query))


def _between(facts: Table, days: DateRange) -> ColumnElement[bool]:
    column = facts.c.charge_month if "charge_month" in facts.c else facts.c.charge_day
    return and_(column >= days.start, column < days.end)


def _key_names(facts: Table) -> list[str]:
    return [name for name in ("charge_key", "cost_key", "service_key") if name in facts.c]


def _plain(facts: Table, condition: ColumnElement[bool], tenant_id: int) -> Select[Any]:
    """Facts in one shape, whatever table they come from."""
    day = facts.c.charge_month if "charge_month" in facts.c else facts.c.charge_day
    counts = [_count(facts, name).label(name) for name in COUNTS]
    keys = [facts.c[name] for name in _key_names(facts)]
    columns = [facts.c.tenant_id, day.label("charge_day"), *keys, *counts]
    sums = [facts.c[name] for name in SUMS]
    return select(*columns, *sums).where(facts.c.tenant_id == tenant_id, condition)


def _count(facts: Table, name: str) -> ColumnElement[int]:
    if name in facts.c:
        return facts.c[name]
    if name == "row_count":
        return literal_column("1")
    return func.num_nulls(facts.c.list_unit_price)


def _joined(facts: Table, condition: ColumnElement[bool], tenant_id: int) -> Relation:
    return _relation(facts.name, _plain(facts, condition, tenant_id).subquery("facts"))


def _relation(name: str, facts: Subquery) -> Relation:
    """The facts beside the key tables that explain them, dearest join last."""
    keys: list[Table] = []
    source: FromClause = facts
    for table in (service_key, cost_key, charge_key):
        if table.name in facts.c:
            same = facts.c[table.name] == table.c[table.name]
            source = source.join(table, and_(table.c.tenant_id == facts.c.tenant_id, same))
            keys.append(table)
    return Relation(name, source, facts, tuple(keys), literal(value=True))


def _months_and_edges(
    monthly: Table, fine: Table, days: DateRange, tenant_id: int
) -> Relation:
    """Whole months from the monthly rollup, the days before and after from the finer table."""
    first = days.start if days.start.day == 1 else next_month(days.start)
    last = max(first, days.end.replace(day=1))
    whole, rest = DateRange(first, last), []
    if first > days.start:
        rest.append(DateRange(days.start, min(first, days.end)))
    if last < days.end:
        rest.append(DateRange(max(last, days.start), days.end))
    parts = [_plain(monthly, _between(monthly, whole), tenant_id)]
    if rest:
        edges = or_(*(_between(fine, edge) for edge in rest))
        parts.append(_plain(fine, edges, tenant_id))
    name = monthly.name if not rest else f"{monthly.name} and {fine.name}"
    facts = union_all(*parts) if rest else parts[0]
    return _relation(name, facts.subquery("facts"))


def _as_it_stood(as_of: datetime, level: Level, days: DateRange, tenant_id: int) -> Relation:
    """Daily cost as it was known then: what is still current, and what was replaced since."""
    if level is Level.CHARGE:
        raise QueryError("as_of", as_of, "resources and SKUs are kept as they stand now only")
    brought = and_(slice_.c.tenant_id == tenant_id, slice_.c.loaded_at <= as_of)
    known = daily_cost.c.slice_id.in_(select(slice_.c.slice_id).where(brought))
    current = _plain(daily_cost, and_(_between(daily_cost, days), known), tenant_id)
    then = and_(
        _between(daily_cost_history, days),
        daily_cost_history.c.valid_from <= as_of,
        daily_cost_history.c.valid_until > as_of,
    )
    replaced = _plain(daily_cost_history, then, tenant_id)
    facts = union_all(current, replaced).subquery("facts")
    return _relation("daily_cost and daily_cost_history", facts)


def end_of_day(day: date) -> datetime:
    """The last moment of the day, in UTC."""
    return datetime.combine(day, time.max, UTC)
