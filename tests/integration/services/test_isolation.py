"""Each call of the services, asked by one tenant, says nothing of another."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.exports.focus import export_focus

TODAY = date(2026, 10, 15)


@dataclass
class Pair:
    """Two tenants with bills of the same shape and other words; `theirs` was loaded last."""

    ours: Scope
    theirs: Scope


@pytest.fixture(scope="module")
def pair(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder, scopes = tmp_path_factory.mktemp("bills"), []
    for name, currency, cost in (("ours", "USD", "1"), ("theirs", "CHF", "100")):
        services.tenancy.create(slug := f"{name}-{uuid4().hex[:8]}")
        scope = services.tenancy.scope(slug, "finops")
        words = {"ServiceName": name, "ResourceId": name, "BillingAccountId": name}
        costs = {"EffectiveCost": cost, "BillingCurrency": currency}
        bill = write_csv(folder / f"{name}.csv", [on("2026-10-01", **words, **costs)])
        services.ingestion.ingest(scope, [str(bill)], source=name)
        services.memberships.add(slug, f"{name}@example.com", name, "viewer")
        scopes.append(scope)
    return Pair(*scopes)


def answer(services: Services, scope: Scope, text: str) -> Any:
    return services.cost.answer(scope, from_url(text)[0], TODAY)


CALLS: dict[str, Callable[[Services, Scope], object]] = {
    "answer of services": lambda s, scope: answer(s, scope, "period=all&group_by=service").rows,
    "answer of resources": lambda s, scope: answer(s, scope, "period=all&group_by=resource").rows,
    "answer of accounts": lambda s, scope: (
        answer(s, scope, "period=2026-10&group_by=billing_account&grain=day").rows
    ),
    "currencies": lambda s, scope: s.cost.currencies(scope),
    "values": lambda s, scope: s.cost.values(scope, "service"),
    "freshness": lambda s, scope: [source.name for source in s.freshness.of(scope).sources],
    "loads": lambda s, scope: [
        used.source for used in s.freshness.basis(scope, answer(s, scope, "period=2026-10")).loads
    ],
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_speaks_of_its_own_tenant_alone(services: Services, pair: Pair, call: str) -> None:
    ours, theirs = (CALLS[call](services, scope) for scope in (pair.ours, pair.theirs))
    foreign = ("theirs", "CHF", "100")
    assert not any(word in repr(ours) for word in foreign)
    assert any(word in repr(theirs) for word in foreign)


def test_sums_and_counts_are_of_one_tenant(services: Services, pair: Pair) -> None:
    for scope, cost in ((pair.ours, Decimal(1)), (pair.theirs, Decimal(100))):
        found = answer(services, scope, "period=all")
        assert found.total == cost
        assert services.cost.counts(scope, found) == (1, 0)


def test_an_export_holds_the_charges_of_one_tenant(
    services: Services, pair: Pair, tmp_path: Path
) -> None:
    out, days = tmp_path / "out.csv", Period("all").resolve(TODAY)
    assert export_focus(services.engines, pair.ours, days, out, services.now()) == 1
    with out.open() as file:
        assert [row["ServiceName"] for row in csv.DictReader(file)] == ["ours"]


def test_a_load_of_one_tenant_leaves_the_version_of_the_other(
    services: Services, pair: Pair, tmp_path: Path
) -> None:
    before = services.cost.data_version(pair.theirs)
    bill = write_csv(tmp_path / "more.csv", [on("2026-09-01", ServiceName="ours")])
    services.ingestion.ingest(pair.ours, [str(bill)], source="more")
    assert services.cost.data_version(pair.theirs) == before
    assert answer(services, pair.theirs, "period=all").total == Decimal(100)


def test_one_question_of_two_tenants_has_two_answers_in_the_cache(
    services: Services, pair: Pair
) -> None:
    asked = "period=2026-10-01"
    first = answer(services, pair.ours, asked)
    assert answer(services, pair.theirs, asked).total != first.total
    assert answer(services, pair.ours, asked) is first
