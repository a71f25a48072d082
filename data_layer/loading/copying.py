"""Rows from DuckDB straight into a Postgres table, prepared beside it while it takes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from threading import Event, Thread
from typing import Protocol

import duckdb
import pyarrow as pa
from psycopg import Connection

from data_layer.loading.encoding import HEADER, TRAILER, encoded

CHUNK = 1 << 20
PIECE = 1 << 18  # larger ones go more slowly through the socket
ROWS = 32_768  # encoded at once
AHEAD = 8
Encode = Callable[[pa.RecordBatch], Iterator[memoryview]]


class CopyNext(Protocol):
    """COPYs the rows of the next query into the columns of a table."""

    def __call__(self, into: Connection, table: str, columns: str) -> None:
        """Returns when the table has them all."""


@contextmanager
def encoded_rows(
    stage: duckdb.DuckDBPyConnection,
    queries: Sequence[str],
    encode: Encode = encoded,
    rows: int = ROWS,
) -> Iterator[CopyNext]:
    """What COPYs the rows of the queries, one after the other; a thread encodes them ahead.

    The columns of the queries must be as `encode` wants them, which gets so many rows at once.
    """
    encoder = _Encoder(stage, queries, encode, rows)
    encoder.start()
    try:
        yield encoder.copy_next
    finally:
        encoder.stop()


class _Encoder(Thread):
    """Puts the pieces of each query into a queue, and None after each query."""

    def __init__(
        self, stage: duckdb.DuckDBPyConnection, queries: Sequence[str], encode: Encode, rows: int
    ) -> None:
        super().__init__(daemon=True)
        self._cursor = stage.cursor()
        self._queries = queries
        self._encode = encode
        self._rows = rows
        self._pieces: Queue[memoryview | Exception | None] = Queue(AHEAD)
        self._stopped = Event()

    def run(self) -> None:
        try:
            for query in self._queries:
                for batch in self._cursor.sql(query).to_arrow_reader(self._rows):
                    for piece in self._encode(batch):
                        self._pieces.put(piece)
                        if self._stopped.is_set():
                            return
                self._pieces.put(None)
        except Exception as error:  # noqa: BLE001 - raised where the rows are wanted
            self._pieces.put(error)
        finally:
            self._cursor.close()

    def copy_next(self, into: Connection, table: str, columns: str) -> None:
        """COPY what the next query gives."""
        with (
            into.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)") as copy,
        ):
            copy.write(HEADER)
            while (piece := self._pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                for begin in range(0, len(piece), PIECE):
                    copy.write(piece[begin : begin + PIECE])
            copy.write(TRAILER)

    def stop(self) -> None:
        """End the thread, whatever it waits for."""
        self._stopped.set()
        while self.is_alive():
            with suppress(Empty):
                self._pieces.get_nowait()
            self.join(0.01)


def copy_rows(
    stage: duckdb.DuckDBPyConnection, query: str, into: Connection, table: str, columns: str
) -> None:
    """COPY what the DuckDB query gives into the columns of the table, as text."""
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
