"""Tags and price details, each read into one JSON object and the owners it names."""

from __future__ import annotations

import json
from functools import lru_cache

import duckdb
import orjson
import pyarrow as pa
from duckdb.func import PythonUDFType

from data_layer.models.charges import OWNER_COLUMNS
from data_layer.sources.focus.tags import read_object
from finops_dash.domain.tag_aliases import owner_tags

REMEMBERED = 1 << 14
_COLUMNS = ("json", *OWNER_COLUMNS)
_NOTHING = (None,) * len(_COLUMNS)


def understand(stage: duckdb.DuckDBPyConnection) -> None:
    """Teach DuckDB `read_object(text)`: its JSON, NULL where it cannot be read, and its owners."""
    read = lru_cache(REMEMBERED)(_read)  # most bills repeat their tags

    def read_objects(texts: pa.ChunkedArray) -> pa.Array:
        rows = list(map(read, texts.to_pylist())) or [_NOTHING]
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        return pa.StructArray.from_arrays(columns, _COLUMNS)[: len(texts)]

    fields = ", ".join(f"{name} VARCHAR" for name in _COLUMNS)
    stage.create_function(
        "read_object", read_objects, ["varchar"], f"STRUCT({fields})", type=PythonUDFType.ARROW
    )


def _read(text: str) -> tuple[str | None, ...]:
    try:
        found = read_object(text) or {}
    except ValueError:
        found = {}  # its text is kept beside, among the extras
    return (_dumped(found), *owner_tags(found).values())


def _dumped(found: dict[str, object]) -> str | None:
    """The object in the one way it is written; None for an empty one."""
    if not found:
        return None
    try:
        return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
