"""The three roles of the store, and the schema they work in."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from finops_dash.domain.errors import FinOpsError

OWNER, LOADER, APP = "finops_owner", "finops_loader", "finops_app"
ROLES = (OWNER, LOADER, APP)


class RolesError(FinOpsError):
    """The roles are missing, and the given user may not make them."""

    def __init__(self, user: str, script: str) -> None:
        self.script = script
        lines = "\n".join(f"  {line}" for line in script.splitlines())
        super().__init__(
            f"The database lacks its roles or schema, and {user} may not make them. "
            f"An administrator has to run, in this database:\n{lines}"
        )


def missing_roles(connection: Connection) -> tuple[str, ...]:
    """The roles of the store that the server does not have."""
    rows = connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'finops%'"))
    found = set(rows)
    return tuple(role for role in ROLES if role not in found)


def prepare(connection: Connection) -> None:
    """Make what is missing: roles, and the schema with its owner. Needs an autocommit connection.

    Raises `RolesError` with the statements an administrator has to run when this user may not;
    then nothing is made.
    """
    user = str(connection.scalar(text("SELECT quote_ident(current_user)")))
    statements = [
        *_role_statements(missing_roles(connection)),
        *_memberships(connection, user),
        *_schema_statements(connection),
    ]
    script = ";\n".join(statements)
    try:
        if statements:
            connection.exec_driver_sql(f"BEGIN;\n{script};\nCOMMIT")
    except ProgrammingError as error:
        connection.exec_driver_sql("ROLLBACK")
        raise RolesError(user, f"{script};") from error


def _role_statements(missing: tuple[str, ...]) -> list[str]:
    found = []
    for role in missing:
        # NOINHERIT: the owner of the schema makes the loader's tables, and reads none of them.
        inherit = "NOINHERIT" if role == OWNER else "INHERIT"
        found.append(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB {inherit}")
        found.append(f"ALTER ROLE {role} SET search_path = finops, public")
    if missing:
        found.append(f"GRANT {LOADER} TO {OWNER}")
    return found


def _memberships(connection: Connection, user: str) -> list[str]:
    """What lets this user work as each of the roles, as far as it may not yet."""
    query = text(
        "SELECT count(*) FROM pg_roles WHERE rolname = :role "
        "AND pg_has_role(current_user, oid, 'MEMBER')"
    )
    return [
        f"GRANT {role} TO {user}" for role in ROLES if not connection.scalar(query, {"role": role})
    ]


def _schema_statements(connection: Connection) -> list[str]:
    exists = connection.scalar(text("SELECT to_regnamespace('finops') IS NOT NULL"))
    if exists:
        return []
    return [
        f"CREATE SCHEMA finops AUTHORIZATION {OWNER}",
        f"GRANT USAGE ON SCHEMA finops TO {APP}, {LOADER}",
        f"GRANT CREATE ON SCHEMA finops TO {LOADER}",
    ]
