"""A table as CSV for a spreadsheet: numbers stay numbers, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from finops_dash.domain.money import plain

BOM = "\ufeff"
# What a spreadsheet may read as a formula's beginning; the wide forms in some languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Cell = str | Decimal | int | None


def table_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The rows under their head; amounts exact, and text that begins like a formula quoted by `'`.

    Begins with a byte order mark, without which Excel reads UTF-8 as something else.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_cell(name) for name in head])
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return BOM + text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if value.startswith(_FORMULA) else value
