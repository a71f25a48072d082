"""Runs the migrations on the connection that `upgrade` hands over."""

from __future__ import annotations

from alembic import context

from data_layer.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema="finops",
)
with context.begin_transaction():
    context.run_migrations()
