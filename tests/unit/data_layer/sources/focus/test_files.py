"""Which files are bills, and what the others are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.focus import row, write_csv

from data_layer.sources.focus.files import FileRefusedError, find_files, open_file
from finops_dash.domain.focus import COLUMNS, NECESSARY


def header(tmp_path: Path, *names: str) -> Path:
    path = tmp_path / "bill.csv"
    path.write_text(",".join(names) + "\n" + ",".join("x" for _ in names) + "\n")
    return path


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("lineItem/UnblendedCost", "bill/PayerAccountId"), "an AWS Cost and Usage Report"),
        (("line_item_unblended_cost",), "an AWS Cost and Usage Report"),
        (("MeterCategory", "MeterId", "BillingCurrency"), "Azure cost details"),
        (("billing_account_id", "usage_start_time", "cost"), "a Google Cloud billing export"),
        (("lineItem/referenceNo", "cost/myCost"), "an OCI cost report"),
        (("ContractCommitmentId", "BillingCurrency"), "a FOCUS Contract Commitment dataset"),
        (("BillingPeriodStatus", "BillingPeriodStart"), "a FOCUS Billing Period dataset"),
        (("InvoiceIssueDate", "BilledCost"), "a FOCUS Invoice Detail dataset"),
        (("ChargeType", "InvoiceIssuer", "BilledCost"), "FOCUS 0.5"),
        (("F:ChargeType", "F:InvoiceIssuer"), "FOCUS 0.5"),
    ],
)
def test_another_kind_of_bill_is_called_by_its_name(
    tmp_path: Path, names: tuple[str, ...], what: str
) -> None:
    with pytest.raises(FileRefusedError, match=f"line 1: is {what}"):
        open_file(header(tmp_path, *names))


def test_a_table_that_is_no_bill_is_told_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="is not a FOCUS Cost and Usage file: it lacks Bill"):
        open_file(header(tmp_path, "name", "ServiceName", "age"))


@pytest.mark.parametrize("missing", NECESSARY)
def test_a_bill_without_a_mandatory_column_names_it(tmp_path: Path, missing: str) -> None:
    columns = [name for name in COLUMNS if name != missing]
    with pytest.raises(FileRefusedError, match=f"lacks {missing}, which FOCUS makes mandatory"):
        open_file(write_csv(tmp_path / "bill.csv", [row()], columns))


def test_columns_are_known_in_any_order_case_and_namespace(tmp_path: Path) -> None:
    names = [name.upper() if len(name) % 2 else f"F:{name}" for name in reversed(COLUMNS)]
    assert set(open_file(header(tmp_path, *names)).focus) == set(COLUMNS)


def test_a_bill_of_focus_1_4_is_read_by_the_new_name_of_the_provider(tmp_path: Path) -> None:
    names = [name for name in COLUMNS if name not in {"ProviderName", "PublisherName"}]
    file = open_file(header(tmp_path, *names, "ServiceProviderName", "HostProviderName"))
    assert file.focus["ProviderName"] == "ServiceProviderName"
    assert file.extras == ("HostProviderName",)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="the column tags stands there twice"):
        open_file(header(tmp_path, *COLUMNS, "tags"))


def test_a_folder_gives_its_bills_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b/two.csv", "a/one.CSV"):
        write_csv(tmp_path / name, [row()])
    (tmp_path / "labels.json").write_text("[]")
    assert [file.path.name for file in find_files([str(tmp_path)])] == ["one.CSV", "two.csv"]


@pytest.mark.parametrize("name", ["nowhere.csv", "", "no*.csv"])
def test_a_path_that_holds_no_bill_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefusedError, match=r"no \.csv, \.csv\.gz, \.parquet file here"):
        find_files([str(tmp_path / name)])
