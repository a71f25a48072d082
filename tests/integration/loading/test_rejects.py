"""Rows that cannot be loaded: kept with their place, reason and text, while the load goes on."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.command import Command
from support.focus import on, row, write_csv
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

Load = Callable[..., Any]
GOOD = [on(f"2026-09-{n:02}", ResourceId=f"i-{n}") for n in range(1, 4)]
REJECTS = "SELECT file, line, column_name, reason, raw FROM finops.reject ORDER BY reject_no"


@pytest.fixture
def load(services: Services, scope: Scope) -> Load:
    return lambda path: services.ingestion.ingest(scope, [str(path)])


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"BilledCost": "much"}, "BilledCost", '"much" is not a number'),
        ({"BilledCost": ""}, "BilledCost", "there is no value"),
        ({"EffectiveCost": "NULL"}, "EffectiveCost", "there is no value"),
        ({"ListUnitPrice": "1_000"}, "ListUnitPrice", '"1_000" is not a number'),
        ({"ConsumedQuantity": "inf"}, "ConsumedQuantity", '"inf" is not a number'),
        ({"ListCost": "0x1F"}, "ListCost", '"0x1F" is not a number'),
        ({"BillingCurrency": "Euro"}, "BillingCurrency", '"EURO" is not an ISO 4217 code'),
        ({"BillingCurrency": ""}, "BillingCurrency", "there is no value"),
        ({"ChargeCategory": ""}, "ChargeCategory", "there is no value"),
        ({"ChargePeriodStart": "soon"}, "ChargePeriodStart", "there is no date or time"),
        ({"ChargePeriodStart": "2026-02-30"}, "ChargePeriodStart", "there is no date or time"),
        ({"ChargePeriodStart": "0026-09-01"}, "ChargePeriodStart", "the year cannot be"),
        ({"BillingPeriodEnd": "infinity"}, "BillingPeriodEnd", "the year cannot be"),
        ({"BillingPeriodEnd": ""}, "BillingPeriodEnd", "there is no date or time"),
    ],
)
def test_a_bad_row_is_kept_with_its_reason_and_the_good_ones_are_stored(
    change: dict[str, str], column: str, reason: str, load: Load, stored: Stored, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "bill.csv", [*GOOD[:2], row(SkuId="the bad one") | change, GOOD[2]])
    outcome = load(path)
    assert (outcome.row_count, outcome.rejected_count) == (3, 1)
    assert len(stored.charges()) == 3
    (kept,) = stored.asked(REJECTS)
    assert (kept["file"], kept["line"], kept["column_name"]) == (str(path), 4, column)
    assert kept["reason"].startswith(reason)
    assert "the bad one" in kept["raw"]
    assert stored.one("SELECT rejected_count FROM finops.load") == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,2,3", "the line has fewer values than there are columns"),
        (",".join("9" * 60), "the line has more values than there are columns"),
        ('1,"never closed', "a quote is not closed"),
    ],
)
def test_a_line_that_is_no_row_is_kept_as_it_stands(
    line: str, reason: str, load: Load, stored: Stored, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "bill.csv", GOOD)
    with path.open("ab") as file:
        file.write(f"{line}\r\n".encode())
    assert load(path).rejected_count == 1
    (kept,) = stored.asked(REJECTS)
    assert (kept["line"], kept["raw"].strip()) == (5, line)
    assert kept["reason"].startswith(reason)
    assert len(stored.charges()) == 3


def test_a_line_longer_than_any_bill_has_is_set_aside(
    load: Load, stored: Stored, tmp_path: Path
) -> None:
    rows = [*GOOD, row(ResourceName="z" * 5_000_000), row(BilledCost="x")]
    outcome = load(write_csv(tmp_path / "bill.csv", rows))
    assert (outcome.row_count, outcome.rejected_count) == (3, 2)
    assert [item["line"] for item in stored.asked(REJECTS)] == [5, 6]
    assert len(stored.charges()) == 3


def test_lines_are_counted_past_quoted_newlines_blank_lines_and_broken_ones(
    load: Load, stored: Stored, tmp_path: Path
) -> None:
    rows = [
        row(ChargeDescription="one\ntwo\r\nthree"),
        row(BilledCost="bad"),
        row(BilledCost="worse"),
    ]
    first = write_csv(tmp_path / "bill.csv", rows).read_bytes()
    at = first.index(b",worse,")
    before = first[: first.rindex(b"\r\n", 0, at) + 2]
    (tmp_path / "bill.csv").unlink()
    content = before + b"\r\n1,2,3\r\n" + first[len(before) :]
    (tmp_path / "bill.csv.gz").write_bytes(gzip.compress(content))
    assert load(tmp_path).rejected_count == 3
    found = {item["line"]: item["reason"] for item in stored.asked(REJECTS)}
    assert set(found) == {5, 7, 8}
    assert (found[5], found[8]) == ('"bad" is not a number', '"worse" is not a number')


def test_a_bad_row_of_a_parquet_is_kept_with_its_number(
    load: Load, stored: Stored, tmp_path: Path
) -> None:
    source = write_csv(tmp_path / "rows.csv", [*GOOD, row(BilledCost="bad")])
    path = tmp_path / "bill.parquet"
    duckdb.sql(f"SELECT * FROM read_csv('{source}', all_varchar = true)").write_parquet(str(path))
    assert load(path).rejected_count == 1
    (kept,) = stored.asked(REJECTS)
    assert (kept["file"], kept["line"], kept["column_name"]) == (str(path), 4, "BilledCost")


def test_rejects_of_several_files_name_their_files(
    load: Load, stored: Stored, tmp_path: Path
) -> None:
    for name in ("a.csv", "b.csv"):
        write_csv(tmp_path / name, [*GOOD, row(BilledCost=name)])
    load(tmp_path)
    found = {(Path(item["file"]).name, item["reason"]) for item in stored.asked(REJECTS)}
    assert found == {(name, f'"{name}" is not a number') for name in ("a.csv", "b.csv")}


def test_tags_that_cannot_be_read_keep_no_row_out(
    load: Load, stored: Stored, tmp_path: Path
) -> None:
    assert load(write_csv(tmp_path / "bill.csv", [row(Tags="{broken")])).rejected_count == 0
    (found,) = stored.charges()
    assert (found["Tags"], found["extras"]) == (None, {"x_Tags": "{broken"})


def test_the_command_says_how_many_rows_it_kept_aside_and_why(
    command: Command, scope: Scope, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "bill.csv", [*GOOD, row(BilledCost="much"), row(ListCost="x")])
    ran = command("ingest", path, "--tenant", scope.tenant_slug)
    assert ran.code == 0
    assert "Stored 3 rows" in ran.out
    assert "Kept 2 rows aside that cannot be loaded, such as:" in ran.out
    assert f'  {path}, line 5, BilledCost: "much" is not a number' in ran.out
    assert f'  {path}, line 6, ListCost: "x" is not a number' in ran.out
