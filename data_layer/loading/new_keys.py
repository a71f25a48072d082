"""The keys of a delivery that the store does not have yet, copied in."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from psycopg import Connection

from data_layer.loading.contents import KeyCollisionError
from data_layer.loading.copying import copy_rows, encoded_rows
from data_layer.loading.keys import KEY_TABLES, KeyTable, rows_of
from data_layer.loading.texts import encoded_texts

_ID = np.dtype([("columns", ">i2"), ("length", ">i4"), ("id", ">i8")])
ROWS = 8192  # encoded at once: they may be long
_HEADER, _TRAILER = 19, 2  # bytes of a binary COPY before and after its rows


def store_keys(connection: Connection, tenant_id: int, stage: duckdb.DuckDBPyConnection) -> None:
    """COPY the keys the store does not have; a known id with another content is a collision."""
    queries = [
        rows_of(key, tenant_id, unless=_is_known(connection, tenant_id, stage, key))
        for key in KEY_TABLES
    ]
    with encoded_rows(stage, queries, encoded_texts, ROWS) as copy_next:
        for key in KEY_TABLES:
            columns = ", ".join(("tenant_id", key.name, "digest", *key.columns))
            copy_next(connection, f"finops.{key.name}", columns)


def _is_known(
    connection: Connection, tenant_id: int, stage: duckdb.DuckDBPyConnection, key: KeyTable
) -> str:
    """The condition, on the stage, that the store has a key."""
    if not _has_any(connection, tenant_id, key):
        return "false"
    known = _known(connection, tenant_id, stage, key)
    stage.register("known_read", pa.table({"id": known}))
    stage.execute(f"CREATE TABLE known_{key.name} AS SELECT id FROM known_read")
    stage.unregister("known_read")
    return f"{key.name} IN (SELECT id FROM known_{key.name})"


def _has_any(connection: Connection, tenant_id: int, key: KeyTable) -> bool:
    query = f"SELECT EXISTS (SELECT FROM finops.{key.name} WHERE tenant_id = %s)"
    row = connection.execute(query, (tenant_id,)).fetchone()
    return bool(row and row[0])


def _known(
    connection: Connection, tenant_id: int, stage: duckdb.DuckDBPyConnection, key: KeyTable
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The ids of the delivery that the store has."""
    new = f"new_{key.name}"
    connection.execute(f"CREATE TEMP TABLE {new} (id bigint, digest uuid) ON COMMIT DROP")
    query = f"SELECT {key.name}, digest FROM {key.name}"
    copy_rows(stage, query, connection, new, "id, digest")
    connection.execute(f"ANALYZE {new}")
    same = f"finops.{key.name} k JOIN {new} n ON k.{key.name} = n.id WHERE k.tenant_id = %s"
    collided = f"SELECT EXISTS (SELECT FROM {same} AND k.digest <> n.digest)"
    if (connection.execute(collided, (tenant_id,)).fetchone() or (False,))[0]:
        message = f"Two different contents have one {key.name}; nothing was stored."
        raise KeyCollisionError(message)
    with connection.cursor().copy(
        f"COPY (SELECT n.id FROM {same.replace('%s', str(int(tenant_id)))}) "
        "TO STDOUT (FORMAT binary)"
    ) as copy:
        received = b"".join(bytes(piece) for piece in copy)
    rows = np.frombuffer(received[_HEADER:-_TRAILER], _ID)
    return rows["id"].astype(np.int64)
