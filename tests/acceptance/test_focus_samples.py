"""Every real FOCUS sample loads, exactly, or is refused for a reason that a person agrees with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from support import independent
from support.samples import SAMPLES, each, files_under

from data_layer.loading import Outcome
from data_layer.sources.focus.files import FileRefusedError
from finops_dash.bootstrap import Services
from finops_dash.cli import main
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.exports.focus import export_focus

TODAY = date(2026, 11, 20)
LACKS_ITS_BILL = "lacks BillingAccountId, BillingCurrency, ProviderName, ServiceName"
REFUSED = {
    "focus/focus-0.5-namespaced-failures.csv": "is FOCUS 0.5; versions from 1.0 on can be loaded",
    "focus/focus-1.3-gcp-contract-commitment.csv": "is a FOCUS Contract Commitment dataset",
    "focus/spec-1.2-examples/commitment_discount_purchase_scenario_1.csv": LACKS_ITS_BILL,
    "focus/spec-1.2-examples/commitment_discount_purchase_scenario_3.csv": LACKS_ITS_BILL,
    "focus/spec-1.2-examples/commitment_discount_usage_scenario_1.csv": LACKS_ITS_BILL,
    "focus/spec-1.2-examples/commitment_discount_usage_scenario_3.csv": LACKS_ITS_BILL,
    "focus/spec-1.2-examples/one_hundred_percent_utilization_with_commitment_discount_flexibility"
    "_with_1_resource.csv": LACKS_ITS_BILL,
    "focus/spec-1.2-examples/zero_percent_utilization_without_commitment_discount_flexibility"
    ".csv": LACKS_ITS_BILL,
}
AGREED = tuple(dict.fromkeys(REFUSED.values()))  # of a sample that is new, too
LOADED = {
    "focus/dialects/aws-data-exports/data/BILLING_PERIOD=2026-05/focus-00001.csv.gz": 1000,
    "focus/dialects/azure-cost-management/part_0_0001.csv": 1000,
    "focus/focus-1.0-sample.a.csv": 500,
    "focus/focus-1.2-aws.csv": 1000,
    "focus/focus-1.2-gcp.csv.gz": 1000,
    "focus/focus-1.3-gcp.csv": 500,
    "focus/spec-1.2-examples/saas_spend_agreements_a1.csv": 4,
    "focus/spec-1.2-examples/saas_spend_agreements_b1.csv": 5,
    "focus/spec-1.2-examples/simple_saas_agreements_a1.csv": 1,
    "focus/spec-1.2-examples/simple_saas_agreements_b.csv": 1,
    "focus/spec-1.2-examples/simple_saas_agreements_c.csv": 3,
    "focus/spec-1.2-examples/virtual_currency_pricing_model_a1.csv": 1,
    "focus/spec-1.2-examples/virtual_currency_pricing_model_a2.csv": 3,
}
CUR, AZURE, GOOGLE, OCI = (
    "is an AWS Cost and Usage Report, not FOCUS",
    "is Azure cost details (actual or amortised), not FOCUS",
    "is a Google Cloud billing export, not FOCUS",
    "is an OCI cost report, not FOCUS",
)
NO_SUCH_KIND = "is none of .csv, .csv.gz, .parquet"


def stranger_words(name: str) -> str:
    if ".json" in name:
        return NO_SUCH_KIND
    folder = name.split("/", maxsplit=1)[0]
    return {"aws": CUR, "azure": AZURE, "gcp": GOOGLE, "oci": OCI}[folder]


@dataclass
class Journey:
    """A sample loaded, exported, loaded again, and its export loaded into another tenant."""

    path: Path
    scope: Scope
    first: Outcome
    again: Outcome
    export: Path
    other: Outcome
    other_export: Path


def fresh(services: Services) -> Scope:
    slug = f"sample-{uuid4().hex[:10]}"
    services.tenancy.create(slug)
    return services.tenancy.scope(slug, "finops")


def load(services: Services, scope: Scope, path: Path) -> Outcome:
    return services.ingestion.ingest(scope, [str(path)])


def export(services: Services, scope: Scope, out: Path) -> Path:
    export_focus(services.engines, scope, Period("all").resolve(TODAY), out, services.now())
    return out


BILLS = [name for name in files_under("focus") if name not in REFUSED]


@pytest.fixture(scope="module", params=each(BILLS))
def journey(
    request: pytest.FixtureRequest, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Journey:
    path, folder = SAMPLES / request.param, tmp_path_factory.mktemp("exports")
    scope, other = fresh(services), fresh(services)
    try:
        first = load(services, scope, path)
    except FileRefusedError as refusal:
        if request.param in LOADED or not any(words in str(refusal) for words in AGREED):
            raise
        pytest.skip(f"a new sample, refused for a reason that is agreed: {refusal.reason}")
    written = export(services, scope, folder / "first.csv")
    again = load(services, scope, path)
    elsewhere = load(services, other, written)
    second = export(services, other, folder / "second.csv")
    return Journey(path, scope, first, again, written, elsewhere, second)


def test_every_row_is_stored_or_kept_aside_with_its_reason(journey: Journey) -> None:
    outcome, rows = journey.first, independent.row_count(journey.path)
    assert (outcome.row_count + outcome.rejected_count, outcome.rejected_count) == (rows, 0)
    expected = LOADED.get(journey.path.relative_to(SAMPLES).as_posix(), rows)
    assert outcome.row_count == expected


def test_sums_equal_an_independent_sum_of_the_file_to_the_last_digit(
    journey: Journey, services: Services
) -> None:
    independently = independent.sums(journey.path)
    for measure in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"):
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in measure).strip("_")
        query, _ = from_url(f"measure={name}&group_by=billing_currency&period=all")
        answer = services.cost.answer(journey.scope, query, TODAY)
        stored = {(row["billing_currency"], measure): row[name] for row in answer.rows}
        of_file = {key: total for key, total in independently.items() if key[1] == measure}
        assert stored == (of_file or dict.fromkeys(stored, Decimal(0)))


def test_sums_equal_those_in_the_manifest_of_the_samples(journey: Journey) -> None:
    listed: list[dict[str, Any]] = json.loads((SAMPLES / "manifest.json").read_text())
    name = journey.path.relative_to(SAMPLES).as_posix()
    entry = next((entry for entry in listed if entry["path"] == name), {})
    known = (
        {} if entry.get("cost_not_a_number") else entry.get("sums", {})
    )  # "$10.00" is none there
    stored: dict[str, Decimal] = {}
    for line in journey.first.lines:
        measure = "".join(part.title() for part in line.measure.split("_"))
        stored[measure] = stored.get(measure, Decimal(0)) + line.stored
    assert {m: Decimal(text) for m, text in known.items()} == {m: stored[m] for m in known}


def test_every_value_of_every_column_comes_back_out(journey: Journey) -> None:
    assert independent.rows(journey.export) == independent.rows(journey.path)


def test_loading_the_file_again_changes_nothing(journey: Journey, services: Services) -> None:
    assert journey.again.changed_nothing
    assert services.cost.data_version(journey.scope) == 1


def test_an_export_loads_into_another_tenant_as_the_same_rows(journey: Journey) -> None:
    assert independent.rows(journey.other_export) == independent.rows(journey.export)
    assert journey.other.lines == journey.first.lines


def told_by_the_command(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr("sys.argv", ["finops-dash", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return stop.value.code


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *REFUSED.items(),
        *((name, stranger_words(name)) for name in files_under("aws", "azure", "gcp", "oci")),
    ],
)
def test_what_is_no_focus_bill_is_refused_in_one_line_that_says_what_it_is(
    name: str,
    words: str,
    services: Services,
    scope: Scope,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not (SAMPLES / name).exists():
        pytest.skip("the shared samples are not here")
    monkeypatch.setenv("FINOPS_DATA_DIR", str(data_dir))
    arguments = ["ingest", str(SAMPLES / name), "--tenant", scope.tenant_slug]
    code = told_by_the_command(arguments, monkeypatch)
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert words in said.err
    assert services.freshness.of(scope).sources == ()
