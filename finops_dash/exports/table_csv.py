"""A table as CSV for a spreadsheet: numbers stay numbers, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from finops_dash.domain.money import plain

BOM = "\ufeff"
# What a spreadsheet may read as a formula's beginning; the wide forms in some languages.
FORMULA_STARTS = (
    "=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20",
)  # fmt: skip

Cell = str | Decimal | int | None


def table_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The rows under their head; amounts exact, and text that begins like a formula quoted by `'`.

    Begins with a byte order mark, without which Excel reads UTF-8 as something else.
    """
    return BOM + "".join(csv_line(cells) for cells in (head, *rows))


def csv_line(cells: Sequence[Cell]) -> str:
    """The cells as a line of the file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow([_cell(value) for value in cells])
    return text.getvalue()


def guarded(text: str) -> str:
    """The text, after a `'` where a spreadsheet could read it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int) else guarded(value)
