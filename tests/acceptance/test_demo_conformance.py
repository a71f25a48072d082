"""The demo company's bills pass the checks of FOCUS 1.2, and so does what is exported of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.samples import FOCUS, MISSING

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.exports.focus import export_focus

CHECKS = FOCUS / "row-checks-1.2.json"


def sql_checks() -> list[dict[str, Any]]:
    if not CHECKS.exists():
        pytest.skip(MISSING)
    found: list[dict[str, Any]] = json.loads(CHECKS.read_text())["checks"]
    return [check for check in found if check["violation_sql"]]


def violations(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = {}
    for check in sql_checks():
        sql = check["violation_sql"]
        if check["kind"] == "row":
            sql = f"SELECT 1 FROM focus WHERE {sql}"
        row = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        counts[check["id"]] = row[0] if row else -1
    return {name: count for name, count in counts.items() if count}


@pytest.fixture(scope="module")
def bills(demo_files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE VIEW focus AS SELECT * FROM "
            f"read_parquet('{demo_files}/**/*.parquet', hive_partitioning = false)"
        )
        yield connection


def test_the_demo_has_exactly_the_57_columns(bills: duckdb.DuckDBPyConnection) -> None:
    names = [row[0] for row in bills.execute("DESCRIBE focus").fetchall()]
    assert names == list(COLUMNS)


def test_no_row_of_the_demo_violates_a_check(bills: duckdb.DuckDBPyConnection) -> None:
    assert violations(bills) == {}


def test_no_row_of_an_exported_demo_violates_a_check(
    services: Services, demo: Scope, tmp_path: Path
) -> None:
    days = Period("all").resolve(services.now().date())
    export_focus(services.engines, demo, days, tmp_path / "demo.parquet", services.now())
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE VIEW focus AS SELECT * FROM read_parquet('{tmp_path}/demo.parquet')"
        )
        assert violations(connection) == {}


def test_each_day_of_a_commitment_costs_what_was_bought_of_it(
    bills: duckdb.DuckDBPyConnection,
) -> None:
    days = bills.execute(
        'SELECT "CommitmentDiscountId", "ChargePeriodStart"::DATE, '
        'sum("BilledCost") FILTER ("ChargeCategory" = \'Purchase\') '
        '- sum("EffectiveCost") FILTER ("ChargeCategory" = \'Usage\'), '
        'sum("CommitmentDiscountQuantity") FILTER ("ChargeCategory" = \'Purchase\') '
        '- sum("CommitmentDiscountQuantity") FILTER ("ChargeCategory" = \'Usage\'), '
        'FROM focus WHERE "CommitmentDiscountId" IS NOT NULL GROUP BY 1, 2'
    ).fetchall()
    assert len({row[0] for row in days}) == 4
    assert [row for row in days if row[2:] != (Decimal(0), Decimal(0))] == []


def test_use_never_costs_more_than_its_contract_nor_the_contract_more_than_the_list(
    bills: duckdb.DuckDBPyConnection,
) -> None:
    dearer = bills.execute(
        "SELECT count(*) FROM focus WHERE \"ChargeCategory\" = 'Usage' AND NOT "
        '("ListCost" >= "ContractedCost" AND "ContractedCost" >= "EffectiveCost")'
    ).fetchall()
    assert dearer == [(0,)]
