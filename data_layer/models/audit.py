"""The audit log: one row per change of a tenant, each tied to the one before by its digest."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table
from sqlalchemy.dialects.postgresql import JSONB

from data_layer.models.base import instant, metadata, tenant_column, text

audit_event = Table(
    "audit_event",
    metadata,
    tenant_column(),
    Column("event_no", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3: no gaps
    instant("at"),
    text("actor", required=True),
    text("actor_name", required=True),
    Column("session_id", BigInteger),
    text("request_id", required=True),
    text("action", required=True),
    text("subject", required=True),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    text("digest", required=True),  # see `finops_dash.domain.audit_chain`
)
