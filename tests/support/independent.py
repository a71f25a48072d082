"""FOCUS files read without the product's reader: by DuckDB as text, and typed here."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from finops_dash.domain.focus import CLOSED_LISTS, COLUMNS, INSTANTS, JSON_COLUMNS, NUMBERS

Row = tuple[tuple[str, object], ...]
_SLASHED = ("%m/%d/%y", "%m/%d/%Y")
_SPELLING = {
    name: {value.lower(): value for value in values} for name, values in CLOSED_LISTS.items()
}


def relation(path: Path) -> str:
    """The file as a DuckDB relation of texts."""
    if path.suffix == ".parquet":
        return (
            f"(SELECT COLUMNS(*)::VARCHAR FROM read_parquet('{path}', hive_partitioning = false))"
        )
    return (
        f"read_csv('{path}', all_varchar = true, header = true, delim = ',', quote = '\"', "
        "escape = '\"', hive_partitioning = false)"
    )


def column_names(path: Path) -> list[str]:
    """The file's own columns."""
    return [row[0] for row in _all(f"DESCRIBE FROM {relation(path)}")]


def sums(path: Path) -> dict[tuple[str, str], Decimal]:
    """The four costs of a file per currency, summed by DuckDB to the last of 20 places."""
    here = {name.lower() for name in column_names(path)}
    found = {}
    for measure in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"):
        if measure.lower() not in here:
            continue
        bare = f"""nullif(regexp_replace("{measure}", '[$, ]|NULL|null', '', 'g'), '')"""
        rows = _all(
            f'SELECT "BillingCurrency", coalesce(sum(CAST({bare} AS DECIMAL(38, 20))), 0) '
            f"FROM {relation(path)} GROUP BY 1"
        )
        found.update({(currency, measure): total for currency, total in rows})
    return found


def row_count(path: Path) -> int:
    """How many rows the file has."""
    return int(_all(f"SELECT count(*) FROM {relation(path)}")[0][0])


def rows(path: Path) -> Counter[Row]:
    """Every row of the file with its values typed by column; columns without a value left out.

    A column FOCUS does not know counts under its name with `x_` before it.
    """
    names = column_names(path)
    known = {name.lower(): name for name in COLUMNS}
    titles = [known.get(name.lower()) or f"x_{name.removeprefix('x_')}" for name in names]
    typed = (_row(titles, row) for row in _texts(path))
    return Counter(typed)


def _all(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def _texts(path: Path) -> Iterator[tuple[str | None, ...]]:
    with duckdb.connect() as connection:
        cursor = connection.execute(f"SELECT * FROM {relation(path)}")
        while batch := cursor.fetchmany(5000):
            yield from batch


def _row(titles: list[str], texts: tuple[str | None, ...]) -> Row:
    values = ((name, _value(name, text)) for name, text in zip(titles, texts, strict=True))
    return tuple(sorted((name, value) for name, value in values if value is not None))


def _value(name: str, text: str | None) -> object:
    if text is None or text.strip() in {"", "NULL", "null"}:
        return None
    if name in NUMBERS:
        return Decimal(re.sub(r"[$, ]", "", text))
    if name in INSTANTS:
        return _instant(text)
    if name in JSON_COLUMNS:
        found = json.loads(text)
        return json.dumps(found, sort_keys=True) if found else None
    return _SPELLING.get(name, {}).get(text.lower(), text)


def _instant(text: str) -> datetime:
    if "/" not in text:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    for pattern in _SLASHED:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    message = f"{text} is no date"
    raise ValueError(message)
