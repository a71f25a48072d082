"""Files that cannot be loaded at all: one clear message, exit code 2, nothing stored."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.command import Command
from support.focus import PLAIN, on, row, write_csv
from support.stored import EVERY_TABLE, Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS
from finops_dash.domain.scope import Scope

ROOT = Path(__file__).parents[3]
DAYS = [on(f"2026-09-{n:02}", ResourceId=f"i-{n}") for n in range(1, 21)]
Make = Callable[[Path], Path]


def as_parquet(folder: Path) -> Path:
    """The twenty rows as Parquet."""
    bill = write_csv(folder / "rows.csv", DAYS)
    out = folder / "bill.parquet"
    duckdb.sql(f"SELECT * FROM read_csv('{bill}', all_varchar = true)").write_parquet(str(out))
    bill.unlink()
    return out


def changed(folder: Path, change: Callable[[bytes], bytes], name: str = "bill.csv") -> Path:
    """The twenty rows as CSV, with their bytes changed."""
    path = write_csv(folder / "bill.csv", DAYS)
    content = change(path.read_bytes())
    path.unlink()
    (folder / name).write_bytes(content)
    return folder / name


def bomb_of_nothing(folder: Path) -> Path:
    """A gzip of 80 kB that unpacks to 80 MB."""
    head = write_csv(folder / "head.csv", DAYS)
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9) as packed:
        packed.write(head.read_bytes())
        for _ in range(80):
            packed.write(b"0" * 1_000_000)
    head.unlink()
    (folder / "bill.csv.gz").write_bytes(buffer.getvalue())
    return folder / "bill.csv.gz"


def bomb_of_rows(folder: Path) -> Path:
    """A Parquet of some kilobytes that holds five million rows, all alike."""
    repeated = pa.repeat(pa.scalar(0, pa.int32()), 5_000_000)
    columns = {
        name: pa.DictionaryArray.from_arrays(repeated, pa.array([value]))
        for name, value in PLAIN.items()
    }
    table = pa.table(columns)
    pq.write_table(table, folder / "bill.parquet", row_group_size=5_000_000, store_schema=False)
    return folder / "bill.parquet"


def cut(path: Path, count: int) -> Path:
    path.write_bytes(path.read_bytes()[:-count])
    return path


def without(name: str) -> list[str]:
    return [column for column in COLUMNS if column != name]


REFUSED: dict[str, tuple[Make, str]] = {
    "not FOCUS": (
        lambda folder: write_csv(folder / "bill.csv", [], ["Date", "Amount"]),
        "bill.csv, line 1: is not a FOCUS Cost and Usage file",
    ),
    "no table at all": (
        lambda folder: changed(folder, lambda _: b"%PDF-1.7 \x00\x01 binary"),
        "bill.csv, line 1: is not text",
    ),
    "empty": (lambda folder: changed(folder, lambda _: b""), "bill.csv: the file is empty"),
    "blank": (lambda folder: changed(folder, lambda _: b"\n\n"), "line 1: there is no header"),
    "header only": (
        lambda folder: write_csv(folder / "bill.csv", []),
        "bill.csv: there is no row below the header",
    ),
    "lacks a mandatory column": (
        lambda folder: write_csv(folder / "bill.csv", DAYS, without("BillingCurrency")),
        "bill.csv, line 1: lacks BillingCurrency, which FOCUS makes mandatory",
    ),
    "duplicate column": (
        lambda folder: write_csv(folder / "bill.csv", DAYS, [*COLUMNS, "billedcost"]),
        "bill.csv, line 1: the column billedcost stands there twice",
    ),
    "another ending": (
        lambda folder: changed(folder, lambda b: b, "bill.xlsx"),
        "bill.xlsx: is none of .csv, .csv.gz, .parquet",
    ),
    "no gzip": (
        lambda folder: changed(folder, lambda b: b, "bill.csv.gz"),
        "bill.csv.gz: is not a readable gzip file",
    ),
    "truncated gzip": (
        lambda folder: changed(folder, lambda b: gzip.compress(b)[:-60], "bill.csv.gz"),
        "bill.csv.gz: is truncated: its gzip ends too early",
    ),
    "gzip truncated far into the file": (
        lambda folder: changed(
            folder, lambda b: gzip.compress(b + b"\n" * 2_000_000 + b)[:-9], "bill.csv.gz"
        ),
        "bill.csv.gz: cannot be read to its end",
    ),
    "gzip with a wrong checksum": (
        lambda folder: changed(folder, lambda b: gzip.compress(b)[:-8] + b"\0" * 8, "bill.csv.gz"),
        "bill.csv.gz: is not a readable gzip file",
    ),
    "gzip bomb": (bomb_of_nothing, "bill.csv.gz: unpacks to more than 200 times its size"),
    "no Parquet": (
        lambda folder: changed(folder, lambda b: b, "bill.parquet"),
        "bill.parquet: is not a readable Parquet file",
    ),
    "truncated Parquet": (
        lambda folder: cut(as_parquet(folder), 100),
        "bill.parquet: is not a readable Parquet file",
    ),
    "Parquet without its middle": (
        lambda folder: hollow(as_parquet(folder)),
        "bill.parquet: cannot be read to its end",
    ),
    "Parquet bomb": (bomb_of_rows, "bill.parquet: claims 5,000,000 rows in"),
    "Parquet without rows": (
        lambda folder: without_rows(as_parquet(folder)),
        "bill.parquet: there is no row below the header",
    ),
    "Latin-1 header": (
        lambda folder: changed(folder, lambda b: b.replace(b"SkuMeter", b"Z\xe4hler")),
        "bill.csv, line 1: is not UTF-8 text",
    ),
    "Latin-1 rows": (
        lambda folder: changed(folder, lambda b: b.replace(b"i-7", b"\xe4-7")),
        "bill.csv, line 8, ResourceId: is not UTF-8 text",
    ),
    "UTF-16": (
        lambda folder: changed(folder, lambda b: b.decode().encode("utf-16")),
        "bill.csv, line 1: is not UTF-8 text",
    ),
    "NUL": (
        lambda folder: changed(folder, lambda b: b.replace(b"i-7", b"i\x007")),
        "bill.csv, line 8, ResourceId: the value holds a NUL character",
    ),
    "no row that can be loaded": (
        lambda folder: write_csv(folder / "bill.csv", [row(BilledCost="x")] * 3),
        '3 rows can be loaded. The first: {path}, line 2, BilledCost: "x" is not a number',
    ),
    "no such file": (lambda folder: folder / "bill.csv", "bill.csv: there is no .csv, .csv.gz"),
    "a folder without bills": (lambda folder: folder, "there is no .csv, .csv.gz, .parquet file"),
}  # fmt: skip


def hollow(path: Path) -> Path:
    content = bytearray(path.read_bytes())
    content[100:600] = b"\xff" * 500
    path.write_bytes(content)
    return path


def without_rows(path: Path) -> Path:
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    return path


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_loaded_is_refused_in_one_clear_line(
    case: str, command: Command, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    make, message = REFUSED[case]
    path = make(tmp_path)
    ran = command("ingest", path, "--tenant", scope.tenant_slug)
    assert ran.code == 2
    assert message.format(path=path) in ran.complaint
    assert "Traceback" not in ran.err
    assert ran.out == ""
    empty = {table for table, found in stored.fingerprint(*EVERY_TABLE).items() if found is None}
    assert empty | {"load"} == set(EVERY_TABLE)
    assert stored.asked("SELECT FROM finops.load WHERE status <> 'failed'") == []


def test_one_bad_file_keeps_the_whole_delivery_out(
    command: Command, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    write_csv(tmp_path / "a.csv", DAYS)
    changed(tmp_path, lambda b: b.replace(b"i-7", b"i\x007"), "b.csv")
    ran = command("ingest", tmp_path, "--tenant", scope.tenant_slug)
    assert ran.code == 2
    assert "b.csv, line 8, ResourceId" in ran.complaint
    assert stored.charges() == []


def test_a_refused_redelivery_leaves_what_stood(
    services: Services, command: Command, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "good.csv", DAYS))])
    before = stored.fingerprint()
    path = changed(tmp_path, lambda b: b.replace(b"i-7", b"i\x007"))
    assert command("ingest", path, "--tenant", scope.tenant_slug).code == 2
    assert stored.fingerprint() == before


def test_a_failed_attempt_is_noted_with_its_reason(
    command: Command, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    path = changed(tmp_path, lambda b: b.replace(b"i-7", b"i\x007"))
    command("ingest", path, "--tenant", scope.tenant_slug)
    (noted,) = stored.asked("SELECT status, files, reason FROM finops.load")
    assert noted == {
        "status": "failed",
        "files": ["bill.csv"],
        "reason": f"{path}, line 8, ResourceId: the value holds a NUL character",
    }


def test_the_program_itself_ends_with_code_two_and_no_traceback(
    data_dir: Path, scope: Scope, tmp_path: Path
) -> None:
    path = changed(tmp_path, lambda b: gzip.compress(b)[:-60], "bill.csv.gz")
    ran = subprocess.run(
        [sys.executable, "-m", "finops_dash", "ingest", path, "--tenant", scope.tenant_slug],
        cwd=ROOT,
        env={"FINOPS_DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"{path}: is truncated: its gzip ends too early\n"
