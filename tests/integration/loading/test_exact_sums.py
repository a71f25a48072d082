"""Sums that agree to the last digit: of the file, of what is stored and aside, of the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.focus import on, write_csv
from support.stored import Stored

from data_layer.loading import Outcome
from finops_dash.bootstrap import Services
from finops_dash.domain.money import total
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url

COSTS = {
    "BilledCost": "billed_cost",
    "EffectiveCost": "effective_cost",
    "ListCost": "list_cost",
    "ContractedCost": "contracted_cost",
}
NUMBERS = count(1)
Charge = dict[str, str]


@st.composite
def amounts(draw: st.DrawFn) -> str:
    """A number of up to 17 digits and 24 decimal places, with or without an exponent."""
    whole = draw(st.integers(0, 10 ** draw(st.integers(0, 17)) - 1))
    places = draw(st.integers(0, 24))
    fraction = draw(st.integers(0, 10**places - 1)) if places else 0
    text = f"{whole}.{fraction:0{places}}" if places else str(whole)
    sign = draw(st.sampled_from(["", "-"]))
    if draw(st.booleans()):
        return sign + text
    return f"{sign}{Decimal(text):E}".replace("E", draw(st.sampled_from(["E", "e"])))


charges = st.fixed_dictionaries(
    {
        "BilledCost": st.one_of(amounts(), st.sampled_from(["twelve", "1E18", ""])),
        "EffectiveCost": amounts(),
        "ListCost": st.one_of(amounts(), st.just("")),
        "ContractedCost": amounts(),
        "BillingCurrency": st.sampled_from(["USD", "EUR", "dollars"]),
        "ServiceName": st.sampled_from(["EC2", "S3"]),
        "ResourceId": st.sampled_from(["one", "two", ""]),
        "Day": st.sampled_from(["2026-08-31", "2026-09-01", "2026-09-02"]),
    }
)


def is_number(text: str) -> bool:
    return text not in {"", "twelve", "1E18"}


def is_good(charge: Charge) -> bool:
    return is_number(charge["BilledCost"]) and charge["BillingCurrency"] != "dollars"


def added(charges: list[Charge], name: str) -> dict[str, Decimal]:
    """The exact sums by currency."""
    by_currency: dict[str, list[Decimal]] = {}
    for charge in charges:
        code = charge["BillingCurrency"].upper()
        amount = Decimal(charge[name]) if is_number(charge[name]) else Decimal(0)
        by_currency.setdefault(code, []).append(amount)
    return {code: total(found) for code, found in by_currency.items()}


@pytest.fixture(scope="module")
def load(
    services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[list[Charge]], tuple[Scope, Outcome]]:
    """Loads charges into a tenant of their own."""
    folder = tmp_path_factory.mktemp("sums")

    def loaded(charges: list[Charge]) -> tuple[Scope, Outcome]:
        slug = f"sums-{next(NUMBERS)}-{uuid4().hex[:8]}"
        services.tenancy.create(slug)
        scope = services.tenancy.scope(slug)
        rows = [on(**{key.replace("Day", "day"): text for key, text in c.items()}) for c in charges]
        return scope, services.ingestion.ingest(scope, [str(write_csv(folder / "bill.csv", rows))])

    return loaded


def answered(services: Services, scope: Scope, query: str) -> dict[str, Decimal]:
    asked, notices = from_url(query)
    assert notices == ()
    rows = services.cost.answer(scope, asked, date(2026, 10, 1)).rows
    return {row["billing_currency"]: row[asked.measure] for row in rows}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(charges, min_size=1, max_size=25).filter(lambda rows: any(map(is_good, rows))))
def test_the_file_is_what_is_stored_and_what_is_aside_and_what_is_answered(
    services: Services, load: Callable[[list[Charge]], tuple[Scope, Outcome]], rows: list[Charge]
) -> None:
    scope, outcome = load(rows)
    good = [row for row in rows if is_good(row)]
    bad = [row for row in rows if not is_good(row)]
    assert (outcome.row_count, outcome.rejected_count) == (len(good), len(bad))
    for column, measure in COSTS.items():
        expected = added(good, column)
        lines = {line.currency: line for line in outcome.lines if line.measure == measure}
        assert {code: line.file for code, line in lines.items()} == added(rows, column)
        aside = {code: line.rejected for code, line in lines.items() if line.rejected}
        assert aside == {code: amount for code, amount in added(bad, column).items() if amount}
        stored = {code: line.stored for code, line in lines.items() if code in expected}
        assert stored == expected
        query = f"measure={measure}&group_by=billing_currency"
        for cut in ("period=all", "period=2026-08-30..2026-09-02&filter=region:eu-west-1",
                    "period=all&filter=sku:SKU-1"):  # fmt: skip
            assert answered(services, scope, f"{query}&{cut}") == expected
    assert Stored(services.engines, scope).wrong_rollups() == {}


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["0.1"] * 10, "1"),
        (["12345678.12345678901234567890123", "1E-26"], "12345678.12345678901234567890123001"),
        (["900000000000000000"] * 12, "10800000000000000000"),
        (["123456789012345678.12345678901234567891", "-123456789012345678"],
         "0.12345678901234567891"),
        (["1E-16383", "1E17"], "100000000000000000." + "0" * 16382 + "1"),
        (["1E-30", "900000000000000000", "900000000000000000"],
         "1800000000000000000." + "0" * 29 + "1"),
    ],
)  # fmt: skip
def test_sums_are_exact_whatever_their_length(
    services: Services,
    load: Callable[[list[Charge]], tuple[Scope, Outcome]],
    numbers: list[str],
    expected: str,
) -> None:
    rows = [{"Day": "2026-09-01", "BilledCost": text, "EffectiveCost": text} for text in numbers]
    scope, outcome = load(rows)
    (line,) = (line for line in outcome.lines if line.measure == "billed_cost")
    assert line.file == line.stored == Decimal(expected)
    query = "measure=billed_cost&group_by=billing_currency&period=2026-09"
    assert answered(services, scope, query) == {"USD": Decimal(expected)}
