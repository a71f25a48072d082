"""Tags and price details: each distinct text of a delivery read once, and the owners it names."""

from __future__ import annotations

import json
from collections.abc import Iterable

import duckdb
import orjson
import pyarrow as pa

from data_layer.models.charges import OWNER_COLUMNS
from data_layer.sources.focus.tags import read_object
from finops_dash.domain.tag_aliases import owner_tags

BATCH = 50_000
_TEXTS = (
    "SELECT DISTINCT tags FROM distinct_keys WHERE tags IS NOT NULL UNION "
    "SELECT DISTINCT sku_price_details FROM distinct_keys WHERE sku_price_details IS NOT NULL"
)
_COLUMNS = pa.schema([(name, pa.string()) for name in ("text", "json", *OWNER_COLUMNS)])


def read_objects(stage: duckdb.DuckDBPyConnection) -> None:
    """Make `object_of`: for each text its JSON, NULL where it cannot be read, and its owners."""
    columns = ", ".join(f"{name} VARCHAR" for name in _COLUMNS.names)
    stage.execute(f"CREATE TABLE object_of ({columns})")
    cursor = stage.cursor()
    cursor.execute(_TEXTS)
    while texts := cursor.fetchmany(BATCH):
        stage.register("objects_read", _read(text for (text,) in texts))
        stage.execute("INSERT INTO object_of FROM objects_read")
        stage.unregister("objects_read")
    cursor.close()


def _read(texts: Iterable[str]) -> pa.Table:
    columns: list[list[str | None]] = [[] for _ in _COLUMNS]
    for text in texts:
        try:
            found = read_object(text) or {}
        except ValueError:
            found = {}  # its text is kept beside, among the extras
        owners = owner_tags(found)
        values = (text, _dumped(found), *(owners[name] for name in OWNER_COLUMNS))
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=_COLUMNS)


def _dumped(found: dict[str, object]) -> str | None:
    """The object in the one way it is written; None for an empty one."""
    if not found:
        return None
    try:
        return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
