"""Keys: the distinct contents of a delivery, each with an id that follows from what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from data_layer.loading.contents import forget
from data_layer.models.charges import (
    CHARGE_COLUMNS,
    COST_COLUMNS,
    OWNER_COLUMNS,
    SERVICE_COLUMNS,
)
from finops_dash.domain.focus import CLOSED_LISTS, snake

JSONB = "chr(1)"  # begins the binary form of such a value
_OBJECTS = ("tags", "sku_price_details", "extras")
_CLOSED = {snake(name): values for name, values in CLOSED_LISTS.items()}


@dataclass(frozen=True, slots=True)
class KeyTable:
    """A table of keys: its name, and its columns after the tenant, the id and the digest."""

    name: str
    columns: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The column of `identified` with the MD5 of the key's content."""
        return f"{self.name.removesuffix('_key')}_digest"


SERVICE_KEY = KeyTable("service_key", SERVICE_COLUMNS)
COST_KEY = KeyTable(
    "cost_key", ("service_key", *SERVICE_COLUMNS, *COST_COLUMNS, "tags", *OWNER_COLUMNS)
)
CHARGE_KEY = KeyTable("charge_key", ("cost_key", *CHARGE_COLUMNS, "sku_price_details", "extras"))
KEY_TABLES = (SERVICE_KEY, COST_KEY, CHARGE_KEY)


def identify(stage: duckdb.DuckDBPyConnection, source: str | None) -> dict[str, int]:
    """Make `identified`, the contents with their keys, and `key_of` from content to ids.

    `service_key`, `cost_key` and `charge_key` say which of the contents stands for each key.
    `key_of` also has what else follows from the content: the source (provider and billing account
    unless one is given), the currency, and the extras that stay with the row.
    Returns how many values of closed lists were repaired in their spelling, by column.
    """
    stage.execute(f"CREATE TABLE identified AS {_identified()}")
    forget(stage)
    for key in KEY_TABLES:
        stage.execute(
            f"CREATE TABLE {key.name} AS SELECT {key.name}, {key.digest} AS digest, "
            f"min(rowid) AS standing, any_value(service_key) AS of_service FROM identified "
            f"GROUP BY ALL"
        )
    follows = "coalesce(nullif(concat_ws(' ', provider_name, billing_account_id), ''), 'unnamed')"
    named = follows if source is None else "?"
    stage.execute(
        "CREATE TABLE key_of AS SELECT content, charge_key, cost_key, "
        f"hash(charge_digest) AS digest, {named} AS source, billing_currency, row_extras "
        "FROM identified",
        [] if source is None else [source],
    )
    return _count_repairs(stage)


def rows_of(key: KeyTable, tenant_id: int, unless: str) -> str:
    """The rows of a key table, but for those `unless`, as `encoded_texts` wants them."""
    columns = ", ".join(f"{JSONB} || {n}" if n in _OBJECTS else n for n in key.columns)
    return (
        f"SELECT {int(tenant_id)}::INTEGER, {key.name}, unhex({key.digest}), {columns} "
        f"FROM identified WHERE rowid IN (SELECT standing FROM {key.name} WHERE NOT ({unless}))"
    )


def _count_repairs(stage: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = ", ".join(f"count(*) FILTER (mended_{name})" for name in _CLOSED)
    row = stage.execute(f"SELECT {counts} FROM identified").fetchone() or ()
    return {name: count for name, count in zip(_CLOSED, row, strict=True) if count}


def _identified() -> str:
    service = _identity(SERVICE_COLUMNS)
    cost = _identity((*SERVICE_COLUMNS, *COST_COLUMNS, "tags"))
    charge = _identity(("cost_digest", *CHARGE_COLUMNS, "sku_price_details", "extras"))
    ids = ", ".join(f"{_id(key.digest)} AS {key.name}" for key in KEY_TABLES)
    return (
        f"SELECT *, {ids} FROM (SELECT *, md5({charge}) AS charge_digest FROM "
        f"(SELECT *, md5({service}) AS service_digest, md5({cost}) AS cost_digest "
        f"FROM ({_normalised()})))"
    )


def _normalised() -> str:
    texts = (*SERVICE_COLUMNS, *COST_COLUMNS, *CHARGE_COLUMNS)
    shaped = [f"{_repaired(name)} AS {name}" if name in _CLOSED else name for name in texts]
    mended = [f"{name} <> {_repaired(name)} AS mended_{name}" for name in _CLOSED]
    owners = [f"t.{name} AS {name}" for name in OWNER_COLUMNS]
    return (
        f"SELECT content, row_extras, {', '.join([*shaped, *mended, *owners])}, "
        f"t.json AS tags, d.json AS sku_price_details, {_kept()} AS extras FROM (SELECT *, "
        "read_object(tags) AS t, read_object(sku_price_details) AS d FROM distinct_keys)"
    )


def _kept() -> str:
    """The extras, with the text of an object that could not be read."""
    parts = ("extras", _unread("tags", "t", "x_Tags"),
             _unread("sku_price_details", "d", "x_SkuPriceDetails"))  # fmt: skip
    members = ", ".join(f"coalesce({part}, '{{}}')" for part in parts)
    merged = f"nullif(json_merge_patch({members})::VARCHAR, '{{}}')"
    return f"CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN {merged} END"


def _unread(name: str, alias: str, focus_column: str) -> str:
    """An object with the text of a column that ought to hold one and could not be read."""
    return (
        f"CASE WHEN {alias}.json IS NULL AND {name} NOT IN ('{{}}', '[]') "
        f"THEN json_object('{focus_column}', {name}) END"
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
