"""Rows from DuckDB straight into a Postgres table: one writes a pipe, the other reads it."""

from __future__ import annotations

import os
from threading import Thread

import duckdb
from psycopg import Connection

CHUNK = 1 << 20


def copy_rows(
    stage: duckdb.DuckDBPyConnection, query: str, into: Connection, table: str, columns: str
) -> None:
    """COPY what the DuckDB query gives into the columns of the table."""
    read_end, write_end = os.pipe()
    writer = _Writer(stage, query, write_end)
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, DELIMITER E'\\t')"
    writer.start()
    try:
        with (
            open(read_end, "rb", buffering=0) as pipe,  # noqa: PTH123 - a descriptor, not a path
            into.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            while chunk := pipe.read(CHUNK):
                copy.write(chunk)
            writer.join()
            if writer.error is not None:
                raise writer.error
    finally:
        writer.join()  # the closed pipe has ended it, whatever went wrong here


class _Writer(Thread):
    """Writes a query's rows to the pipe as tab separated CSV; an empty value is NULL."""

    def __init__(self, stage: duckdb.DuckDBPyConnection, query: str, pipe: int) -> None:
        super().__init__(daemon=True)
        self._cursor = stage.cursor()
        self._query = query
        self._pipe = pipe
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._cursor.execute(
                f"COPY ({self._query}) TO '/dev/fd/{self._pipe}' "
                "(FORMAT csv, DELIMITER '\t', HEADER false, USE_TMP_FILE false)"
            )
        except duckdb.Error as error:
            self.error = error
        finally:
            os.close(self._pipe)  # so that the reader comes to the end
            self._cursor.close()
