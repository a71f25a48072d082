"""Rows from DuckDB straight into a Postgres table: one writes a pipe, the other reads it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import duckdb
from psycopg import Connection

CHUNK = 1 << 20


def copy_rows(
    stage: duckdb.DuckDBPyConnection, query: str, into: Connection, table: str, columns: str
) -> int:
    """COPY what the DuckDB query gives into the columns of the table; returns how many rows."""
    with _pipe() as path:
        writer = _Writer(stage, query, path)
        writer.start()
        statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, DELIMITER E'\\t')"
        with into.cursor() as cursor:
            with path.open("rb", buffering=0) as pipe, cursor.copy(statement) as copy:
                while chunk := pipe.read(CHUNK):
                    copy.write(chunk)
                writer.join()
                if writer.error is not None:
                    raise writer.error
            return cursor.rowcount


class _Writer(Thread):
    """Writes a query's rows to the pipe as tab separated CSV; an empty value is NULL."""

    def __init__(self, stage: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
        super().__init__(daemon=True)
        self._cursor = stage.cursor()
        self._query = query
        self._path = path
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._cursor.execute(
                f"COPY ({self._query}) TO '{self._path}' "
                "(FORMAT csv, DELIMITER '\t', HEADER false, USE_TMP_FILE false)"
            )
        except duckdb.Error as error:
            self.error = error
            self._release_reader()
        finally:
            self._cursor.close()

    def _release_reader(self) -> None:
        """Open and close the pipe, so that a reader still waiting for a writer goes on."""
        try:
            os.close(os.open(self._path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return  # nobody waits


@contextmanager
def _pipe() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="finops-pipe-") as folder:
        path = Path(folder) / "rows"
        os.mkfifo(path, 0o600)
        yield path
