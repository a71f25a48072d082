"""The demo company: the same bytes for the same shape, and everything a bill can say in it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_dash.demo import Shape, anomalies, write_demo
from finops_dash.demo.seasons import days_of

SMALL = Shape(4_000, 3, 7, date(2026, 11, 12))
YEAR = Shape(50_000, 13, 1, date(2026, 11, 19))
WRITE = (
    "import sys; from datetime import date; from pathlib import Path; "
    "from finops_dash.demo import Shape, write_demo; "
    "write_demo(Shape(4_000, 3, 7, date(2026, 11, 12)), Path(sys.argv[1]))"
)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("year")
    write_demo(YEAR, folder)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            'CREATE TABLE bills AS SELECT *, "ChargePeriodStart"::DATE AS day FROM '
            f"read_parquet('{folder}/**/*.parquet', hive_partitioning = false)"
        )
        yield connection


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    rows: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    (row,) = rows
    return row


def test_the_same_shape_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    write_demo(SMALL, tmp_path / "here")
    elsewhere = {"PYTHONHASHSEED": "12345", "PYTHONPATH": ":".join(sys.path)}
    subprocess.run(
        [sys.executable, "-c", WRITE, str(tmp_path / "there")], check=True, env=elsewhere
    )
    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_another_seed_gives_another_company(tmp_path: Path) -> None:
    write_demo(SMALL, tmp_path / "one")
    write_demo(Shape(SMALL.rows, SMALL.months, 8, SMALL.until), tmp_path / "two")
    one_, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert one_.keys() == two.keys()
    bills = [name for name in one_ if name.endswith(".parquet")]
    assert len(bills) == 3
    assert all(one_[name] != two[name] for name in bills)


def test_there_are_about_as_many_charges_as_asked_for(year: duckdb.DuckDBPyConnection) -> None:
    (count,) = one(year, "SELECT count(*) FROM bills")
    assert 0.85 * YEAR.rows < count < 1.15 * YEAR.rows


def test_every_day_up_to_the_last_has_charges_and_none_after(
    year: duckdb.DuckDBPyConnection,
) -> None:
    found = one(year, "SELECT min(day), max(day), count(DISTINCT day) FROM bills")
    assert found == (date(2025, 11, 1), date(2026, 11, 19), len(days_of(YEAR)))


def test_three_clouds_sell_more_than_25_services_to_several_accounts(
    year: duckdb.DuckDBPyConnection,
) -> None:
    providers, services, accounts, resources = one(
        year,
        'SELECT count(DISTINCT "ProviderName"), count(DISTINCT "ServiceName"), '
        'count(DISTINCT "SubAccountId"), count(DISTINCT "ResourceId") FROM bills',
    )
    assert (providers, services >= 25, accounts >= 12, resources > 100) == (3, True, True, True)


def test_a_small_account_is_billed_in_a_second_currency(year: duckdb.DuckDBPyConnection) -> None:
    rows = year.execute(
        'SELECT "BillingCurrency", sum("EffectiveCost"), count(DISTINCT "BillingAccountId") '
        "FROM bills GROUP BY 1"
    ).fetchall()
    worth = {currency: total for currency, total, _ in rows}
    accounts = {currency: count for currency, _, count in rows}
    assert accounts["EUR"] == 1
    assert 0 < worth["EUR"] < worth["USD"] / 20


def test_every_kind_of_charge_is_there(year: duckdb.DuckDBPyConnection) -> None:
    kinds = year.execute(
        'SELECT DISTINCT "ChargeCategory", "ChargeClass", sign("BilledCost") FROM bills '
        'WHERE "ChargeCategory" <> \'Usage\' OR "ChargeClass" IS NOT NULL'
    ).fetchall()
    assert set(kinds) == {
        ("Purchase", None, 1),
        ("Tax", None, 1),
        ("Credit", None, -1),
        ("Adjustment", None, -1),
        ("Usage", "Correction", 1),
    }


def test_a_marketplace_seller_is_billed_by_the_cloud(year: duckdb.DuckDBPyConnection) -> None:
    sellers = year.execute(
        'SELECT DISTINCT "PublisherName", "InvoiceIssuerName" FROM bills '
        'WHERE "PublisherName" <> "InvoiceIssuerName"'
    ).fetchall()
    assert sellers == [("Lumen Observability", "Amazon Web Services")]


def test_a_month_that_is_not_over_has_no_tax_and_no_credits(
    year: duckdb.DuckDBPyConnection,
) -> None:
    found = one(
        year,
        "SELECT count(*) FROM bills WHERE \"ChargeCategory\" IN ('Tax', 'Credit') "
        "AND \"BillingPeriodStart\" = '2026-11-01'",
    )
    assert found == (0,)


@pytest.mark.parametrize("months", [2, 3, 4])
def test_a_short_demo_has_a_refund_and_a_correction_once_a_month_in_three(
    months: int, tmp_path: Path
) -> None:
    write_demo(Shape(1_000, months, 1, date(2026, 11, 19)), tmp_path)
    rows = duckdb.execute(
        f"SELECT count(*) FROM read_parquet('{tmp_path}/**/*.parquet') "
        "WHERE \"ServiceName\" = 'Refunds' OR \"ChargeClass\" = 'Correction'"
    ).fetchall()
    assert rows == [(2,)]


def test_tags_have_gaps_misspellings_and_three_spellings_of_a_key(
    year: duckdb.DuckDBPyConnection,
) -> None:
    texts = year.execute(
        'SELECT DISTINCT "ResourceId", "Tags" FROM bills WHERE "ChargeCategory" = \'Usage\' '
        'AND "CommitmentDiscountStatus" IS DISTINCT FROM \'Unused\' AND "ChargeClass" IS NULL'
    ).fetchall()
    tags = [json.loads(text) if text else {} for _, text in texts]
    keys = {key for found in tags for key in found}
    without = sum(not found for found in tags) / len(tags)
    unowned = sum("team" not in {key.lower() for key in found} for found in tags) / len(tags)
    assert {"cost-center", "CostCenter", "cost_center"} <= keys
    assert 0.02 < without < unowned < 0.35
    assert any("prodution" in found.values() for found in tags)


def test_weekends_are_quieter_and_the_year_grows(year: duckdb.DuckDBPyConnection) -> None:
    weekend, weekday, early, late = one(
        year,
        'WITH days AS (SELECT day, sum("EffectiveCost") AS cost FROM bills '
        "WHERE \"BillingCurrency\" = 'USD' AND \"ChargeCategory\" = 'Usage' GROUP BY 1) "
        "SELECT avg(cost) FILTER (dayofweek(day) IN (0, 6)), "
        "avg(cost) FILTER (dayofweek(day) NOT IN (0, 6)), "
        "avg(cost) FILTER (day < '2026-02-01'), avg(cost) FILTER (day >= '2026-09-01') FROM days",
    )
    assert weekend < 0.9 * weekday
    assert late > 1.1 * early


def test_commitments_are_used_up_on_busy_days_and_idle_on_others(
    year: duckdb.DuckDBPyConnection,
) -> None:
    rows = year.execute(
        'SELECT "CommitmentDiscountId", day, coalesce(sum("EffectiveCost") '
        'FILTER ("CommitmentDiscountStatus" = \'Unused\'), 0) / sum("EffectiveCost") FROM bills '
        'WHERE "CommitmentDiscountStatus" IS NOT NULL GROUP BY 1, 2'
    ).fetchall()
    idle = [float(share) for _, _, share in rows]
    assert len({name for name, _, _ in rows}) == 4
    assert min(idle) == 0
    assert 0.1 < max(idle) < 0.7
    assert 0.01 < sum(idle) / len(idle) < 0.3


def test_use_above_a_commitment_is_split_off_at_the_standard_price(
    year: duckdb.DuckDBPyConnection,
) -> None:
    found = one(
        year,
        "SELECT count(*) FROM (SELECT 1 FROM bills WHERE \"ChargeCategory\" = 'Usage' "
        'GROUP BY "ResourceId", "ChargePeriodStart" '
        "HAVING count(*) FILTER (\"CommitmentDiscountStatus\" = 'Used') = 1 "
        "AND count(*) FILTER (\"PricingCategory\" = 'Standard') = 1)",
    )
    assert found[0] > 100


def test_five_anomalies_are_labelled_and_the_last_is_recent() -> None:
    labels = anomalies(YEAR)
    assert [label.kind for label in labels] == ["step", "ramp", "drop", "leak", "spike"]
    assert (YEAR.until - labels[-1].last).days <= 10
    assert len({label.service for label in labels}) == 5


def test_the_labels_are_written_beside_the_bills(tmp_path: Path) -> None:
    written = write_demo(SMALL, tmp_path)
    labels = json.loads((tmp_path / "anomalies.json").read_text())
    assert tmp_path / "anomalies.json" in written
    assert [(label["service"], label["first"]) for label in labels] == [
        (label.service, label.first.isoformat()) for label in anomalies(SMALL)
    ]


@pytest.mark.parametrize("months", [1, 2, 4, 8, 13])
def test_labels_lie_within_the_days_of_the_demo(months: int) -> None:
    shape = Shape(1_000, months, 1, date(2026, 11, 19))
    days = days_of(shape)
    assert all(days[0] <= label.first <= label.last <= days[-1] for label in anomalies(shape))
    assert len(anomalies(shape)) == 5 or months < 4


@pytest.mark.parametrize("label", anomalies(YEAR), ids=lambda label: label.kind)
def test_a_labelled_service_costs_otherwise_than_on_such_weekdays_before(
    label: Any, year: duckdb.DuckDBPyConnection
) -> None:
    (ratio,) = one(
        year,
        'WITH days AS (SELECT day, dayofweek(day) AS weekday, sum("EffectiveCost")::DOUBLE AS cost '
        f"FROM bills WHERE \"ServiceName\" = '{label.service}' AND \"BillingCurrency\" = 'USD' "
        "GROUP BY 1), usual AS (SELECT weekday, avg(cost) AS cost FROM days "
        f"WHERE day BETWEEN '{label.first}'::DATE - 28 AND '{label.first}'::DATE - 1 GROUP BY 1) "
        "SELECT avg(days.cost / usual.cost) FROM days JOIN usual USING (weekday) "
        f"WHERE day BETWEEN '{label.first}' AND '{label.last}'",
    )
    expected = (1 + label.factor) / 2 if label.kind == "ramp" else label.factor
    assert abs(ratio / expected - 1) < 0.25
