"""Rows that could not be loaded: where they stand, what is wrong with them, and their text."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, field

import duckdb
from psycopg import Connection

from data_layer.sources.focus.dialect import literal, problem, projection, quoted, scan
from data_layer.sources.focus.files import FocusFile

MOST_KEPT = 100_000
LONGEST_RAW = 20_000
LONGEST_LINE = 1 << 30
ROW = '"number of the row"'


@dataclass(frozen=True, slots=True)
class Reject:
    """One row kept aside; of a Parquet file `line` is the number of the row."""

    file: str
    line: int | None
    column: str | None
    reason: str
    raw: str | None

    @property
    def where(self) -> str:
        """Its line and column, as far as they are known."""
        known = (f"line {self.line}" if self.line else "", self.column)
        return ", ".join(part for part in known if part)

    def sentence(self) -> str:
        """Where it stands and what is wrong with it."""
        return f"{self.file}{f', {self.where}' if self.where else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Aside:
    """The rows of a delivery that cannot be loaded: all are counted, the first ones kept."""

    count: int = 0
    rows: list[Reject] = field(default_factory=list)


def set_aside(
    stage: duckdb.DuckDBPyConnection, files: list[FocusFile], unsplit: int, unreadable: int
) -> Aside:
    """The rejected rows, by file; files are read again only when there are any to find."""
    found = _unsplit(stage) if unsplit else []
    broken = {(reject.file, reject.line) for reject in found}
    for file in files if unreadable else []:
        found += _unreadable(stage, file, broken)
    return Aside(unsplit + unreadable, found[:MOST_KEPT])


def first_nul(stage: duckdb.DuckDBPyConnection, files: list[FocusFile]) -> Reject | None:
    """The first value of the files that holds a NUL, which no text of the store can."""
    for file in files:
        holds = " ".join(
            f"WHEN contains({quoted(name)}::VARCHAR, chr(0)) THEN {literal(name)}"
            for name, _ in file.columns
        )
        row = stage.execute(
            f"SELECT {ROW}, CASE {holds} END AS name FROM ({_numbered(file)}) "
            f"WHERE name IS NOT NULL ORDER BY {ROW} LIMIT 1"
        ).fetchone()
        if row is not None:
            line = _lines_of(file, {row[0]}, set()).get(row[0])
            return Reject(str(file.path), line, row[1], "the value holds a NUL character", None)
    return None


def _numbered(file: FocusFile) -> str:
    """The file's rows in their order, with their numbers."""
    return f"SELECT *, row_number() OVER () AS {ROW} FROM {scan(file, keep_order=True)}"


def _unsplit(stage: duckdb.DuckDBPyConnection) -> list[Reject]:
    rows = stage.execute(
        "SELECT DISTINCT ON (e.file_id, e.line) s.file_path, e.line, e.column_name, "
        "e.error_message, e.csv_line FROM reject_errors e JOIN reject_scans s "
        f"USING (scan_id, file_id) ORDER BY s.file_path, e.line LIMIT {MOST_KEPT}"
    ).fetchall()
    return [
        Reject(file, line, column, reason, _text(raw)) for file, line, column, reason, raw in rows
    ]


def _text(raw: str | None) -> str | None:
    return None if raw is None else raw.strip("\r\n")[:LONGEST_RAW].replace("\0", "\ufffd")


def _unreadable(
    stage: duckdb.DuckDBPyConnection, file: FocusFile, broken: set[tuple[str, int | None]]
) -> list[Reject]:
    stage.execute("SET preserve_insertion_order = true")
    shaped = (
        f"SELECT {ROW}, {', '.join(projection(file))}, to_json(rows)::VARCHAR AS whole "
        f"FROM ({_numbered(file)}) AS rows"
    )
    rows = stage.execute(
        f"SELECT {ROW}, problem, whole FROM (SELECT *, {problem()} AS problem FROM ({shaped})) "
        f"WHERE problem IS NOT NULL ORDER BY {ROW} LIMIT {MOST_KEPT}"
    ).fetchall()
    stage.execute("SET preserve_insertion_order = false")
    lines = _lines_of(file, {row[0] for row in rows}, broken)
    found = []
    for record, text, whole in rows:
        column, _, reason = text.partition(": ")
        found.append(Reject(str(file.path), lines.get(record), column, reason, _text(whole)))
    return found


def _lines_of(
    file: FocusFile, records: set[int], broken: set[tuple[str, int | None]]
) -> dict[int, int]:
    """The line each record of a CSV file begins on; quoted values may hold line ends."""
    if file.kind == "parquet":
        return {record: record for record in records}
    opener = gzip.open if file.path.name.lower().endswith(".gz") else open
    found: dict[int, int] = {}
    csv.field_size_limit(LONGEST_LINE)
    with opener(file.path, "rb") as bytes_:
        text = io.TextIOWrapper(bytes_, "utf-8-sig", errors="replace", newline="")
        reader = csv.reader(text)
        width, record = len(next(reader, [])), 0
        begin = reader.line_num
        for row in reader:
            if len(row) == width and (str(file.path), begin + 1) not in broken:
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
