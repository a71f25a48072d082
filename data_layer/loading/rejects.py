"""Rows that could not be loaded: where they stand, what is wrong with them, and their text."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass

import duckdb
from psycopg import Connection

from data_layer.sources.focus.dialect import problem, projection, scan
from data_layer.sources.focus.files import FocusFile

MOST_KEPT = 100_000
LONGEST_RAW = 20_000


@dataclass(frozen=True, slots=True)
class Reject:
    """One row kept aside."""

    file: str
    line: int | None
    column: str | None
    reason: str
    raw: str | None


def find_rejects(
    stage: duckdb.DuckDBPyConnection, files: list[FocusFile], count: int
) -> list[Reject]:
    """The rejected rows of the files, in order; files are read again only when there are any."""
    found = _unsplit(stage)
    if count:
        for file in files:
            found += _unreadable(stage, file)
    return found[:MOST_KEPT]


def _unsplit(stage: duckdb.DuckDBPyConnection) -> list[Reject]:
    rows = stage.execute(
        "SELECT DISTINCT ON (e.file_id, e.line) s.file_path, e.line, e.column_name, "
        "e.error_message, e.csv_line FROM reject_errors e JOIN reject_scans s "
        "USING (scan_id, file_id) ORDER BY s.file_path, e.line"
    ).fetchall()
    return [
        Reject(file, line, column, reason, _text(raw)) for file, line, column, reason, raw in rows
    ]


def _text(raw: str | None) -> str | None:
    return None if raw is None else raw[:LONGEST_RAW].replace("\0", "")


def _unreadable(stage: duckdb.DuckDBPyConnection, file: FocusFile) -> list[Reject]:
    stage.execute("SET preserve_insertion_order = true")
    numbered = f"SELECT *, row_number() OVER () AS record FROM {scan(file, keep_order=True)}"
    shaped = (
        f"SELECT record, {', '.join(projection(file))}, to_json(rows)::VARCHAR AS whole "
        f"FROM ({numbered}) AS rows"
    )
    rows = stage.execute(
        f"SELECT record, problem, whole FROM (SELECT *, {problem()} AS problem FROM ({shaped})) "
        f"WHERE problem IS NOT NULL ORDER BY record LIMIT {MOST_KEPT}"
    ).fetchall()
    stage.execute("SET preserve_insertion_order = false")
    lines = _lines_of(file, {row[0] for row in rows})
    found = []
    for record, text, whole in rows:
        column, _, reason = text.partition(": ")
        found.append(Reject(str(file.path), lines.get(record), column, reason, _text(whole)))
    return found


def _lines_of(file: FocusFile, records: set[int]) -> dict[int, int]:
    """The line each record of a CSV file begins on; quoted values may hold line ends."""
    if file.kind == "parquet":
        return {record: record for record in records}
    opener = gzip.open if file.path.name.lower().endswith(".gz") else open
    found: dict[int, int] = {}
    with opener(file.path, "rb") as bytes_:
        text = io.TextIOWrapper(bytes_, "utf-8-sig", errors="replace", newline="")
        reader = csv.reader(text)
        width, record = len(next(reader, [])), 0
        begin = reader.line_num
        for row in reader:
            if len(row) == width:
                record += 1
                if record in records:
                    found[record] = begin + 1
            begin = reader.line_num
    return found


def store(connection: Connection, tenant_id: int, load_id: int, rejects: list[Reject]) -> None:
    """Keep the rows in `reject`, with their reasons."""
    columns = "tenant_id, load_id, reject_no, file, line, column_name, reason, raw"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY finops.reject ({columns}) FROM STDIN") as copy,
    ):
        for number, row in enumerate(rejects, 1):
            copy.write_row(
                (tenant_id, load_id, number, row.file, row.line, row.column, row.reason, row.raw)
            )
