"""Cost once more, cut by what pages filter and group by most; brought up behind the loads."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SUMS = """
        row_count BIGINT NOT NULL,
        unpriced_count BIGINT NOT NULL,
        billed_cost NUMERIC NOT NULL,
        effective_cost NUMERIC NOT NULL,
        list_cost NUMERIC NOT NULL,
        contracted_cost NUMERIC NOT NULL,
"""
TABLES = {
    "cut_key": """
        tenant_id INTEGER NOT NULL,
        cut TEXT NOT NULL,
        cost_key BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, cut, cost_key)
    """,
    "daily_cut_cost": f"""
        tenant_id INTEGER NOT NULL,
        cut TEXT NOT NULL,
        cost_key BIGINT NOT NULL,
        charge_day DATE NOT NULL,
        {SUMS}
        PRIMARY KEY (tenant_id, cut, cost_key, charge_day)
    """,
    "monthly_cut_cost": f"""
        tenant_id INTEGER NOT NULL,
        cut TEXT NOT NULL,
        cost_key BIGINT NOT NULL,
        charge_month DATE NOT NULL,
        {SUMS}
        PRIMARY KEY (tenant_id, cut, cost_key, charge_month)
    """,
    "monthly_cut_resource_cost": f"""
        tenant_id INTEGER NOT NULL,
        charge_month DATE NOT NULL,
        charge_key BIGINT NOT NULL,
        cost_key BIGINT NOT NULL,
        {SUMS}
        PRIMARY KEY (tenant_id, charge_month, charge_key)
    """,
    "cut_day": """
        tenant_id INTEGER NOT NULL,
        charge_day DATE NOT NULL,
        slices TEXT NOT NULL,
        PRIMARY KEY (tenant_id, charge_day)
    """,
}
TENANT = "nullif(current_setting('app.tenant_id', true), '')::integer"


def upgrade() -> None:
    """Make the tables, owned by the loader as the other rollups are."""
    op.execute("SET ROLE finops_loader")
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE finops.{table} ({columns})")
        op.execute(f"ALTER TABLE finops.{table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant_isolation ON finops.{table} "
            f"USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
        )
        op.execute(f"GRANT SELECT ON finops.{table} TO finops_app, finops_owner")
    op.execute("ALTER TABLE finops.data_version ADD COLUMN cuts_version BIGINT NOT NULL DEFAULT 0")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Drop them."""
    op.execute("SET ROLE finops_loader")
    for table in TABLES:
        op.execute(f"DROP TABLE finops.{table}")
    op.execute("ALTER TABLE finops.data_version DROP COLUMN cuts_version")
    op.execute("RESET ROLE")
