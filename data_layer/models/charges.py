"""FOCUS rows, stored narrow: three levels of repeated text, and the facts that point at them.

`charge_key` → `cost_key` → `service_key`, each the distinct sets of a narrower list of columns.
Key ids are the signed 64-bit head of an MD5 over the content; `digest` is the whole of it, so a
collision is seen and never merged. No foreign keys between these tables: the load proves them,
and a check per fact row would halve its speed.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from data_layer.models.base import instant, key, metadata, numeric, tenant_column, text

SERVICE_COLUMNS = (
    "provider_name",
    "service_category",
    "service_name",
    "charge_category",
    "charge_class",
    "commitment_discount_status",
    "billing_currency",
)
COST_COLUMNS = (
    "publisher_name",
    "invoice_issuer_name",
    "billing_account_id",
    "billing_account_name",
    "billing_account_type",
    "sub_account_id",
    "sub_account_name",
    "sub_account_type",
    "service_subcategory",
    "region_id",
    "region_name",
    "availability_zone",
    "charge_frequency",
    "pricing_category",
    "pricing_currency",
    "pricing_unit",
    "consumed_unit",
    "commitment_discount_id",
    "commitment_discount_name",
    "commitment_discount_category",
    "commitment_discount_type",
    "commitment_discount_unit",
    "capacity_reservation_status",
)
OWNER_COLUMNS = ("cost_center", "team", "project", "environment")
CHARGE_COLUMNS = (
    "resource_id",
    "resource_name",
    "resource_type",
    "sku_id",
    "sku_meter",
    "sku_price_id",
    "invoice_id",
    "charge_description",
    "capacity_reservation_id",
)
COSTS = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")
QUANTITIES = ("pricing_quantity", "consumed_quantity")
ROW_NUMBERS = (
    "commitment_discount_quantity",
    "list_unit_price",
    "contracted_unit_price",
    "pricing_currency_list_unit_price",
    "pricing_currency_contracted_unit_price",
    "pricing_currency_effective_cost",
)


service_key = Table(
    "service_key",
    metadata,
    tenant_column(),
    key("service_key"),
    Column("digest", Uuid, nullable=False),
    *(text(name) for name in SERVICE_COLUMNS),
)

cost_key = Table(
    "cost_key",
    metadata,
    tenant_column(),
    key("cost_key"),
    Column("digest", Uuid, nullable=False),
    key("service_key", primary=False),
    *(text(name) for name in (*SERVICE_COLUMNS, *COST_COLUMNS)),
    Column("tags", JSONB),
    *(text(name) for name in OWNER_COLUMNS),
)

charge_key = Table(
    "charge_key",
    metadata,
    tenant_column(),
    key("charge_key"),
    Column("digest", Uuid, nullable=False),
    key("cost_key", primary=False),
    *(text(name) for name in CHARGE_COLUMNS),
    Column("sku_price_details", JSONB),
    Column("extras", JSONB),  # columns unknown to FOCUS 1.2 that hold text
)

charge = Table(
    "charge",
    metadata,
    tenant_column(),
    Column("charge_day", Date, primary_key=True),
    key("charge_key"),
    key("slice_id"),
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    key("cost_key", primary=False),
    instant("charge_period_start"),
    instant("charge_period_end"),
    numeric("billed_cost", required=True),
    numeric("effective_cost", required=True),
    numeric("list_cost"),
    numeric("contracted_cost"),
    *(numeric(name) for name in (*QUANTITIES, *ROW_NUMBERS)),
    Column("extras", JSONB),  # columns unknown to FOCUS 1.2 that hold numbers
    postgresql_partition_by="RANGE (charge_day)",
)
