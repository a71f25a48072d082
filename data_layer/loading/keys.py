"""Keys: the distinct contents of a delivery, each with an id that follows from what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable

import duckdb
import pyarrow as pa

from data_layer.models.charges import (
    CHARGE_COLUMNS,
    COST_COLUMNS,
    OWNER_COLUMNS,
    SERVICE_COLUMNS,
)
from data_layer.sources.focus.tags import read_object
from finops_dash.domain.focus import CLOSED_LISTS, snake
from finops_dash.domain.tag_aliases import owner_tags

SERVICE_KEY = ("tenant_id", "service_key", "digest", *SERVICE_COLUMNS)
COST_KEY = (
    "tenant_id", "cost_key", "digest", "service_key",
    *SERVICE_COLUMNS, *COST_COLUMNS, "tags", *OWNER_COLUMNS,
)  # fmt: skip
CHARGE_KEY = (
    "tenant_id", "charge_key", "digest", "cost_key",
    *CHARGE_COLUMNS, "sku_price_details", "extras",
)  # fmt: skip
_CLOSED = {snake(name): values for name, values in CLOSED_LISTS.items()}


def identify(
    stage: duckdb.DuckDBPyConnection, tenant_id: int, source: str | None
) -> dict[str, int]:
    """Make `service_key`, `cost_key` and `charge_key`, and `key_of` from content to ids.

    `key_of` also has what else follows from the content: the source (provider and billing account
    unless one is given), the currency, and the extras that stay with the row.
    Returns how many values of closed lists were repaired in their spelling, by column.
    """
    _read_objects(stage)
    repairs = _count_repairs(stage)
    stage.execute(_normalised())
    service = _identity(SERVICE_COLUMNS)
    cost = _identity((*SERVICE_COLUMNS, *COST_COLUMNS, "tags"))
    charge = _identity(("cost_digest", *CHARGE_COLUMNS, "sku_price_details", "extras"))
    stage.execute(
        f"CREATE TABLE identified AS SELECT *, md5({charge}) AS charge_digest FROM "
        f"(SELECT *, md5({service}) AS service_digest, md5({cost}) AS cost_digest FROM normalised)"
    )
    for name, columns in (
        ("service_key", SERVICE_KEY),
        ("cost_key", COST_KEY),
        ("charge_key", CHARGE_KEY),
    ):
        stage.execute(_key_table(name, columns, tenant_id))
    follows = "coalesce(nullif(concat_ws(' ', provider_name, billing_account_id), ''), 'unnamed')"
    named = follows if source is None else "?"
    stage.execute(
        f"CREATE TABLE key_of AS SELECT content, {_id('charge_digest')} AS charge_key, "
        f"{_id('cost_digest')} AS cost_key, hash(charge_digest) AS digest, {named} AS source, "
        "billing_currency, row_extras FROM identified",
        [] if source is None else [source],
    )
    return repairs


def _read_objects(stage: duckdb.DuckDBPyConnection) -> None:
    """`object_of`: each distinct text of tags and price details, its JSON and the owners named."""
    rows = stage.execute(
        "SELECT DISTINCT tags FROM distinct_keys WHERE tags IS NOT NULL UNION "
        "SELECT DISTINCT sku_price_details FROM distinct_keys WHERE sku_price_details IS NOT NULL"
    ).fetchall()
    table = _object_table(row[0] for row in rows)
    stage.register("objects_read", table)
    stage.execute("CREATE TABLE object_of AS SELECT * FROM objects_read")
    stage.unregister("objects_read")


def _object_table(texts: Iterable[str]) -> pa.Table:
    columns: dict[str, list[str | None]] = {name: [] for name in ("text", "json", *OWNER_COLUMNS)}
    for text in texts:
        try:
            found = read_object(text)
        except ValueError:
            found = None  # the text itself is kept beside, see `_kept`
        owners = owner_tags(found or {})
        columns["text"].append(text)
        columns["json"].append(_dumped(found))
        for name in OWNER_COLUMNS:
            columns[name].append(owners[name])
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _dumped(found: dict[str, object] | None) -> str | None:
    if found is None:
        return None
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _count_repairs(stage: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = ", ".join(
        f"count(*) FILTER ({name} IS NOT NULL AND {name} <> {_repaired(name)})" for name in _CLOSED
    )
    row = stage.execute(f"SELECT {counts} FROM distinct_keys").fetchone() or ()
    return {name: count for name, count in zip(_CLOSED, row, strict=True) if count}


def _normalised() -> str:
    texts = (*SERVICE_COLUMNS, *COST_COLUMNS, *CHARGE_COLUMNS)
    shaped = [f"{_repaired(name)} AS {name}" if name in _CLOSED else f"k.{name}" for name in texts]
    owners = [f"t.{name}" for name in OWNER_COLUMNS]
    return (
        f"CREATE TABLE normalised AS SELECT k.content, k.row_extras, "
        f"{', '.join([*shaped, *owners])}, "
        f"t.json AS tags, d.json AS sku_price_details, {_kept()} AS extras FROM distinct_keys k "
        "LEFT JOIN object_of t ON t.text = k.tags "
        "LEFT JOIN object_of d ON d.text = k.sku_price_details"
    )


def _kept() -> str:
    """The extras, with the text of an object that could not be read."""
    parts = ("k.extras", _unread("tags", "t", "x_Tags"),
             _unread("sku_price_details", "d", "x_SkuPriceDetails"))  # fmt: skip
    members = ", ".join(f"coalesce({part}, '{{}}')" for part in parts)
    merged = f"nullif(json_merge_patch({members})::VARCHAR, '{{}}')"
    return f"CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN {merged} END"


def _unread(name: str, alias: str, focus_column: str) -> str:
    """An object with the text of a column that ought to hold one and could not be read."""
    return (
        f"CASE WHEN k.{name} IS NOT NULL AND {alias}.text IS NOT NULL AND {alias}.json IS NULL "
        f"AND k.{name} NOT IN ('{{}}', '[]') THEN json_object('{focus_column}', k.{name}) END"
    )


def _repaired(name: str) -> str:
    """The value of a closed list in its right spelling, where it is certain."""
    column = f"trim({name})"
    whens = " ".join(f"WHEN '{value.lower()}' THEN '{value}'" for value in _CLOSED[name])
    return f"CASE lower({column}) {whens} ELSE {name} END"


def _identity(columns: tuple[str, ...]) -> str:
    """One text for the contents of columns; two contents never give one text.

    No text of the store is empty or holds a NUL: so an empty one is NULL, and NUL parts them.
    """
    texts = ", ".join(f"coalesce({name}, '')" for name in columns)
    return f"concat_ws(chr(0), {texts})"


def _id(digest: str) -> str:
    """The signed 64-bit head of an MD5 in hexadecimal."""
    number = f"('0x' || left({digest}, 16))::UBIGINT"
    return f"({number}::HUGEINT - 9223372036854775808)::BIGINT"


def _key_table(name: str, columns: tuple[str, ...], tenant_id: int) -> str:
    digest = f"{name.removesuffix('_key')}_digest"
    made = {
        "tenant_id": str(int(tenant_id)),
        "digest": digest,
        "service_key": _id("service_digest"),
        "cost_key": _id("cost_digest"),
        "charge_key": _id("charge_digest"),
    }
    selected = ", ".join(f"any_value({made.get(column, column)}) AS {column}" for column in columns)
    return f"CREATE TABLE {name} AS SELECT {selected} FROM identified GROUP BY {digest}"
