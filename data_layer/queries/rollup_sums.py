"""What the rollups must agree on: rows and costs per day (or month) and currency."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Table, cast, func, select, true, union

from data_layer.models import cost_key, daily_cost_history, service_key, slice_
from data_layer.models.charges import COSTS
from data_layer.models.cuts import Cut
from data_layer.queries.relations import day_of
from finops_dash.domain.period import DateRange

NUMBERS = ("row_count", *COSTS)


def sums_of(table: Table, days: DateRange, tenant_id: int, cut: Cut | None = None) -> Select[Any]:
    """Per time and currency of the days: how many rows the table stands for, and their costs."""
    keys = service_key if "service_key" in table.c else cost_key
    day, key = day_of(table), table.c[keys.name]
    facts = (
        select(day.label("time"), key.label("key"), *_numbers(table))
        .where(table.c.tenant_id == tenant_id, day >= days.start, day < days.end)
        .where(true() if cut is None else table.c.cut == cut.name)
        .group_by(day, key)
        .subquery("facts")
    )
    added = [func.sum(facts.c[name]).label(name) for name in NUMBERS]
    return (
        select(facts.c.time, keys.c.billing_currency, *added)
        .join(keys, (keys.c[keys.name] == facts.c.key) & (keys.c.tenant_id == tenant_id))
        .group_by(facts.c.time, keys.c.billing_currency)
    )


def months_touched(since: datetime | None, tenant_id: int) -> Select[Any]:
    """The months with a day that a load brought, replaced or emptied since; None: every month."""
    brought = select(_month(slice_.c.charge_day)).where(slice_.c.tenant_id == tenant_id)
    gone = daily_cost_history
    replaced = select(_month(gone.c.charge_day)).where(gone.c.tenant_id == tenant_id)
    if since is not None:
        brought = brought.where(slice_.c.loaded_at >= since)
        replaced = replaced.where(gone.c.valid_until >= since)
    months = union(brought, replaced).subquery("months")
    return select(months.c.month).order_by(months.c.month)


def _month(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.date_trunc("month", day), Date).label("month")


def _numbers(table: Table) -> list[ColumnElement[Any]]:
    counted = func.sum(table.c.row_count) if "row_count" in table.c else func.count()
    costs = (func.coalesce(func.sum(table.c[name]), 0).label(name) for name in COSTS)
    return [counted.label("row_count"), *costs]
