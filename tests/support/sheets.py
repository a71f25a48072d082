"""Reads the XLSX files that the tests hold against answers: cells as they stand in the file."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(path: Path, sheet: int = 1) -> list[dict[str, tuple[str, str]]]:
    """Per row its cells by column letter: (type, text); numbers are of type `n`."""
    with ZipFile(path) as book:
        root = ET.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))  # noqa: S314 - our own file
    return [
        {_column(c): _cell(c) for c in row.iter(f"{_MAIN}c")} for row in root.iter(f"{_MAIN}row")
    ]


def formulas(path: Path) -> int:
    """How many formulas and links there are in the whole file."""
    with ZipFile(path) as book:
        texts = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
    return sum(
        text.count(b"<f>") + text.count(b"<f ") + text.count(b"<hyperlink") for text in texts
    )


def _column(cell: ET.Element) -> str:
    return cell.attrib["r"].rstrip("0123456789")


def _cell(cell: ET.Element) -> tuple[str, str]:
    kind = cell.attrib.get("t", "n")
    tag = "t" if kind == "inlineStr" else "v"
    return kind, "".join(found.text or "" for found in cell.iter(f"{_MAIN}{tag}"))
