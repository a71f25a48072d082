"""What the scheduler leaves behind: runs of jobs, and the forecasts it issued."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, Identity, Table, UniqueConstraint

from data_layer.models.base import instant, metadata, numeric, tenant_column, text

job_run = Table(
    "job_run",
    metadata,
    tenant_column(),
    Column("job_run_id", BigInteger, Identity(), primary_key=True),
    text("job", required=True),
    text("slot", required=True),
    text("state", required=True),
    Column("progress", Float),
    text("reason"),
    text("worker"),
    instant("started_at", required=False),
    instant("finished_at", required=False),
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
)
