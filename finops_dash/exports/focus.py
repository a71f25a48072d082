"""Stored charges as FOCUS 1.2: CSV, gzipped CSV or Parquet, in constant memory."""

from __future__ import annotations

import csv
import gzip
import io
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from data_layer.queries.charges import charges_between, extra_names, places_of
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.focus import COLUMNS, FOCUS_VERSION, INSTANTS, JSON_COLUMNS, NUMBERS, snake
from finops_dash.domain.money import plain
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope

BATCH = 5000
SUFFIXES = (".csv", ".csv.gz", ".parquet")
LONGEST = 3600
DIGITS = 38


class ExportError(FinOpsError):
    """An export that cannot be written as asked."""


class TenantReads(Protocol):
    """What can open a read for one tenant."""

    def tenant(
        self, tenant_id: int, timeout_seconds: int = 15
    ) -> AbstractContextManager[Connection]:
        """A connection whose transaction sees that tenant only."""
        ...


def export_focus(
    engines: TenantReads, scope: Scope, days: DateRange, out: Path, now: datetime
) -> int:
    """Write the charges of the days; returns how many. The file appears when it is whole."""
    if not out.name.endswith(SUFFIXES):
        message = f"{out} is none of {', '.join(SUFFIXES)}."
        raise ExportError(message)
    if not out.parent.is_dir():
        message = f"{out.parent} is no folder."
        raise ExportError(message)
    partial = out.with_name(out.name + ".partial")
    try:
        with engines.tenant(scope.tenant_id, LONGEST) as connection:
            found = connection.execute(extra_names(days, scope.tenant_id))
            extras = [str(name) for (name,) in found]
            names = [*COLUMNS, *extras]  # stored under the x_ names they are exported with
            rows = _rows(connection, scope, days, extras)
            if out.suffix == ".parquet":
                places = connection.execute(places_of(days, scope.tenant_id)).mappings().one()
                count = _write_parquet(partial, names, {n: places[n] for n in NUMBERS}, rows)
            else:
                count = _write_csv(partial, names, rows)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    out.with_name(out.name + ".metadata.json").write_text(_metadata(names, now))
    return count


def _rows(
    connection: Connection, scope: Scope, days: DateRange, extras: list[str]
) -> Iterator[list[str | None]]:
    options = {"stream_results": True, "yield_per": BATCH}  # of this statement, not of COMMIT
    statement = charges_between(days, scope.tenant_id)
    for row in connection.execute(statement, execution_options=options).mappings():
        others = {**(row["extras"] or {}), **(row["own_extras"] or {})}
        yield [
            *(_text(name, row[snake(name)]) for name in COLUMNS),
            *(others.get(name) for name in extras),
        ]


def _text(name: str, value: Any) -> str | None:  # noqa: ANN401 - what a column holds
    if value is None:
        return None
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if name in JSON_COLUMNS:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _write_csv(path: Path, names: list[str], rows: Iterator[list[str | None]]) -> int:
    count = 0
    with _opened(path) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(names)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _opened(path: Path) -> gzip.GzipFile | io.BufferedWriter:
    if path.name.removesuffix(".partial").endswith(".gz"):
        return gzip.GzipFile(path, "wb", compresslevel=6)
    return path.open("wb")


def _write_parquet(
    path: Path, names: list[str], places: Mapping[str, int], rows: Iterator[list[str | None]]
) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _parquet_type(name, places, pa)) for name in names])
    count, batch = 0, []
    with pq.ParquetWriter(path, schema) as writer:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                writer.write_table(_table(batch, schema, pa))
                count, batch = count + len(batch), []
        writer.write_table(_table(batch, schema, pa))
    return count + len(batch)


def _parquet_type(name: str, places: Mapping[str, int], pa: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    if name in INSTANTS:
        return pa.timestamp("us", tz="UTC")
    return pa.decimal128(DIGITS, min(DIGITS, places[name])) if name in places else pa.string()


def _table(batch: list[list[str | None]], schema: Any, pa: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    by_column = zip(*batch, strict=True) if batch else ((),) * len(schema)
    columns = [_column(field, values, pa) for field, values in zip(schema, by_column, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(field: Any, texts: tuple[str | None, ...], pa: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    values: list[object] = list(texts)
    if field.name in INSTANTS or field.name in NUMBERS:
        read = datetime.fromisoformat if field.name in INSTANTS else Decimal
        values = [None if text is None else read(text) for text in texts]
    try:
        return pa.array(values, field.type)
    except pa.ArrowInvalid as error:
        message = (
            f"{field.name} has numbers of more than {DIGITS} digits, which Parquet cannot hold: "
            "export to CSV, which holds any."
        )
        raise ExportError(message) from error


def _metadata(names: list[str], now: datetime) -> str:
    """The schema object that FOCUS wants beside the data."""
    columns = [{"ColumnName": name, "DataType": _focus_type(name)} for name in names]
    identity = uuid.uuid5(uuid.NAMESPACE_OID, f"{FOCUS_VERSION}:{','.join(names)}")
    schema = {
        "SchemaId": str(identity),
        "FocusVersion": FOCUS_VERSION,
        "CreationDate": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ColumnDefinition": columns,
    }
    return json.dumps({"DataGenerator": "FinOps Dash", "Schema": schema}, indent=2)


def _focus_type(name: str) -> str:
    if name in NUMBERS:
        return "Decimal"
    if name in INSTANTS:
        return "Date/Time"
    return "JSON" if name in JSON_COLUMNS else "String"
