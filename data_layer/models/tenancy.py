"""Tenants and their people."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

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
    text("status", required=True),
    text("issuer"),
    text("subject"),
    UniqueConstraint("tenant_id", "email"),
    UniqueConstraint("tenant_id", "issuer", "subject"),
)

member_directory = Table(
    "member_directory",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("tenant_id", Integer, primary_key=True, autoincrement=False),
    info={"global": "how somebody who signs in finds their tenants before any is set"},
)

invitation_directory = Table(
    "invitation_directory",
    metadata,
    Column("email", Text, primary_key=True),
    Column("tenant_id", Integer, primary_key=True, autoincrement=False),
    info={"global": "how somebody who is invited finds the tenant when they first sign in"},
)

web_session = Table(
    "web_session",
    metadata,
    tenant_column(),
    Column("session_id", BigInteger, Identity(), primary_key=True),
    text("digest", required=True),
    Column("user_id", BigInteger, nullable=False),
    text("provider", required=True),
    instant("started_at"),
    instant("seen_at"),
    instant("ends_at"),
    instant("ended_at", required=False),
    text("agent", required=True),
    text("address", required=True),
    UniqueConstraint("tenant_id", "digest"),
    ForeignKeyConstraint(
        ["tenant_id", "user_id"],
        ["finops.app_user.tenant_id", "finops.app_user.user_id"],
        ondelete="CASCADE",
    ),
    Index("web_session_user", "tenant_id", "user_id"),
)
