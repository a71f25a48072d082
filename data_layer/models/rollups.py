"""Sums kept ready: by day and by month, over cost keys, service keys and charge keys.

A missing price counts as nothing in `list_cost` and `contracted_cost`; `unpriced_count` says how
many rows had no ListUnitPrice (tax and credits never have one), so that no answer hides it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Table
from sqlalchemy.schema import SchemaItem

from data_layer.models.base import instant, key, metadata, numeric, tenant_column
from data_layer.models.charges import COSTS, QUANTITIES

SUMS = (*COSTS, *QUANTITIES)


def _sums() -> list[SchemaItem]:
    counts = [Column(name, BigInteger, nullable=False) for name in ("row_count", "unpriced_count")]
    return [*counts, *(numeric(n, required=True) for n in COSTS), *(numeric(n) for n in QUANTITIES)]


daily_cost = Table(
    "daily_cost",
    metadata,
    tenant_column(),
    Column("charge_day", Date, primary_key=True),
    key("cost_key"),
    key("slice_id"),
    *_sums(),
)

daily_cost_history = Table(
    "daily_cost_history",
    metadata,
    tenant_column(),
    Column("charge_day", Date, primary_key=True),
    key("cost_key"),
    key("slice_id"),
    Column("valid_until", instant("x").type, primary_key=True),
    instant("valid_from"),
    *_sums(),
)

daily_service_cost = Table(
    "daily_service_cost",
    metadata,
    tenant_column(),
    Column("charge_day", Date, primary_key=True),
    key("service_key"),
    *_sums(),
)

monthly_cost = Table(
    "monthly_cost",
    metadata,
    tenant_column(),
    Column("charge_month", Date, primary_key=True),
    key("cost_key"),
    *_sums(),
)

monthly_resource_cost = Table(
    "monthly_resource_cost",
    metadata,
    tenant_column(),
    Column("charge_month", Date, primary_key=True),
    key("charge_key"),
    Column("cost_key", BigInteger, nullable=False),
    *_sums(),
)
