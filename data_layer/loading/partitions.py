"""The monthly partitions of `charge`, made when the first row of a month arrives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from psycopg import Connection

from data_layer.locks import PARTITIONS
from finops_dash.domain.period import next_month

COLUMNS = "INCLUDING DEFAULTS INCLUDING STORAGE"


@contextmanager
def partition(connection: Connection, month: date) -> Iterator[tuple[str, bool]]:
    """The table to COPY the month's rows into, and whether it holds no other rows.

    A new month is a table of its own until its rows are in: only then it gets its primary key
    and becomes a partition, which is faster than keeping an index as rows come, and locks
    nobody who reads other months. Loads that make partitions take turns: attaching one locks
    the parent until the commit, so two of them, each with several new months, would deadlock.
    """
    name = f"finops.charge_{month:%Y_%m}"
    if _exists(connection, name):
        yield name, False
        return
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (PARTITIONS,))
    if _exists(connection, name):
        yield name, False
        return
    first, after = month.isoformat(), next_month(month).isoformat()
    # Checked as the rows come, the days need not be looked at again when the table is attached.
    connection.execute(
        f"CREATE TABLE {name} (LIKE finops.charge {COLUMNS}, CONSTRAINT month_only "
        f"CHECK (charge_day >= '{first}' AND charge_day < '{after}'))"
    )
    yield name, True
    key = "tenant_id, charge_day, charge_key, slice_id, row_no"
    connection.execute(f"ALTER TABLE {name} ADD PRIMARY KEY ({key})")
    connection.execute(
        f"ALTER TABLE finops.charge ATTACH PARTITION {name} "
        f"FOR VALUES FROM ('{first}') TO ('{after}')"
    )
    connection.execute(f"ALTER TABLE {name} DROP CONSTRAINT month_only")


def _exists(connection: Connection, name: str) -> bool:
    # Read from the catalogue: to_regclass may answer from a cache older than the lock just got.
    query = (
        "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'finops'::regnamespace "
        "AND relname = %s)"
    )
    row = connection.execute(query, (name.removeprefix("finops."),)).fetchone()
    return bool(row and row[0])
