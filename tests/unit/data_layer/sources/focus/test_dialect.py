"""Each value of a row is read for certain, or keeps its row out with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.focus import row, write_csv

from data_layer.sources.focus.dialect import problem, projection, scan
from data_layer.sources.focus.files import open_file
from finops_dash.domain.focus import snake


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def staged(duck: duckdb.DuckDBPyConnection, path: Path) -> list[dict[str, Any]]:
    file = open_file(path)
    shaped = f"SELECT {', '.join(projection(file))} FROM {scan(file)}"
    found = duck.execute(f"SELECT *, {problem()} AS problem FROM ({shaped})")
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def read(duck: duckdb.DuckDBPyConnection, tmp_path: Path, **values: str) -> dict[str, Any]:
    return staged(duck, write_csv(tmp_path / "bill.csv", [row(**values)]))[0]


@pytest.mark.parametrize("text", ["", " ", "\t ", "NULL", "null", "Null"])
@pytest.mark.parametrize("column", ["ResourceId", "ListUnitPrice", "Tags"])
def test_blanks_and_the_word_null_are_no_value(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path, column: str, text: str
) -> None:
    found = read(duck, tmp_path, **{column: text})
    assert (found[snake(column)], found["problem"]) == (None, None)


def test_a_text_keeps_its_case_and_its_spaces(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert read(duck, tmp_path, ResourceName=" Main  DB ")["resource_name"] == " Main  DB "


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.50", "1.50"),
        ("-0.00000000000000000001", "-0.00000000000000000001"),
        ("1.5E-7", "1.5E-7"),
        ("$10,000.00 ", "10000.00"),
        ("($1,234.50)", "-1234.50"),
        ("-$5", "-5"),
        ("1,234,567", "1234567"),
    ],
)
def test_a_number_is_read_with_its_money_signs_and_thousands_taken_out(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, number: str
) -> None:
    found = read(duck, tmp_path, BilledCost=text)
    assert (found["billed_cost"], found["problem"]) == (number, None)


@pytest.mark.parametrize("text", ["1,5", "1.234,56", "12,3456", "ten", "1_000", "0x10", "1.2.3"])
def test_a_number_that_is_not_certain_keeps_its_row_out(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
) -> None:
    problem_found = read(duck, tmp_path, BilledCost=text)["problem"]
    assert problem_found == f'BilledCost: "{text}" is not a number'


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-01T10:30:00Z",
        "2026-09-01T10:30:00.000Z",
        "2026-09-01 10:30:00",
        "2026-09-01 10:30:00 UTC",
        "2026-09-01T10:30Z",
        "2026-09-01T12:30:00+02:00",
        "9/1/2026 10:30",
        "9/1/26 10:30",
        "09/01/2026 10:30:00",
        "9/1/2026 10:30:00 AM",
        "2026/09/01 10:30:00",
    ],
)
def test_a_moment_is_read_however_it_is_written(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
) -> None:
    found = read(duck, tmp_path, ChargePeriodStart=text)
    assert (found["charge_period_start"], found["problem"]) == (datetime(2026, 9, 1, 10, 30), None)  # noqa: DTZ001 - DuckDB's own


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("13/31/2026", "there is no date or time that can be read"),
        ("soon", "there is no date or time that can be read"),
        ("infinity", "the year cannot be"),
        ("1066-10-14", "the year cannot be"),
    ],
)
def test_a_moment_that_cannot_be_keeps_its_row_out(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, reason: str
) -> None:
    found = read(duck, tmp_path, BillingPeriodEnd=text)
    assert found["problem"] == f"BillingPeriodEnd: {reason}"


def test_the_case_of_the_billing_currency_is_repaired(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert read(duck, tmp_path, BillingCurrency="usd ")["billing_currency"] == "USD"


def test_unknown_columns_are_kept_without_their_empty_values(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    found = read(duck, tmp_path, x_Discounts="0.1", Id="7", x_Empty=" ")
    assert found["extras"] == '{"x_Discounts":"0.1","x_Id":"7"}'


def test_a_parquet_file_keeps_maps_decimals_and_doubles_and_gains_no_column_of_its_folder(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "BILLING_PERIOD=2026-09"
    folder.mkdir()
    plain = row(Tags="")
    columns: dict[str, Any] = {name: pa.array([value]) for name, value in plain.items()}
    columns["Tags"] = pa.array([[("team", "Core")]], pa.map_(pa.string(), pa.string()))
    columns["EffectiveCost"] = pa.array([0.1], pa.float64())
    columns["ListUnitPrice"] = pa.array([float("nan")], pa.float64())
    columns["ResourceId"] = pa.array([b"i-1"], pa.binary())
    pq.write_table(pa.table(columns), folder / "bill.parquet")
    found = staged(duck, folder / "bill.parquet")[0]
    names = ("tags", "effective_cost", "list_unit_price", "resource_id", "extras", "problem")
    assert tuple(found[name] for name in names) == (
        '{"team":"Core"}', "0.1", None, "i-1", None, None,
    )  # fmt: skip


def test_a_star_in_a_path_is_a_star_and_no_pattern(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_csv(tmp_path / "bill-2.csv", [row(), row()])
    assert len(staged(duck, write_csv(tmp_path / "bill-*.csv", [row()]))) == 1
