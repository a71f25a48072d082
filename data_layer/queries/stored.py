"""What is asked about the data beside its cost: versions, currencies, values, loads, freshness."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from data_layer.locks import LOAD
from data_layer.models import cost_key, load, service_key, slice_, source
from data_layer.queries.cost import Statement
from data_layer.queries.keys import tag_of
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import Level, find_dimension

_LOADING = (
    "SELECT 1 AS found FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
    "AND classid = %(lock)s AND objid = %(tenant_id)s "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_VERSIONS = "SELECT version, cuts_version FROM finops.data_version WHERE tenant_id = %(tenant_id)s"


def versions_of(tenant_id: int) -> Statement:
    """The version of the tenant's data, and that of its cuts."""
    return Statement(_VERSIONS, {"tenant_id": tenant_id})


def loading_of(tenant_id: int) -> Statement:
    """A row where a load of the tenant runs at this moment: whoever loads holds its lock."""
    return Statement(_LOADING, {"lock": LOAD, "tenant_id": tenant_id})


def currencies_of(tenant_id: int) -> Select[tuple[str]]:
    """The currencies the tenant's charges are billed in, in order."""
    column = service_key.c.billing_currency
    return select(column).distinct().where(service_key.c.tenant_id == tenant_id).order_by(column)


def values_of(name: str, tenant_id: int, limit: int) -> Select[tuple[str]]:
    """The values a dimension of the cost or service keys has, in order; `QueryError` for others."""
    dimension = find_dimension(name)
    if dimension.level not in {Level.SERVICE, Level.COST}:
        raise QueryError("dimension", name, "has too many values to list")
    key = dimension.tag_key
    column: ColumnElement[Any] = cost_key.c[dimension.column] if key is None else tag_of(key)
    rows = select(column).distinct().where(cost_key.c.tenant_id == tenant_id, column.isnot(None))
    return rows.order_by(column).limit(limit)


def tag_keys_of(tenant_id: int, limit: int) -> Select[tuple[str]]:
    """The keys of the tenant's tags, in order."""
    keys = (
        select(func.jsonb_object_keys(cost_key.c.tags).label("key"))
        .where(cost_key.c.tenant_id == tenant_id, func.jsonb_typeof(cost_key.c.tags) == "object")
        .distinct()
        .subquery("keys")
    )
    return select(keys.c.key).where(keys.c.key != "").order_by(keys.c.key).limit(limit)


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
        .join(
            slice_, (slice_.c.source_id == source.c.source_id) & (slice_.c.tenant_id == tenant_id)
        )
        .where(source.c.tenant_id == tenant_id)
        .group_by(source.c.name, source.c.provider_name)
        .order_by(source.c.name)
    )
