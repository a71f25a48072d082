"""Finding the files of a delivery, and refusing what is no FOCUS file before it is read."""

from __future__ import annotations

import csv
import glob
import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from data_layer.sources.focus.strangers import told_by
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.focus import COLUMNS, FILE_SUFFIXES, NECESSARY, RENAMED

PARQUET_OPTIONS = "hive_partitioning = false, binary_as_string = true"
HEAD = 64 * 1024 * 1024
BOMB_RATIO = 200
EARLY, USUAL_RATIO = 4 * 1024 * 1024, 50  # a head like this is text, and enough to see that
FEW_ROWS = 100_000  # up to so many rows may take less than a byte each
LONGEST_HEADER = 1024 * 1024
MOST_COLUMNS = 1000
NAMESPACE = "f:"  # what early exporters put before every FOCUS column
_LINE_END = re.compile(rb"[\r\n]")
_BY_LOWER = {name.lower(): name for name in COLUMNS}


class FileRefusedError(FinOpsError):
    """A file that cannot be loaded at all: which, where and why."""

    def __init__(self, path: Path, where: str, reason: str) -> None:
        self.path = path
        self.where = where
        self.reason = reason
        super().__init__(f"{path}{f', {where}' if where else ''}: {reason}")


@dataclass(frozen=True, slots=True)
class FocusFile:
    """A readable file: `columns` are its own names, `focus` maps FOCUS names to them."""

    path: Path
    kind: str
    columns: tuple[tuple[str, str], ...]
    focus: dict[str, str]

    @property
    def extras(self) -> tuple[str, ...]:
        """The file's columns that FOCUS 1.2 does not know."""
        known = set(self.focus.values())
        return tuple(name for name, _ in self.columns if name not in known)

    @property
    def custom(self) -> dict[str, str]:
        """Each of its extras with the name it is stored and exported under: `x_` before it."""
        found = {name: name for name in self.extras if name.lower().startswith("x_")}
        taken = {name.lower() for name in found}
        for name in self.extras:
            title = found.get(name, f"x_{name}")
            while name not in found and title.lower() in taken:
                title = f"x_{title}"
            taken.add(title.lower())
            found[name] = title
        return found

    def checksum(self) -> str:
        """The SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def find_files(paths: list[str]) -> list[FocusFile]:
    """The FOCUS files under paths, folders and globs, in order; each once, and checked.

    Raises `FileRefusedError` for a path that holds none, and for the first bad file.
    """
    found: dict[Path, Path] = {}
    for text in paths:
        matches = _matches(text)
        if not matches:
            reason = f"there is no {', '.join(FILE_SUFFIXES)} file here"
            raise FileRefusedError(Path(text), "", reason)
        for path in matches:
            found.setdefault(path.resolve(), path)
    return [open_file(path) for path in found.values()]


def _matches(text: str) -> list[Path]:
    path = Path(text)
    if path.is_file():
        return [path]
    if path.is_dir():
        inside = sorted(path.rglob("*"))
    else:
        inside = [Path(match) for match in sorted(glob.glob(text, recursive=True))]  # noqa: PTH207 - takes absolute patterns
    return [item for item in inside if item.is_file() and item.name.lower().endswith(FILE_SUFFIXES)]


def open_file(path: Path) -> FocusFile:
    """The file with its columns understood; `FileRefusedError` when it is no FOCUS file."""
    if not path.name.lower().endswith(FILE_SUFFIXES):
        raise FileRefusedError(path, "", f"is none of {', '.join(FILE_SUFFIXES)}")
    if not _is_text(str(path)):
        raise FileRefusedError(path, "", "its path is not UTF-8 text: rename it")
    if path.stat().st_size == 0:
        raise FileRefusedError(path, "", "the file is empty")
    if path.name.lower().endswith(".parquet"):
        columns = _parquet_columns(path)
        kind = "parquet"
    else:
        columns = tuple((name, "VARCHAR") for name in _csv_header(path))
        kind = "csv"
    return FocusFile(path, kind, columns, _understood(path, columns))


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parquet_columns(path: Path) -> tuple[tuple[str, str], ...]:
    name = glob.escape(str(path))
    try:
        with duckdb.connect() as connection:
            relation = connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet(?, {PARQUET_OPTIONS})", [name]
            )
            columns = tuple((row[0], row[1]) for row in relation.fetchall())
            counted = connection.execute(
                "SELECT num_rows FROM parquet_file_metadata(?)", [name]
            ).fetchone()
    except duckdb.Error as error:
        reason = f"is not a readable Parquet file ({_first_line(error)})"
        raise FileRefusedError(path, "", reason) from error
    rows, size = counted[0] if counted else 0, path.stat().st_size
    if rows > max(size, FEW_ROWS):
        reason = f"claims {rows:,} rows in {size:,} bytes: a Parquet bomb, not a bill"
        raise FileRefusedError(path, "", reason)
    return columns


def _csv_header(path: Path) -> list[str]:
    try:
        with _opened(path) as file:
            line = _LINE_END.split(file.read(LONGEST_HEADER), maxsplit=1)[0]
        header = next(csv.reader([line.decode("utf-8-sig")]), [])
    except UnicodeDecodeError as error:
        raise FileRefusedError(path, "line 1", "is not UTF-8 text") from error
    except EOFError as error:
        raise FileRefusedError(path, "", "is truncated: its gzip ends too early") from error
    except (gzip.BadGzipFile, zlib.error, csv.Error) as error:
        raise FileRefusedError(path, "line 1", f"cannot be read ({error})") from error
    if not any(header):
        raise FileRefusedError(path, "line 1", "there is no header")
    if "\0" in "".join(header):
        raise FileRefusedError(path, "line 1", "is not text")
    return header


def _opened(path: Path) -> IO[bytes]:
    if not path.name.lower().endswith(".gz"):
        return path.open("rb")
    _refuse_bomb(path)
    return gzip.open(path, "rb")  # type: ignore[return-value]


def _refuse_bomb(path: Path) -> None:
    """Refuse a gzip whose first 64 MiB come from next to nothing: text never packs so well."""
    unpacked = 0
    unpacker = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        while unpacked < HEAD and (chunk := unpacker.unused_data or file.read(65536)):
            if unpacker.eof:  # a gzip may be several, one after the other
                unpacker = zlib.decompressobj(wbits=31)
            try:
                unpacked += len(unpacker.decompress(chunk, HEAD))
            except zlib.error as error:
                reason = f"is not a readable gzip file ({error})"
                raise FileRefusedError(path, "", reason) from error
            if EARLY <= unpacked < USUAL_RATIO * file.tell():
                return
        packed = file.tell()
    if unpacked >= HEAD and unpacked > BOMB_RATIO * packed:
        reason = f"unpacks to more than {BOMB_RATIO} times its size: a gzip bomb, not a bill"
        raise FileRefusedError(path, "", reason)


def _understood(path: Path, columns: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The file's column for each FOCUS column it has."""
    found: dict[str, str] = {}
    seen: dict[str, str] = {}
    for name, _ in columns:
        key = name.strip().lower().removeprefix(NAMESPACE)
        if key in seen:
            raise FileRefusedError(path, "line 1", f"the column {name} stands there twice")
        seen[key] = name
        if key in _BY_LOWER:
            found[_BY_LOWER[key]] = name
    for new, old in RENAMED.items():
        if old not in found and new.lower() in seen:
            found[old] = seen[new.lower()]
    _refuse_others(path, columns, found, seen)
    return found


def _refuse_others(
    path: Path, columns: tuple[tuple[str, str], ...], found: dict[str, str], seen: dict[str, str]
) -> None:
    if len(columns) > MOST_COLUMNS:
        raise FileRefusedError(path, "line 1", f"has more than {MOST_COLUMNS} columns")
    missing = [name for name in NECESSARY if name not in found]
    if not missing:
        return
    stranger = told_by(seen)
    if stranger is not None:
        raise FileRefusedError(path, "line 1", f"is {stranger}")
    if len(missing) > len(NECESSARY) // 2:
        reason = f"is not a FOCUS Cost and Usage file: it lacks {', '.join(missing)}"
        raise FileRefusedError(path, "line 1", reason)
    reason = f"lacks {', '.join(missing)}, which FOCUS makes mandatory"
    raise FileRefusedError(path, "line 1", reason)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
