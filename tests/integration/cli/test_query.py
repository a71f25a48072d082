"""`finops-dash query`: the shapes of its answers, and how it ends."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from support.command import Command
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

EC2 = {"ServiceName": "EC2 [a]", "BilledCost": "1.10"}
S3 = {"ServiceName": "S3", "BilledCost": "0.00000000000000000001"}


@pytest.fixture
def tenant(services: Services, scope: Scope, tmp_path: Path) -> str:
    """The test's tenant with two services in US dollars."""
    rows = [on("2026-09-01", **EC2), on("2026-09-02", **EC2), on("2026-09-02", **S3)]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    return scope.tenant_slug


@pytest.fixture
def two_currencies(services: Services, tenant: str, tmp_path: Path) -> str:
    rows = [on("2026-09-01", BillingCurrency="EUR", BillingAccountId="2", BilledCost="5")]
    scope = services.tenancy.scope(tenant)
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "euro.csv", rows))])
    return tenant


QUERY = "measure=billed_cost&group_by=service&period=2026-09"


def test_json_has_a_row_per_group_and_amounts_as_text(command: Command, tenant: str) -> None:
    ran = command("query", QUERY, "--tenant", tenant, "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert list(found) == ["rows", "basis", "notices"]
    assert found["rows"] == [
        {"service": "EC2 [a]", "billed_cost": "2.2"},
        {"service": "S3", "billed_cost": "0.00000000000000000001"},
    ]
    assert found["notices"] == []
    assert (found["basis"]["rows"], found["basis"]["unit"]) == (3, "USD")


def test_json_without_groups_has_one_row(command: Command, tenant: str) -> None:
    ran = command("query", "measure=billed_cost&period=all", "--tenant", tenant, "--format", "json")
    assert json.loads(ran.out)["rows"] == [{"billed_cost": "2.20000000000000000001"}]


def test_json_of_a_period_without_charges_is_nothing(command: Command, tenant: str) -> None:
    ran = command(
        "query", "measure=billed_cost&period=2020", "--tenant", tenant, "--format", "json"
    )
    (row,) = json.loads(ran.out)["rows"]
    assert Decimal(row["billed_cost"]) == 0


def test_csv_has_the_names_of_the_query_above_its_rows(command: Command, tenant: str) -> None:
    ran = command("query", f"{QUERY}&grain=day&order=name", "--tenant", tenant, "--format", "csv")
    assert ran.code == 0
    assert list(csv.reader(io.StringIO(ran.out))) == [
        ["day", "service", "billed_cost"],
        ["2026-09-01", "EC2 [a]", "1.1"],
        ["2026-09-02", "EC2 [a]", "1.1"],
        ["2026-09-02", "S3", "0.00000000000000000001"],
    ]


def test_table_shows_groups_amounts_and_the_total(command: Command, tenant: str) -> None:
    ran = command("query", QUERY, "--tenant", tenant)
    assert ran.code == 0
    assert "EC2 [a]" in ran.out
    assert "Total 2.20000000000000000001 USD from 3 charges." in ran.out


def test_the_period_compared_with_stands_beside(command: Command, tenant: str) -> None:
    query = "measure=billed_cost&period=2026-09-02&compare=previous-period&group_by=service"
    ran = command("query", query, "--tenant", tenant, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["service"]: row["billed_cost_before"] for row in rows}["EC2 [a]"] == "1.1"


@pytest.mark.parametrize(
    ("query", "output", "complaint"),
    [
        ("group_by=nonsense", "json", "nonsense"),
        ("measure=love", "json", "love"),
        ("period=2026-99", "table", "2026-99"),
        ("filter=service", "csv", "service"),
        ("nonsense=1", "csv", "nonsense"),
        (QUERY, "yaml", "--format yaml is none of table, csv, json."),
        ("group_by=resource&as_of=2026-09-01T00:00:00Z", "json", "as_of"),
    ],
)
def test_a_query_that_is_not_understood_ends_with_2(
    query: str, output: str, complaint: str, command: Command, tenant: str
) -> None:
    ran = command("query", query, "--tenant", tenant, "--format", output)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert "Traceback" not in ran.err


def test_an_answer_that_would_add_up_currencies_ends_with_3(
    command: Command, two_currencies: str
) -> None:
    ran = command("query", QUERY, "--tenant", two_currencies, "--format", "json")
    assert (ran.code, ran.out) == (3, "")
    assert "The rows are billed in EUR, USD" in ran.err
    assert "group by billing_currency" in ran.err


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ("group_by=billing_currency", [
            {"billing_currency": "EUR", "billed_cost": "5"},
            {"billing_currency": "USD", "billed_cost": "2.20000000000000000001"},
        ]),
        ("currency=EUR", [{"billed_cost": "5"}]),
    ],
)  # fmt: skip
def test_currencies_kept_apart_are_answered(
    more: str, rows: list[dict[str, str]], command: Command, two_currencies: str
) -> None:
    query = f"measure=billed_cost&period=2026-09&{more}"
    ran = command("query", query, "--tenant", two_currencies, "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["rows"] == rows
