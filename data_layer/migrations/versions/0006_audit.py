"""Who changed what: a log of each tenant that the application adds to and never changes."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('app.tenant_id', true), '')::integer"
EVENT = """
    tenant_id INTEGER NOT NULL,
    event_no BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    session_id BIGINT,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before JSONB,
    after JSONB,
    digest TEXT NOT NULL,
    PRIMARY KEY (tenant_id, event_no)
"""


def upgrade() -> None:
    """Make the log; the application may read it and add to it, and nothing else."""
    op.execute(f"CREATE TABLE finops.audit_event ({EVENT})")
    op.execute("ALTER TABLE finops.audit_event ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE finops.audit_event FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant_isolation ON finops.audit_event "
        f"USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    op.execute("GRANT SELECT, INSERT ON finops.audit_event TO finops_app")


def downgrade() -> None:
    """Drop it, with everything in it."""
    op.execute("DROP TABLE finops.audit_event")
