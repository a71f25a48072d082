"""What is stored comes out as FOCUS 1.2, whole and typed, or not at all."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from support import independent
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS, INSTANTS, NUMBERS
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.exports.focus import ExportError, export_focus

OCTOBER = DateRange(date(2026, 10, 1), date(2026, 11, 1))
ROWS = [
    on("2026-10-01", BilledCost="1.25", x_Note="a"),
    on("2026-10-31", BilledCost="-0.00000000000000000001", Tags="", ResourceName='"quoted", Ü\nx'),
]


def load(services: Services, scope: Scope, folder: Path, *rows: dict[str, str]) -> Path:
    path = write_csv(folder / "bill.csv", rows)
    services.ingestion.ingest(scope, [str(path)])
    return path


def export(services: Services, scope: Scope, out: Path) -> int:
    return export_focus(services.engines, scope, OCTOBER, out, services.now())


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet"])
def test_every_format_holds_the_rows_that_went_in(
    services: Services, scope: Scope, tmp_path: Path, name: str
) -> None:
    bill = load(services, scope, tmp_path, *ROWS)
    assert export(services, scope, tmp_path / name) == 2
    assert independent.rows(tmp_path / name) == independent.rows(bill)


def test_only_the_days_asked_for_are_written(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    load(services, scope, tmp_path, on("2026-09-30"), *ROWS, on("2026-11-01"))
    assert export(services, scope, tmp_path / "out.csv") == 2


def test_parquet_has_decimals_of_the_places_they_need_and_moments_in_utc(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    load(services, scope, tmp_path, *ROWS)
    export(services, scope, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert types["BilledCost"] == "decimal128(38, 20)"
    assert types["EffectiveCost"] == "decimal128(38, 1)"
    assert {types[name].partition("(")[0] for name in NUMBERS} == {"decimal128"}
    assert {types[name] for name in INSTANTS} == {"timestamp[us, tz=UTC]"}
    assert table["BilledCost"].to_pylist()[0] == Decimal("1.25")


def test_an_empty_export_still_has_its_columns(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    for name in ("out.csv", "out.parquet"):
        assert export(services, scope, tmp_path / name) == 0
        assert independent.column_names(tmp_path / name) == list(COLUMNS)


def test_numbers_too_long_for_parquet_are_refused_and_nothing_is_left(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    load(services, scope, tmp_path, on("2026-10-01", BilledCost=f"0.{'0' * 39}1"))
    (tmp_path / "out.parquet").write_text("what was there before")
    with pytest.raises(ExportError, match=r"BilledCost .* export to CSV, which holds any"):
        export(services, scope, tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").read_text() == "what was there before"
    assert {path.name for path in tmp_path.iterdir()} == {"bill.csv", "out.parquet"}
    assert export(services, scope, tmp_path / "out.csv") == 1
    assert independent.rows(tmp_path / "out.csv") == independent.rows(tmp_path / "bill.csv")


def test_unknown_columns_get_their_prefix_and_never_share_a_name(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    load(services, scope, tmp_path, on("2026-10-01", Id="1", x_Id="2", x_Note="3"))
    export(services, scope, tmp_path / "out.csv")
    extras = independent.column_names(tmp_path / "out.csv")[len(COLUMNS) :]
    assert extras == ["x_Id", "x_Note", "x_x_Id"]


def test_a_file_of_another_kind_is_refused(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=r"none of \.csv, \.csv\.gz, \.parquet"):
        export(services, scope, tmp_path / "out.xlsx")


def test_the_schema_lies_beside_the_data(services: Services, scope: Scope, tmp_path: Path) -> None:
    load(services, scope, tmp_path, *ROWS)
    export(services, scope, tmp_path / "out.csv")
    found: dict[str, Any] = json.loads((tmp_path / "out.csv.metadata.json").read_text())
    schema = found["Schema"]
    types = {column["ColumnName"]: column["DataType"] for column in schema["ColumnDefinition"]}
    assert list(types) == [*COLUMNS, "x_Note"]
    assert (types["BilledCost"], types["Tags"]) == ("Decimal", "JSON")
    assert (schema["FocusVersion"], found["DataGenerator"]) == ("1.2", "FinOps Dash")
