"""The stage: a delivery's rows in a DuckDB file, read, checked, keyed and cut into slices."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from data_layer.loading.tidying import remove_orphans
from data_layer.sources.focus.dialect import PLACES, is_finer, problem, projection, scan
from data_layer.sources.focus.files import FileRefusedError, FocusFile
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.focus import COLUMNS, INSTANTS, NUMBERS, snake

MEMORY = "700MB"
NUMBER_COLUMNS = tuple(snake(name) for name in NUMBERS)
INSTANT_COLUMNS = tuple(snake(name) for name in INSTANTS)
TEXT_COLUMNS = tuple(
    snake(name) for name in COLUMNS if name not in NUMBERS and name not in INSTANTS
)
UNREPEATED = 1.5
Report = Callable[[str, float], None]


class KeyCollisionError(FinOpsError):
    """Two different contents have one key; they are never merged."""


@contextmanager
def opened(work_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB on disk, bounded in memory; its folder is removed afterwards.

    When this process is killed, the next load removes it.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    remove_orphans(work_dir)
    folder = Path(tempfile.mkdtemp(prefix=f"load-{os.getpid()}-", dir=work_dir))
    try:
        with duckdb.connect(folder / "stage.duckdb") as stage:
            stage.execute(f"SET memory_limit = '{MEMORY}'")
            stage.execute("SET threads = 2")
            stage.execute("SET preserve_insertion_order = false")
            stage.execute("SET TimeZone = 'UTC'")
            stage.execute("SET enable_progress_bar = false")
            yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(
    stage: duckdb.DuckDBPyConnection, files: list[FocusFile], source: str | None, report: Report
) -> int:
    """Bring every row of the files into `raw`, each with its source and its problem if any.

    Returns how many lines could not even be split into columns (they are in `reject_errors`).
    """
    for number, file in enumerate(files):
        report(f"reading {file.path.name}", number / len(files))
        shaped = f"SELECT {', '.join(projection(file))} FROM {scan(file)}"
        rows = f"SELECT *, {_source(source)} AS source, {problem()} AS problem FROM ({shaped})"
        into = "CREATE TABLE raw AS" if number == 0 else "INSERT INTO raw BY NAME"
        try:
            stage.execute(f"{into} {rows}")
        except duckdb.Error as error:
            reason = f"cannot be read to its end ({str(error).splitlines()[0]})"
            raise FileRefusedError(file.path, "", reason) from error
    if all(file.kind == "parquet" for file in files):
        return 0
    return int(_one(stage, "SELECT count(DISTINCT (file_id, line)) FROM reject_errors"))


def _source(source: str | None) -> str:
    if source is not None:
        return "'" + source.replace("'", "''") + "'"
    return "coalesce(nullif(concat_ws(' ', provider_name, billing_account_id), ''), 'unnamed')"


def key_rows(stage: duckdb.DuckDBPyConnection) -> None:
    """Make `fact` (a narrow row per charge) and `distinct_keys` (one per distinct content)."""
    on_fact = _extras_hardly_repeat(stage)
    texts = [*TEXT_COLUMNS, *([] if on_fact else ["extras"])]
    content, other = f"hash({', '.join(texts)})", f"hash('other', {', '.join(texts)})"
    values = ", ".join(f"any_value({name}) AS {name}" for name in texts)
    stage.execute(
        f"CREATE TABLE distinct_keys AS SELECT {content} AS content, {values}, "
        f"min({other}) AS least, max({other}) AS most FROM raw WHERE problem IS NULL GROUP BY 1"
    )
    if on_fact:
        stage.execute("ALTER TABLE distinct_keys ADD COLUMN extras VARCHAR")
    if _one(stage, "SELECT count(*) FROM distinct_keys WHERE least <> most"):
        message = "Two different charges have one provisional key; load the files apart."
        raise KeyCollisionError(message)
    numbers = ", ".join(NUMBER_COLUMNS)
    stage.execute(
        f"CREATE TABLE fact AS SELECT {content} AS content, source, billing_period_start, "
        "billing_period_end, charge_period_start::DATE AS charge_day, charge_period_start, "
        f"charge_period_end, {numbers}, {'extras' if on_fact else 'NULL::VARCHAR'} AS extras "
        "FROM raw WHERE problem IS NULL"
    )


def _extras_hardly_repeat(stage: duckdb.DuckDBPyConnection) -> bool:
    """Whether unknown columns would make many more keys: then they stay with the row."""
    if not _one(stage, "SELECT count(extras) FROM raw"):
        return False
    texts = ", ".join(TEXT_COLUMNS)
    row = stage.execute(
        f"SELECT approx_count_distinct(hash({texts})), "
        f"approx_count_distinct(hash({texts}, extras)) FROM raw"
    ).fetchone()
    return bool(row and row[1] > UNREPEATED * row[0])


def cut_slices(stage: duckdb.DuckDBPyConnection) -> None:
    """Make `slices`: source × billing period × charge day, with rows and a hash of the content."""
    numbers = ", ".join(NUMBER_COLUMNS)
    row = f"hash(content, charge_period_start, charge_period_end, {numbers}, extras)"
    stage.execute(
        "CREATE TABLE slices AS SELECT source, billing_period_start, billing_period_end, "
        f"charge_day, count(*) AS row_count, sum({row}::HUGEINT)::VARCHAR AS content_hash "
        "FROM fact GROUP BY ALL"
    )


def has_finer_numbers(stage: duckdb.DuckDBPyConnection) -> bool:
    """Whether a number has more than 20 decimal places, so that sums need Python's decimals."""
    summed = NUMBER_COLUMNS[:6]
    long = " OR ".join(f"length({name}) > {PLACES} OR contains({name}, 'e')" for name in summed)
    upper = " OR ".join(f"contains({name}, 'E')" for name in summed)
    if not _one(stage, f"SELECT bool_or({long} OR {upper}) FROM raw"):
        return False
    return bool(_one(stage, f"SELECT bool_or({' OR '.join(is_finer(n) for n in summed)}) FROM raw"))


def _one(stage: duckdb.DuckDBPyConnection, query: str) -> Any:  # noqa: ANN401 - a scalar of any type
    row = stage.execute(query).fetchone()
    return None if row is None else row[0]
