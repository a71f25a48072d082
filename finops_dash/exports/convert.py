"""Turns CSV on standard input into a file: `python -m finops_dash.exports.convert`.

A process of its own, so that a web process neither loads what writes these files nor waits for
it; it lets the pages go first. The first line is JSON and says what to write (`Order`).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from finops_dash.exports.columns import DIGITS, Column

NICER = 10
ROWS_AT_ONCE = 32_768
WIDTH = 16
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_FIRST_YEAR = 1900  # of a spreadsheet's dates
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: the kind of file, where, its columns, and what it says of itself."""

    kind: str
    path: str
    columns: tuple[Column, ...]
    about: tuple[tuple[str, str], ...] = ()

    def line(self) -> bytes:
        """The order as the first line of the input."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Order:
        """The order of the line."""
        found = json.loads(line)
        columns = tuple(Column(**column) for column in found["columns"])
        return cls(found["kind"], found["path"], columns, tuple(map(tuple, found["about"])))


def main() -> None:
    """Read the order and the rows; the file is whole when the process ends with 0."""
    os.nice(NICER)
    source = sys.stdin.buffer
    order = Order.read(source.readline())
    WRITERS[order.kind](order, source)
    sys.stderr.flush()
    os._exit(0)  # the file is whole; Arrow's threads, still waking up, could abort a usual exit


def write_parquet(order: Order, source: BinaryIO) -> None:
    """Numbers as decimals of the places they need, moments in UTC, the rest as text."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    types = {column.name: _arrow_type(column, pa) for column in order.columns}
    schema = pa.schema(list(types.items()))
    with pq.ParquetWriter(order.path, schema) as writer:
        if not source.peek(1):  # type: ignore[attr-defined] # standard input is buffered
            return
        reader = pc.open_csv(
            source,
            pc.ReadOptions(column_names=list(types), block_size=_BLOCK),
            pc.ParseOptions(newlines_in_values=True),
            pc.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        held: list[Any] = []
        for batch in reader:
            held.append(batch)
            if sum(one.num_rows for one in held) >= ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_batches(held))
                held = []
        writer.write_table(pa.Table.from_batches(held, schema))


def _arrow_type(column: Column, pa: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    if column.kind == "instant":
        return pa.timestamp("us", tz="UTC")
    if column.kind == "number":
        return pa.decimal128(DIGITS, min(DIGITS, column.places))
    return pa.string()


def write_xlsx(order: Order, source: BinaryIO) -> None:
    """A sheet of the rows, and one that says what they are; nothing in it is a formula."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "tmpdir": str(Path(order.path).parent),
    }
    with xlsxwriter.Workbook(order.path, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Rows")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(order.columns) - 1, WIDTH)
        for place, column in enumerate(order.columns):
            sheet.write_string(0, place, column.name, bold)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        cells = [_writer(column, sheet, moment) for column in order.columns]
        rows = csv.reader(io.TextIOWrapper(source, "utf-8", newline=""))
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row):
                if text:
                    cells[place](number, place, text)
        about = book.add_worksheet("About")
        about.set_column(0, 1, 2 * WIDTH)
        for number, (name, text) in enumerate(order.about):
            about.write_string(number, 0, name, bold)
            about.write_string(number, 1, text)


def _writer(column: Column, sheet: Any, moment: Any) -> Callable[[int, int, str], object]:  # noqa: ANN401 - xlsxwriter's
    """What writes a text of the column into a cell: as a number, a moment or a string."""

    def number(row: int, place: int, text: str) -> object:
        return sheet.write_number(row, place, float(text))

    def instant(row: int, place: int, text: str) -> object:
        found = _moment(text)
        if found is None:
            return sheet.write_string(row, place, text)
        return sheet.write_datetime(row, place, found, moment)

    def anything(row: int, place: int, text: str) -> object:
        is_number = _NUMBER.fullmatch(text)
        return (number if is_number else sheet.write_string)(row, place, text)

    def words(row: int, place: int, text: str) -> object:
        return sheet.write_string(row, place, text)

    return {"number": number, "instant": instant, "any": anything, "text": words}[column.kind]


@lru_cache(4096)
def _moment(text: str) -> datetime | None:
    found = datetime.fromisoformat(text).replace(tzinfo=None)
    return found if found.year >= _FIRST_YEAR else None


WRITERS = {"parquet": write_parquet, "xlsx": write_xlsx}

if __name__ == "__main__":
    main()
