"""What a bill may hold: every column, older and newer versions, any text, number and time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.focus import on, row, write_csv
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS, INSTANTS, JSON_COLUMNS, NECESSARY, NUMBERS
from finops_dash.domain.scope import Scope

DAYS = [on(f"2026-09-{n:02}", ResourceId=f"i-{n}") for n in range(1, 10)]
Load = Callable[..., Any]


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path: Path) -> Load:
    """Loads rows, written with all columns or with some."""

    def loaded(rows: list[dict[str, str]], columns: list[str] | None = None) -> Any:
        bill = write_csv(tmp_path / "bill.csv", rows, columns or ())
        return services.ingestion.ingest(scope, [str(bill)])

    return loaded


def test_all_57_columns_go_in_and_come_out(load: Load, stored: Stored) -> None:
    instants = dict.fromkeys(INSTANTS, "2026-09-30T23:59:58Z")
    numbers = {name: f"{n}.000000000{n}" for n, name in enumerate(NUMBERS, 1)}
    objects = {name: f'{{"key of {name}": "v", "n": 1.25, "yes": true}}' for name in JSON_COLUMNS}
    others = set(COLUMNS) - {*instants, *numbers, *objects}
    texts = {name: f'the {name}, "with" quotes; ünïcode 漢字 😀 and\na line' for name in others}
    closed = {
        "BillingCurrency": "EUR",
        "CapacityReservationStatus": "Unused",
        "ChargeCategory": "Purchase",
        "ChargeClass": "Correction",
        "ChargeFrequency": "One-Time",
        "CommitmentDiscountCategory": "Spend",
        "CommitmentDiscountStatus": "Used",
        "PricingCategory": "Committed",
    }
    full = {**instants, **numbers, **objects, **texts, **closed}
    assert len(full) == 57
    load([full])
    (found,) = stored.charges()
    expected = {
        name: datetime.fromisoformat(text) if name in INSTANTS
        else Decimal(text) if name in NUMBERS
        else json.loads(text) if name in JSON_COLUMNS
        else text
        for name, text in full.items()
    }  # fmt: skip
    assert found == {**expected, "extras": {}}


OPTIONAL = [name for name in COLUMNS if name not in NECESSARY]


def test_optional_columns_may_be_missing(load: Load, stored: Stored) -> None:
    kept = [name for name in COLUMNS if name not in OPTIONAL]
    load(DAYS, kept)
    found = stored.charges()
    assert len(found) == 9
    assert {found[0][name] for name in OPTIONAL} == {None}
    assert stored.total("effective_cost") == Decimal("1.5") * 9


SINCE_1_1 = (
    "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity",
    "CommitmentDiscountUnit", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails",
)  # fmt: skip
SINCE_1_2 = (
    "InvoiceId", "BillingAccountType", "SubAccountType", "PricingCurrency",
    "PricingCurrencyListUnitPrice", "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
)  # fmt: skip


@pytest.mark.parametrize(
    ("version", "absent"), [("1.0", SINCE_1_1 + SINCE_1_2), ("1.1", SINCE_1_2)]
)
def test_files_of_older_versions_load(
    version: str, absent: tuple[str, ...], load: Load, stored: Stored
) -> None:
    columns = [name for name in COLUMNS if name not in absent]
    assert len(columns) == {"1.0": 43, "1.1": 50}[version]
    load(DAYS, columns)
    assert stored.total() == Decimal("1.5") * 9


def test_a_file_of_version_1_3_loads_and_keeps_its_new_columns(load: Load, stored: Stored) -> None:
    new = {"ServiceProviderName": "AWS", "HostProviderName": "AWS", "AllocatedMethodId": "even"}
    columns = [name for name in COLUMNS if name not in {"ProviderName", "PublisherName"}]
    load([item | new for item in DAYS], columns)
    assert set(stored.column("ProviderName")) == {"AWS"}
    assert stored.column("extras")[0] == {
        "x_ServiceProviderName": "AWS",
        "x_HostProviderName": "AWS",
        "x_AllocatedMethodId": "even",
    } or stored.column("extras")[0] == {"x_HostProviderName": "AWS", "x_AllocatedMethodId": "even"}


def test_unknown_columns_are_kept_where_they_hold_something(load: Load, stored: Stored) -> None:
    rows = [on("2026-09-01", x_Operation="Run", Zusatz="ä"), on("2026-09-02", x_Operation="")]
    load(rows)
    extras = sorted(stored.column("extras"), key=len)
    assert extras == [{}, {"x_Operation": "Run", "x_Zusatz": "ä"}]


def test_unknown_columns_may_have_any_name(load: Load, stored: Stored) -> None:
    names = ["record", "rows", "whole", "problem", "source", "content", "extras", "select", "x_a",
             "tenant_id", "billed_cost", "number of the row", "it's", 'a "name"', "a"]  # fmt: skip
    load([row(**{name: f"<{name}>" for name in names})])
    titles = {"x_a": "x_a", "a": "x_x_a"}
    expected = {titles.get(name, f"x_{name}"): f"<{name}>" for name in names}
    assert stored.column("extras") == [expected]


def test_unknown_columns_that_differ_in_every_row_stay_with_the_row(
    load: Load, stored: Stored
) -> None:
    load([row(x_LineId=f"line-{n}") for n in range(50)])
    assert {item["x_LineId"] for item in stored.column("extras")} == {
        f"line-{n}" for n in range(50)
    }
    assert stored.one("SELECT count(*) FROM finops.charge_key") == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-09-01T10:20:30Z", "2026-09-01T10:20:30+00:00"),
        ("2026-09-01 10:20:30.123456", "2026-09-01T10:20:30.123456+00:00"),
        ("2026-09-02T00:20:30+14:00", "2026-09-01T10:20:30+00:00"),
        ("2026-09-01T10:20:30-0000", "2026-09-01T10:20:30+00:00"),
        ("2026-09-01", "2026-09-01T00:00:00+00:00"),
        ("9/1/2026 10:20", "2026-09-01T10:20:00+00:00"),
        (" 2026-09-01T10:20:30Z ", "2026-09-01T10:20:30+00:00"),
    ],
)
def test_times_are_stored_in_utc(written: str, expected: str, load: Load, stored: Stored) -> None:
    load([row() | {"ChargePeriodStart": written}])
    (found,) = stored.column("ChargePeriodStart")
    assert found.astimezone(UTC).isoformat() == expected


@pytest.mark.parametrize(
    "number",
    ["0.12345678901234567890", "-0.00000000000000000001", "1E-20", "1.5e+3", "-2.5E-7",
     "0.123456789012345678901234567890", "123456789012345678.5", "1.110223024625156E-16",
     "+3", ".5", "7.", "-0", "00012.50", "1e-400"],
)  # fmt: skip
def test_numbers_are_stored_to_the_last_digit(number: str, load: Load, stored: Stored) -> None:
    outcome = load([row(BilledCost=number, ListUnitPrice=number)])
    assert stored.column("BilledCost") == stored.column("ListUnitPrice") == [Decimal(number)]
    billed = [line for line in outcome.lines if line.measure == "billed_cost"]
    assert [line.stored for line in billed] == [Decimal(number)]
    assert stored.wrong_rollups() == {}


def test_the_spelling_of_closed_lists_is_repaired_and_told(load: Load, stored: Stored) -> None:
    rows = [row(ChargeFrequency="Usage-based", ChargeCategory=" usage ")]
    outcome = load(rows)
    assert stored.column("ChargeFrequency") == ["Usage-Based"]
    assert stored.column("ChargeCategory") == ["Usage"]
    assert outcome.repairs == {"charge_frequency": 1, "charge_category": 1}


@pytest.mark.parametrize(
    "text",
    ["a\n\\.\nb", "\\.", "a\rb", "a\tb", "\\N", '"', "=1+1", "a\x1fb", "\x1e", "x" * 200_000,
     " a ", "😀"],
)  # fmt: skip
def test_any_text_survives(text: str, load: Load, stored: Stored) -> None:
    load([row(ResourceName=text, ChargeDescription=text)])
    (found,) = stored.charges()
    assert (found["ResourceName"], found["ChargeDescription"]) == (text, text)


def test_contents_that_differ_only_in_control_characters_are_two(
    load: Load, stored: Stored
) -> None:
    kinds = {("a\x1fb", "c"), ("a", "b\x1fc"), ("\x1e", "c"), ("", "c")}
    load([row(ResourceName=name, ResourceType=kind) for name, kind in kinds])
    found = {(item["ResourceName"] or "", item["ResourceType"]) for item in stored.charges()}
    assert found == kinds


def test_rows_that_are_alike_all_count(load: Load, stored: Stored) -> None:
    load([row()] * 7)
    assert len(stored.charges()) == 7
    assert stored.total() == Decimal("10.5")


def test_charges_of_no_provider_and_no_account_have_a_source_all_the_same(
    load: Load, stored: Stored
) -> None:
    load([row(ProviderName="", BillingAccountId="")])
    assert stored.one("SELECT name FROM finops.source") == "unnamed"
    load([row(ProviderName="", BillingAccountId="", BilledCost="2")])
    assert stored.total() == 2
