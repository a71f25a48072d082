"""`finops-dash export focus`, and back in again under another tenant."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import uuid4

import pytest
from support.command import Command
from support.focus import on, row, write_csv
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS, INSTANTS, JSON_COLUMNS, NUMBERS
from finops_dash.domain.scope import Scope

FORMULA = '=HYPERLINK("http://x.example","click")'
TEXTS = [name for name in COLUMNS if name not in {*INSTANTS, *NUMBERS, *JSON_COLUMNS}]
CLOSED = {
    "BillingCurrency": "EUR",
    "CapacityReservationStatus": "Unused",
    "ChargeCategory": "Purchase",
    "ChargeClass": "Correction",
    "ChargeFrequency": "One-Time",
    "CommitmentDiscountCategory": "Spend",
    "CommitmentDiscountStatus": "Used",
    "PricingCategory": "Committed",
}
FULL = {
    **{name: f'{name} "q", ü 漢 😀\nline\ttab' for name in TEXTS},
    **CLOSED,
    **{name: f"-{n}.{n:010}" for n, name in enumerate(NUMBERS, 1)},
    **dict.fromkeys(JSON_COLUMNS, '{"a": "1", "n": 1.25, "b": true, "none": null, "ü": "\\"}"}'),
    **dict.fromkeys(INSTANTS, "2026-09-15T01:02:03Z"),
    "x_Operation": "RunInstances",
    "HostProviderName": "AWS",
}
ROWS = [
    FULL,
    *[on("2026-09-01", ResourceId=f"i-{n}", BilledCost=f"1E-{n}") for n in range(1, 12)],
    *[on("2026-09-02", ChargeDescription=text) for text in (FORMULA, "+1", "-1", "@x", "'")],
    *[on("2026-09-03", Tags=tags) for tags in ("", "{}", "k=v", "{broken", '{"deep": {"a": [1]}}')],
    on("2026-09-04", ListCost="", ListUnitPrice="", ResourceId="", SubAccountId=""),
    on("2026-09-05", BilledCost="-0.12345678901234567890"),
    *[on("2026-09-06")] * 3,
    on("2026-10-01", BilledCost="99"),
]


@pytest.fixture
def company(services: Services, scope: Scope, stored: Stored, tmp_path: Path) -> Stored:
    """The test's tenant with rows of every kind."""
    bill = write_csv(tmp_path / "bill.csv", ROWS)
    assert services.ingestion.ingest(scope, [str(bill)]).row_count == len(ROWS)
    return stored


def exported(command: Command, company: Stored, period: str, out: Path) -> str:
    ran = command("export", "focus", "--tenant", company.scope.tenant_slug,
                  "--period", period, "--out", out)  # fmt: skip
    assert ran.code == 0
    return ran.out


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_what_is_exported_and_loaded_by_another_tenant_is_the_same_to_the_last_digit(
    ending: str, command: Command, company: Stored, services: Services, tmp_path: Path
) -> None:
    out = tmp_path / f"export.{ending}"
    said = exported(command, company, "all", out)
    assert said.startswith(f"Wrote {len(ROWS)} charges of ")
    slug = f"other-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    ran = command("ingest", out, "--tenant", slug)
    assert ran.code == 0
    assert "aside" not in ran.out
    other = Stored(company.engines, services.tenancy.scope(slug))
    assert other.charges() == company.charges()
    for measure in ("billed_cost", "effective_cost", "list_cost", "contracted_cost"):
        assert other.total(measure) == company.total(measure)


def test_an_export_of_an_export_is_the_same_file(
    command: Command, company: Stored, services: Services, tmp_path: Path
) -> None:
    exported(command, company, "all", tmp_path / "first.csv")
    slug = f"other-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    command("ingest", tmp_path / "first.csv", "--tenant", slug)
    other = Stored(company.engines, services.tenancy.scope(slug))
    exported(command, other, "all", tmp_path / "second.csv")
    first, second = (sorted((tmp_path / name).read_text().splitlines()) for name in
                     ("first.csv", "second.csv"))  # fmt: skip
    assert first == second


def test_a_csv_has_the_formats_of_the_specification(
    command: Command, company: Stored, tmp_path: Path
) -> None:
    exported(command, company, "2026-09", tmp_path / "export.csv")
    with (tmp_path / "export.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == [*COLUMNS, "x_HostProviderName", "x_Operation", "x_Tags"]
    full = next(dict(zip(header, row, strict=True)) for row in rows if "RunInstances" in row)
    assert full["ChargePeriodStart"] == "2026-09-15T01:02:03Z"
    assert (full["BilledCost"], full["EffectiveCost"]) == ("-1.0000000001", "-2.0000000002")
    assert full["ChargeClass"] == "Correction"
    assert {row[header.index("BilledCost")] for row in rows} >= {"0.00000000001", "1.5"}
    assert {row[header.index("ChargeClass")] for row in rows} == {"", "Correction"}


def test_text_that_looks_like_a_formula_is_data_and_kept(
    command: Command, company: Stored, tmp_path: Path
) -> None:
    exported(command, company, "2026-09-02", tmp_path / "export.csv")
    with (tmp_path / "export.csv").open(newline="", encoding="utf-8") as file:
        found = {row["ChargeDescription"] for row in csv.DictReader(file)}
    assert found == {FORMULA, "+1", "-1", "@x", "'"}


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_period_without_charges_gives_a_file_without_rows(
    ending: str, command: Command, company: Stored, tmp_path: Path
) -> None:
    said = exported(command, company, "2031-01", tmp_path / f"none.{ending}")
    assert said.startswith("Wrote 0 charges")
    ran = command("ingest", tmp_path / f"none.{ending}", "--tenant", company.scope.tenant_slug)
    assert ran.code == 2
    assert "there is no row below the header" in ran.complaint


@pytest.mark.parametrize(
    ("period", "out", "complaint"),
    [
        ("2026-13", "x.csv", "period=2026-13: use last-30-days"),
        ("2026-09", "x.xlsx", "is none of .csv, .csv.gz, .parquet"),
        ("2026-09", "none/x.csv", "/none is no folder."),
    ],
)
def test_what_cannot_be_exported_is_said_and_leaves_no_file(
    period: str, out: str, complaint: str, command: Command, scope: Scope, tmp_path: Path
) -> None:
    ran = command("export", "focus", "--tenant", scope.tenant_slug,
                  "--period", period, "--out", tmp_path / out)  # fmt: skip
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert list(tmp_path.iterdir()) == []


def test_an_export_reads_no_other_tenant(
    command: Command, company: Stored, services: Services, tmp_path: Path
) -> None:
    slug = f"other-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    bill = write_csv(tmp_path / "other.csv", [row(ResourceName="of the other")])
    services.ingestion.ingest(services.tenancy.scope(slug), [str(bill)])
    exported(command, company, "all", tmp_path / "export.csv")
    assert "of the other" not in (tmp_path / "export.csv").read_text()
