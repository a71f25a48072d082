"""Runs of jobs: attempts, heartbeats, what a run is about; forecasts by when they were made."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = {
    "message": "TEXT",
    "attempt": "INTEGER NOT NULL DEFAULT 0",
    "subject": "TEXT",
    "details": "JSONB",
    "queued_at": "TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()",
    "beat_at": "TIMESTAMP WITH TIME ZONE",
    "retry_at": "TIMESTAMP WITH TIME ZONE",
}


def upgrade() -> None:
    """Add the columns, and the index that finds the newest forecast."""
    added = ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in COLUMNS.items())
    op.execute(f"ALTER TABLE finops.job_run {added}")
    op.execute("CREATE INDEX forecast_made_at ON finops.forecast (tenant_id, made_at)")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX finops.forecast_made_at")
    dropped = ", ".join(f"DROP COLUMN {name}" for name in COLUMNS)
    op.execute(f"ALTER TABLE finops.job_run {dropped}")
