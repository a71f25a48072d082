"""What the planner knows of tables that a load changed: as the server would learn a minute later.

Without it, the first questions after a first load are planned for tables with hardly a row, and
some of them sum all facts again for each key.
"""

from __future__ import annotations

import psycopg
import structlog
from psycopg import Connection, sql

# As autovacuum's own rule, whose defaults these are.
_CHANGED = """
SELECT c.relname FROM pg_class c JOIN pg_stat_all_tables s ON s.relid = c.oid
WHERE c.relnamespace = 'finops'::regnamespace AND c.relkind = 'r'
AND pg_get_userbyid(c.relowner) = current_user AND s.n_mod_since_analyze > 0
AND s.n_mod_since_analyze > 0.1 * greatest(c.reltuples, 0)
"""
PATIENCE = "2s"  # for another load that does the same

log = structlog.get_logger()


def count_changes(connection: Connection) -> None:
    """Let the server know by the end of the transaction how many rows it changed."""
    connection.execute("SELECT pg_stat_force_next_flush()")


def refresh(connection: Connection) -> None:
    """Look at the loader's tables of which more than a tenth changed; the load is committed."""
    try:
        connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        tables = [name for (name,) in connection.execute(_CHANGED).fetchall()]
        for name in tables:
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier("finops", name)))
        connection.commit()
    except psycopg.Error as error:  # the load stands; the server itself will look, later
        connection.rollback()
        log.warning("statistics_not_refreshed", reason=str(error))
