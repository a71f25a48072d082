"""The stage: a delivery's rows in memory, read, checked, keyed and cut into slices."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from data_layer.loading import contents, objects
from data_layer.loading.tidying import remove_orphans
from data_layer.sources.focus import quick
from data_layer.sources.focus.dialect import DECIMAL, is_finer, literal
from data_layer.sources.focus.files import FileRefusedError, FocusFile
from finops_dash.domain.focus import INSTANTS, NUMBERS, snake

MEMORY = "800MB"
SETTINGS = {
    "memory_limit": MEMORY,
    "threads": "2",
    "preserve_insertion_order": "false",
    "TimeZone": "UTC",
    "arrow_output_version": "1.5",  # decimals of 64 bits come out as such
    "arrow_large_buffer_size": "true",  # texts of any length
    "enable_progress_bar": "true",  # so that the progress of a query can be asked for
    "enable_progress_bar_print": "false",
}
NUMBER_COLUMNS = tuple(snake(name) for name in NUMBERS)
INSTANT_COLUMNS = tuple(snake(name) for name in INSTANTS)
PATIENCE = 0.5
Report = Callable[[str, float], None]


@contextmanager
def opened(work_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB bounded in memory; what does not fit goes to a folder, removed afterwards.

    When this process is killed, the next load removes it.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    remove_orphans(work_dir)
    folder = Path(tempfile.mkdtemp(prefix=f"load-{os.getpid()}-", dir=work_dir))
    try:
        with duckdb.connect() as stage:
            for name, value in {**SETTINGS, "temp_directory": str(folder)}.items():
                stage.execute(f"SET {name} = {literal(value)}")
            contents.recognise(stage)
            objects.understand(stage)
            yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(stage: duckdb.DuckDBPyConnection, files: list[FocusFile], report: Report) -> int:
    """Bring every row of the files into `fact`, each with its problem if any.

    Returns how many lines could not even be split into columns (they are in `reject_errors`).
    """
    shapes = _by_shape(files)
    types = _types(stage, shapes)
    done = 0
    for alike in shapes:
        share = len(alike) / len(files)
        into = "INSERT INTO fact BY NAME" if done else "CREATE TABLE fact AS"
        say = _telling(report, alike, done / len(files), share)
        try:
            _patiently(stage, f"{into} {_rows(alike, types)}", say)
        except duckdb.Error as error:
            raise _refusal(stage, alike, types, error) from error
        done += len(alike)
    if all(file.kind == "parquet" for file in files):
        return 0
    unsplit = one(stage, "SELECT count(DISTINCT (scan_id, file_id, line)) FROM reject_errors")
    if unsplit:
        _refuse_other_encodings(stage)
    return int(unsplit)


def _by_shape(files: list[FocusFile]) -> list[list[FocusFile]]:
    """The files with the same columns together: they are read at once, side by side."""
    found: dict[tuple[object, ...], list[FocusFile]] = {}
    for file in files:
        found.setdefault((file.kind, file.columns), []).append(file)
    return list(found.values())


def _types(stage: duckdb.DuckDBPyConnection, shapes: list[list[FocusFile]]) -> quick.Types:
    """The type of each number: a narrow one where it does for the head of each kind of file."""
    wide: set[str] = set()
    for file, *_ in shapes:
        try:
            wide |= quick.wide_numbers(stage, file)
        except duckdb.Error as error:
            raise _unreadable(file, error) from error
    return {name: quick.WIDE if name in wide else quick.NARROW for name in NUMBERS}


def _rows(files: Sequence[FocusFile], types: quick.Types) -> str:
    columns = ", ".join((*INSTANT_COLUMNS, *NUMBER_COLUMNS, "exact", "problem"))
    return (
        f"SELECT {columns}, CASE WHEN problem IS NOT NULL THEN currency END AS currency, "
        f"content, other, {contents.first_texts(files[0])} AS texts FROM ("
        f"SELECT *, {contents.hashes(files[0])} FROM ({quick.relation(files, types)}))"
    )


def _telling(
    report: Report, files: list[FocusFile], begin: float, share: float
) -> Callable[[float], None]:
    name = files[0].path.name if len(files) == 1 else f"{len(files)} files"
    return lambda part: report(f"reading {name}", begin + share * part)


def _patiently(stage: duckdb.DuckDBPyConnection, query: str, tell: Callable[[float], None]) -> None:
    """Execute the query, and tell now and then what part of it is done."""
    tell(0.0)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(stage.execute, query)
        try:
            while True:
                try:
                    running.result(PATIENCE)
                except NotYet:
                    tell(max(stage.query_progress(), 0.0) / 100)
                else:
                    return
        except BaseException:
            stage.interrupt()
            raise


def _refusal(
    stage: duckdb.DuckDBPyConnection,
    files: list[FocusFile],
    types: quick.Types,
    error: duckdb.Error,
) -> FileRefusedError:
    """Which of the files it was."""
    for file in files[:-1]:
        try:
            stage.execute(f"CREATE OR REPLACE TEMP TABLE tried AS {_rows([file], types)}")
        except duckdb.Error as its_error:
            return _unreadable(file, its_error)
    return _unreadable(files[-1], error)


def _unreadable(file: FocusFile, error: duckdb.Error) -> FileRefusedError:
    reason = f"cannot be read to its end ({str(error).splitlines()[0]})"
    return FileRefusedError(file.path, "", reason)


def _refuse_other_encodings(stage: duckdb.DuckDBPyConnection) -> None:
    """A file that is not UTF-8 is misread wherever it can be read at all, so none of it counts."""
    row = stage.execute(
        "SELECT s.file_path, e.line, e.column_name FROM reject_errors e JOIN reject_scans s "
        "USING (scan_id, file_id) WHERE e.error_type = 'INVALID ENCODING' "
        "ORDER BY s.file_path, e.line LIMIT 1"
    ).fetchone()
    if row is not None:
        where = f"line {row[1]}, {row[2]}"
        raise FileRefusedError(Path(row[0]), where, "is not UTF-8 text: export it as UTF-8")


def cut_slices(stage: duckdb.DuckDBPyConnection) -> None:
    """Make `slices`: source × billing period × charge day, with rows and a hash of the content.

    The hash follows from what would be stored, so it is the same whatever the files looked like.
    Also `keyed`: the good rows with their day and keys.
    """
    stage.execute(
        "CREATE VIEW keyed AS SELECT *, charge_period_start::DATE AS charge_day "
        "FROM fact JOIN key_of USING (content) WHERE problem IS NULL"
    )
    # Numbers count as they are, whatever type their column has on this stage.
    numbers = ", ".join(
        f"CASE WHEN exact IS NULL THEN {name}::{DECIMAL} ELSE TRY_CAST(exact[{n}] AS {DECIMAL}) END"
        for n, name in enumerate(NUMBER_COLUMNS, 1)
    )
    finer = " OR ".join(is_finer(f"exact[{n + 1}]") for n in range(len(NUMBER_COLUMNS)))
    row = (
        f"hash(digest, charge_period_start, charge_period_end, {numbers}, "
        f"CASE WHEN exact IS NOT NULL AND ({finer}) THEN exact END, row_extras)"
    )
    stage.execute(
        "CREATE TABLE slices AS SELECT source, billing_period_start, billing_period_end, "
        f"charge_day, count(*) AS row_count, sum({row}::HUGEINT)::VARCHAR AS content_hash "
        "FROM keyed GROUP BY ALL"
    )


def has_long_numbers(stage: duckdb.DuckDBPyConnection) -> bool:
    """Whether a row holds a number that its column's type cannot, so that its texts count."""
    return bool(one(stage, "SELECT EXISTS (FROM keyed WHERE exact IS NOT NULL)"))


def one(stage: duckdb.DuckDBPyConnection, query: str) -> Any:  # noqa: ANN401 - of any type
    """The one value the query gives."""
    row = stage.execute(query).fetchone()
    return None if row is None else row[0]
