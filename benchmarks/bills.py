"""The bills that the loading benchmark loads, made once and kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
from support import WORK

from finops_dash.demo import Shape, write_demo
from finops_dash.domain.focus import INSTANTS, NUMBERS

UNTIL, MONTHS, SEED = date(2026, 9, 30), 13, 1


def believable(rows: int) -> Path:
    """The demo company's bills as Parquet, a file per billing period."""
    return _made(
        f"believable-{rows}", lambda out: write_demo(Shape(rows, MONTHS, SEED, UNTIL), out)
    )


def as_csv(bills: Path) -> Path:
    """The same rows as gzipped CSV, written as FOCUS wants values written."""
    moments = ", ".join(f"strftime({n}, '%Y-%m-%dT%H:%M:%SZ') AS {n}" for n in INSTANTS)
    numbers = ", ".join(f"rtrim(rtrim({n}::VARCHAR, '0'), '.') AS {n}" for n in NUMBERS)
    return _made(
        f"{bills.name}-csv", lambda out: _copied(bills, out, f"{moments}, {numbers}", "csv")
    )


def unrepeated(rows: int) -> Path:
    """Bills as Parquet in which every row has a resource, tags and prices of its own."""
    number = "(row_number() OVER ())"
    prices = ("ListUnitPrice", "ContractedUnitPrice", "PricingCurrencyListUnitPrice",
              "PricingCurrencyContractedUnitPrice")  # fmt: skip
    others = "CASE WHEN Tags LIKE '{\"%' THEN ', ' || substr(Tags, 2) ELSE '}' END"
    changes = [
        f"concat(ResourceId, '/', {number}) AS ResourceId",
        f"concat(ResourceName, ' ', {number}) AS ResourceName",
        f"concat('{{\"run\": \"', {number}, '\"', {others}) AS Tags",
        *(f"({n} + {number} * 0.000001)::DECIMAL(38, 10) AS {n}" for n in prices),
    ]
    return _made(
        f"unrepeated-{rows}",
        lambda out: _copied(believable(rows), out, ", ".join(changes), "parquet"),
    )


def _made(name: str, make: Callable[[Path], object]) -> Path:
    found = WORK / "bills" / name
    if not found.exists():
        partial = found.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        make(partial)
        partial.rename(found)
    return found


def _copied(bills: Path, out: Path, changes: str, kind: str) -> None:
    """The tree again, each file with some columns replaced."""
    options = {"csv": "FORMAT csv, HEADER, COMPRESSION gzip", "parquet": "FORMAT parquet"}[kind]
    ending = {"csv": ".csv.gz", "parquet": ".parquet"}[kind]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '1GB'")
        for path in sorted(bills.rglob("*.parquet")):
            into = (out / path.relative_to(bills)).with_suffix(ending)
            into.parent.mkdir(parents=True)
            given = f"read_parquet('{path}', hive_partitioning = false)"
            rows = f"SELECT * REPLACE ({changes}) FROM {given}"
            connection.execute(f"COPY ({rows}) TO '{into}' ({options})")
