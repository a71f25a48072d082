"""What `doctor` looks at: server, roles, schema, row security, disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import text

from data_layer.engine import Engines
from data_layer.migrations import current_revision, head_revision
from data_layer.models import GLOBAL
from data_layer.roles import missing_roles

OLDEST, NEWEST = 15, 18
LITTLE_SPACE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    state: Literal["ok", "warn", "fail"]
    what: str


def findings(engines: Engines, data_dir: Path) -> list[Finding]:
    """Everything looked at, in the order a person would mend it."""
    return [
        _version(engines),
        _roles(engines),
        _revision(engines),
        _row_security(engines),
        _space(data_dir),
    ]


def _version(engines: Engines) -> Finding:
    with engines.owner.connect() as connection:
        major = int(connection.scalar(text("SHOW server_version_num"))) // 10000
    if OLDEST <= major <= NEWEST:
        return Finding("ok", f"PostgreSQL {major} answers.")
    return Finding("fail", f"PostgreSQL {major}: use {OLDEST} to {NEWEST}.")


def _roles(engines: Engines) -> Finding:
    with engines.owner.connect() as connection:
        missing = missing_roles(connection)
        powerful = connection.scalars(
            text(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'finops%' "
                "AND (rolsuper OR rolbypassrls)"
            )
        ).all()
    if missing or powerful:
        problem = f"missing {missing}, may bypass row security {tuple(powerful)}"
        return Finding("fail", f"The roles are wrong: {problem}.")
    return Finding("ok", "The three roles are there, and none may bypass row security.")


def _revision(engines: Engines) -> Finding:
    current, head = current_revision(engines.owner), head_revision()
    if current == head:
        return Finding("ok", f"The schema is at revision {head}.")
    return Finding("fail", f"The schema is at {current}, not {head}: run finops-dash db upgrade.")


def _row_security(engines: Engines) -> Finding:
    query = (
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = 'finops'::regnamespace AND a.attname = 'tenant_id' "
        "AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity "
        "AND c.relname <> ALL(:shared)"
    )
    with engines.owner.connect() as connection:
        bare = connection.scalars(text(query), {"shared": list(GLOBAL)}).all()
    if bare:
        return Finding("fail", f"No row security on {', '.join(bare)}.")
    return Finding("ok", "Every table of tenants is under row security.")


def _space(data_dir: Path) -> Finding:
    free = shutil.disk_usage(data_dir if data_dir.exists() else Path.cwd()).free
    state: Literal["ok", "warn"] = "ok" if free > LITTLE_SPACE else "warn"
    return Finding(state, f"{free // 1024**3} GiB are free in the data directory.")
