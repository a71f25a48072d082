"""The one question of cost: sums of measures by dimensions and time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, desc, func, nulls_last, select

from data_layer.models import cost_key, load, service_key, slice_, source
from data_layer.queries.conditions import conditions
from data_layer.queries.relations import COUNTS, Relation
from finops_dash.domain.cost_query import MOST_ROWS, CostQuery, Grain, Order
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import find_dimension, find_measure

UNIT = "unit"


def cost_by(
    query: CostQuery, relation: Relation, also: tuple[str, ...] = (), *, by_unit: bool
) -> Select[Any]:
    """One row per time bucket and group: its values, the sums, and how many rows they hold.

    With `by_unit` the currency (or unit of quantity) is a group of its own and nothing is
    limited, so that the reader of the answer can see whether one sum would mix several.
    """
    groups = group_columns(query, relation)
    unit = relation.key_column(find_measure(query.measure).unit_column).label(UNIT)
    measures = [func.sum(relation.facts.c[name]).label(name) for name in (query.measure, *also)]
    counts = [func.sum(relation.facts.c[name]).label(name) for name in COUNTS]
    grouping: list[ColumnElement[Any]] = [*groups, *([unit] if by_unit else [])]
    statement = select(*grouping, *measures, *counts).select_from(relation.source)
    statement = statement.where(*conditions(query, relation)).group_by(*grouping)
    if find_measure(query.measure).kind == "quantity":
        statement = statement.where(relation.facts.c[query.measure].isnot(None))
    limit = MOST_ROWS if by_unit else query.limit or MOST_ROWS
    return statement.order_by(*_ordering(query, groups, measures[0])).limit(limit)


def group_columns(query: CostQuery, relation: Relation) -> list[ColumnElement[Any]]:
    """The columns grouped by: the time bucket of the grain first, then each dimension."""
    columns: list[ColumnElement[Any]] = []
    if query.grain is not Grain.NONE:
        columns.append(_bucket(query.grain, relation.day).label(query.grain.value))
    for name in query.group_by:
        dimension = find_dimension(name)
        if name in {Grain.DAY.value, Grain.MONTH.value}:
            columns.append(_bucket(Grain(name), relation.day).label(name))
        else:
            columns.append(relation.column(dimension).label(name))
    return columns


def _bucket(grain: Grain, day: ColumnElement[date]) -> ColumnElement[Any]:
    if grain is Grain.DAY:
        return day
    return cast(func.date_trunc(grain.value, day), Date)


def _ordering(
    query: CostQuery, groups: list[ColumnElement[Any]], value: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    names = [nulls_last(column) for column in groups]
    if query.order is Order.NAME:
        return names
    by_value = nulls_last(desc(value) if query.order is Order.DEAREST else value)
    if query.grain is Grain.NONE:
        return [by_value, *names]
    return [names[0], by_value, *names[1:]]


def currencies_of(tenant_id: int) -> Select[tuple[str]]:
    """The currencies the tenant's charges are billed in, in order."""
    column = service_key.c.billing_currency
    return select(column).distinct().where(service_key.c.tenant_id == tenant_id).order_by(column)


def values_of(name: str, tenant_id: int, limit: int) -> Select[tuple[str]]:
    """The values a dimension of the cost or service keys has, in order."""
    dimension = find_dimension(name)
    if dimension.tag_key is not None:
        column: ColumnElement[Any] = cost_key.c.tags.op("->>")(dimension.tag_key)
    else:
        column = cost_key.c[dimension.column]
    rows = select(column).distinct().where(cost_key.c.tenant_id == tenant_id, column.isnot(None))
    return rows.order_by(column).limit(limit)


def loads_of(days: DateRange, tenant_id: int, limit: int) -> Select[Any]:
    """The loads that brought the days as they stand now, newest first, with their source."""
    slices = (
        select(slice_.c.load_id, func.sum(slice_.c.row_count).label("row_count"))
        .where(slice_.c.tenant_id == tenant_id)
        .where(slice_.c.charge_day >= days.start, slice_.c.charge_day < days.end)
        .group_by(slice_.c.load_id)
        .subquery("slices")
    )
    return (
        select(load.c.load_id, source.c.name, load.c.finished_at, slices.c.row_count)
        .join(slices, slices.c.load_id == load.c.load_id)
        .join(source, (source.c.source_id == load.c.source_id) & (source.c.tenant_id == tenant_id))
        .where(load.c.tenant_id == tenant_id)
        .order_by(load.c.finished_at.desc())
        .limit(limit)
    )


def freshness_of(tenant_id: int) -> Select[Any]:
    """Per source: the last day it has, when it was loaded, and how many rows stand."""
    return (
        select(
            source.c.name,
            source.c.provider_name,
            func.min(slice_.c.charge_day).label("first_day"),
            func.max(slice_.c.charge_day).label("last_day"),
            func.max(slice_.c.loaded_at).label("loaded_at"),
            func.sum(slice_.c.row_count).label("row_count"),
        )
        .join(slice_, (slice_.c.source_id == source.c.source_id) & (slice_.c.tenant_id == tenant_id))
        .where(source.c.tenant_id == tenant_id)
        .group_by(source.c.name, source.c.provider_name)
        .order_by(source.c.name)
    )
