"""Tenants and their people."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Integer, Table, Text, UniqueConstraint

from data_layer.models.base import instant, metadata, tenant_column, text

tenant_directory = Table(
    "tenant_directory",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("tenant_id", Integer, Identity(), nullable=False, unique=True),
    info={"global": "how a slug finds its tenant before any tenant is set"},
)

tenant = Table(
    "tenant",
    metadata,
    tenant_column(),
    text("slug", required=True),
    text("name", required=True),
    text("base_currency", required=True),
    text("time_zone", required=True),
    Column("fiscal_year_start", Integer, nullable=False),
    instant("created_at"),
)

app_user = Table(
    "app_user",
    metadata,
    tenant_column(),
    Column("user_id", BigInteger, Identity(), primary_key=True),
    text("email", required=True),
    text("name", required=True),
    text("role", required=True),
    instant("created_at"),
    UniqueConstraint("tenant_id", "email"),
)
