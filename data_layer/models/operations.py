"""What the scheduler leaves behind: runs of jobs, and the forecasts it issued."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Identity,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from data_layer.models.base import instant, metadata, numeric, tenant_column, text

job_run = Table(
    "job_run",
    metadata,
    tenant_column(),
    Column("job_run_id", BigInteger, Identity(), primary_key=True),
    text("job", required=True),
    text("slot", required=True),  # which piece of work: a day, a version, a folder as it stands
    text("state", required=True),  # queued, running, done, failed
    Column("progress", Float),
    text("message"),  # what it is doing; once it is done, what it did
    text("reason"),  # why the last attempt failed
    text("worker"),
    Column("attempt", Integer, nullable=False),
    text("subject"),  # the folder a delivery came from
    Column("details", JSONB),
    instant("queued_at"),
    instant("started_at", required=False),
    instant("beat_at", required=False),  # when the worker last said that it lives
    instant("finished_at", required=False),
    instant("retry_at", required=False),
    UniqueConstraint("tenant_id", "job", "slot"),
)

forecast = Table(
    "forecast",
    metadata,
    tenant_column(),
    Column("series", text("x").type, primary_key=True),
    Column("made_at", instant("x").type, primary_key=True),
    Column("day", Date, primary_key=True),
    text("model", required=True),
    numeric("mean", required=True),
    numeric("low", required=True),
    numeric("high", required=True),
    Index("forecast_made_at", "tenant_id", "made_at"),
)
