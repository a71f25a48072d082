"""Contents: everything about a charge but its moments and numbers, met again and again.

A row carries a hash of its content. The texts themselves are kept for the first row of each only,
so a bill is read once, whatever its kind, and never held whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import PythonUDFType

from data_layer.sources.focus import quick
from data_layer.sources.focus.files import FocusFile
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.focus import snake

SLOTS = 1 << 18
UNREPEATED = 1.5


class KeyCollisionError(FinOpsError):
    """Two different contents have one key; they are never merged."""


def recognise(stage: duckdb.DuckDBPyConnection) -> None:
    """Teach DuckDB `is_new(hash)`: false only for a hash it was asked before.

    It remembers the latest hash per slot, so an old one may count as new again, and memory is
    bounded. A slot begins with a hash that belongs to another slot.
    """
    slots = ~np.arange(SLOTS, dtype=np.uint64)

    def is_new(hashes: pa.ChunkedArray) -> pa.Array:
        found = hashes.to_numpy()
        place = (found & np.uint64(SLOTS - 1)).astype(np.intp)
        unknown = np.flatnonzero(slots[place] != found)
        slots[place] = found
        new = np.zeros(len(found), np.bool_)
        new[unknown[np.unique(found[unknown], return_index=True)[1]]] = True
        return pa.array(new)

    stage.create_function(
        "is_new", is_new, ["ubigint"], "boolean", type=PythonUDFType.ARROW, side_effects=True
    )


def hashes(file: FocusFile) -> str:
    """The select list of `content` and of `other`, a second hash that tells collisions apart."""
    columns = ", ".join(quick.content_columns(file))
    return f"hash({columns}) AS content, hash('other', {columns}) AS other"


def first_texts(file: FocusFile) -> str:
    """The texts of a good row whose content is new, NULL for any other."""
    # Nested, so that a row that cannot be loaded never makes its content known.
    new = f"CASE WHEN is_new(content) THEN {quick.content(file)} END"
    return f"CASE WHEN problem IS NULL THEN {new} END"


def gather(stage: duckdb.DuckDBPyConnection, files: Sequence[FocusFile]) -> None:
    """Make the view `distinct_keys`, one row per content with its texts and extras.

    `row_extras` has the extras where they would make many more keys: they stay with the row.
    """
    collided = (
        "SELECT EXISTS (SELECT 1 FROM fact WHERE problem IS NULL GROUP BY content "
        "HAVING min(other) <> max(other))"
    )
    if (stage.execute(collided).fetchone() or (False,))[0]:
        message = "Two different charges have one provisional key; load the files apart."
        raise KeyCollisionError(message)
    stage.execute("ALTER TABLE fact DROP COLUMN other")
    first = "SELECT min(rowid) FROM fact WHERE texts IS NOT NULL GROUP BY content"
    texts = quick.read_with_care(f"fact WHERE rowid IN ({first})")
    stage.execute(
        f"CREATE VIEW distinct_keys AS SELECT *, NULL::VARCHAR AS row_extras FROM ({texts})"
    )
    if any(file.extras for file in files) and _extras_hardly_repeat(stage):
        stage.execute(
            "CREATE OR REPLACE VIEW distinct_keys AS SELECT * REPLACE (NULL::VARCHAR AS extras), "
            f"extras AS row_extras FROM ({texts})"
        )


def forget(stage: duckdb.DuckDBPyConnection) -> None:
    """Leave `distinct_keys`, and free the memory of what it is made of."""
    stage.execute("DROP VIEW distinct_keys; ALTER TABLE fact DROP COLUMN texts")


def _extras_hardly_repeat(stage: duckdb.DuckDBPyConnection) -> bool:
    texts = ", ".join(snake(name) for name in quick.TEXTS)
    row = stage.execute(
        f"SELECT count(extras), count(*), count(DISTINCT hash({texts})) FROM distinct_keys"
    ).fetchone()
    return bool(row and row[0] and row[1] > UNREPEATED * row[2])
