"""Rows that could not be loaded: where they stand, what is wrong with them, and their text."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, field

import duckdb
from psycopg import Connection

from data_layer.sources.focus.dialect import literal, problem, projection, quoted, scan
from data_layer.sources.focus.files import FileRefusedError, FocusFile

MOST_KEPT = 100_000
LONGEST_RAW = 20_000
LONGEST_LINE = 1 << 30
ROW = '"number of the row"'
NO_UTF_8 = "INVALID ENCODING"
REASONS = {
    "MISSING COLUMNS": "the line has fewer values than there are columns",
    "TOO MANY COLUMNS": "the line has more values than there are columns",
    "UNQUOTED VALUE": "a quote is not closed, or stands where none can",
    "LINE SIZE OVER MAXIMUM": "the line is longer than 4 MiB",
}


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
    """The rejected rows, by file; files are read again only when there are any to find.

    Raises `FileRefusedError` for a file that is not UTF-8: where it can be read it is misread.
    """
    broken = _unsplit(stage) if unsplit else {}
    found = []
    for file in files if broken or unreadable else []:
        of_file = broken.get(str(file.path), {})
        wrong = _unreadable(stage, file) if unreadable else []
        lines, broken_lines = _lines_of(file, {row[0] for row in wrong}, set(of_file))
        for record, (kind, column, raw) in of_file.items():
            line = broken_lines.get(record, record)
            if kind == NO_UTF_8:
                raise FileRefusedError(file.path, f"line {line}, {column}", "is not UTF-8 text")
            reason = REASONS.get(kind, kind.capitalize())
            found.append(Reject(str(file.path), line, column, reason, _text(raw)))
        for record, problem_, whole in wrong:
            column, _, reason = problem_.partition(": ")
            line = lines.get(record, record)
            found.append(Reject(str(file.path), line, column, reason, _text(whole)))
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
            line = _lines_of(file, {row[0]}, set())[0].get(row[0])
            return Reject(str(file.path), line, row[1], "the value holds a NUL character", None)
    return None


def _numbered(file: FocusFile) -> str:
    """The file's rows in their order, with their numbers."""
    return f"SELECT *, row_number() OVER () AS {ROW} FROM {scan(file, keep_order=True)}"


def _unsplit(
    stage: duckdb.DuckDBPyConnection,
) -> dict[str, dict[int, tuple[str, str | None, str | None]]]:
    """Per file and record: what DuckDB could not split, in which column, and its text."""
    rows = stage.execute(
        "SELECT DISTINCT ON (e.file_id, e.line) s.file_path, e.line, e.error_type, e.column_name, "
        "e.csv_line FROM reject_errors e JOIN reject_scans s "
        f"USING (scan_id, file_id) ORDER BY s.file_path, e.line, e.column_idx LIMIT {MOST_KEPT}"
    ).fetchall()
    found: dict[str, dict[int, tuple[str, str | None, str | None]]] = {}
    for path, record, *rest in rows:
        found.setdefault(path, {})[record] = (rest[0], rest[1], rest[2])
    return found


def _text(raw: str | None) -> str | None:
    return None if raw is None else raw.strip("\r\n")[:LONGEST_RAW].replace("\0", "\ufffd")


def _unreadable(stage: duckdb.DuckDBPyConnection, file: FocusFile) -> list[tuple[int, str, str]]:
    """The number, problem and text of the file's rows that have a value which cannot be."""
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
    return [(row[0], row[1], row[2]) for row in rows]


def _lines_of(
    file: FocusFile, rows: set[int], broken: set[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """The lines that rows begin on, and broken records; quoted values may hold line ends.

    DuckDB numbers the broken ones among all records, the header and blank lines included; rows
    are numbered without those and without the broken.
    """
    if file.kind == "parquet":
        return {row: row for row in rows}, {}
    opener = gzip.open if file.path.name.lower().endswith(".gz") else open
    lines, broken_lines, row = {}, {}, 0
    csv.field_size_limit(LONGEST_LINE)
    with opener(file.path, "rb") as packed:
        text = io.TextIOWrapper(packed, "utf-8-sig", errors="replace", newline="")
        reader, begin = csv.reader(text), 1
        for record, values in enumerate(reader, 1):
            if record in broken:
                broken_lines[record] = begin
            elif values and record > 1:
                row += 1
                if row in rows:
                    lines[row] = begin
            begin = reader.line_num + 1
            if len(lines) == len(rows) and len(broken_lines) == len(broken):
                break
    return lines, broken_lines


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
