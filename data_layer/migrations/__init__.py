"""Alembic migrations of the cost store, run as `finops_owner`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select

from data_layer.locks import MIGRATE
from finops_dash.domain.errors import FinOpsError


class UnknownRevisionError(FinOpsError):
    """The database was migrated by a later version of the product."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"The database is at revision {revision}, which this version does not know: "
            "use the version that was here before, or a later one."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(owner: Engine) -> None:
    """Bring the schema to the newest revision, in one transaction; nothing to do is cheap.

    Of several processes that start at once, one migrates and the others wait for it.
    Raises `UnknownRevisionError` when a later version of the product has been here.
    """
    current = current_revision(owner)
    if current == head_revision():
        return
    if current is not None and current not in _revisions():
        raise UnknownRevisionError(current)
    config = _config()
    with owner.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATE)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def downgrade(owner: Engine) -> None:
    """Take everything out again that the migrations made."""
    config = _config()
    with owner.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def _revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current_revision(owner: Engine) -> str | None:
    """The revision the database is at; None before the first migration."""
    with owner.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "finops"})
        return context.get_current_revision()


def head_revision() -> str | None:
    """The newest revision the code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()
