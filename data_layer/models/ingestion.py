"""Where cost came from: sources, loads, slices, what could not be read, and the data version."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from data_layer.models.base import instant, metadata, tenant_column, text

source = Table(
    "source",
    metadata,
    tenant_column(),
    Column("source_id", BigInteger, Identity(), primary_key=True),
    text("name", required=True),
    text("kind", required=True),
    text("provider_name"),
    text("billing_account_id"),
    instant("created_at"),
    UniqueConstraint("tenant_id", "name"),
)

load = Table(
    "load",
    metadata,
    tenant_column(),
    Column("load_id", BigInteger, Identity(), primary_key=True),
    Column("source_id", BigInteger),
    text("status", required=True),
    instant("started_at"),
    instant("finished_at", required=False),
    Column("row_count", BigInteger, nullable=False),
    Column("rejected_count", BigInteger, nullable=False),
    Column("sums", JSONB),
    Column("files", JSONB),
    text("checksum"),
    text("reason"),
    ForeignKeyConstraint(
        ["tenant_id", "source_id"], ["finops.source.tenant_id", "finops.source.source_id"]
    ),
)

slice_ = Table(
    "slice",
    metadata,
    tenant_column(),
    Column("slice_id", BigInteger, Identity(), primary_key=True),
    Column("source_id", BigInteger, nullable=False),
    instant("billing_period_start"),
    instant("billing_period_end"),
    Column("charge_day", Date, nullable=False),
    text("content_hash", required=True),
    Column("row_count", BigInteger, nullable=False),
    Column("load_id", BigInteger, nullable=False),
    instant("loaded_at"),
    UniqueConstraint(
        "tenant_id", "source_id", "billing_period_start", "billing_period_end", "charge_day"
    ),
    ForeignKeyConstraint(
        ["tenant_id", "source_id"], ["finops.source.tenant_id", "finops.source.source_id"]
    ),
    ForeignKeyConstraint(
        ["tenant_id", "load_id"], ["finops.load.tenant_id", "finops.load.load_id"]
    ),
)

reject = Table(
    "reject",
    metadata,
    tenant_column(),
    Column("load_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reject_no", Integer, primary_key=True, autoincrement=False),
    text("file", required=True),
    Column("line", BigInteger),
    text("column_name"),
    text("reason", required=True),
    text("raw"),
)

data_version = Table(
    "data_version",
    metadata,
    tenant_column(),
    Column("version", BigInteger, nullable=False),
    instant("updated_at"),
    Column("cuts_version", BigInteger, nullable=False, server_default="0"),
)
