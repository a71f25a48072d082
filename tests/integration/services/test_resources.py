"""Resources are found by what bills say of them, and each one's story is that of its charges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery, Order
from finops_dash.domain.errors import MixedCurrenciesError, PermissionDeniedError
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services import resources
from finops_dash.services.resources import ResourceService

TODAY = date(2026, 11, 3)
OCTOBER = CostQuery(period=Period("2026-10"))
ROWS = [
    on("2026-09-10", ResourceId="i-1", ResourceName="web one", Tags='{"team": "Core"}'),
    on("2026-10-01", ResourceId="i-1", ResourceName="web one", Tags='{"team": "Core"}'),
    on("2026-10-02", ResourceId="i-1", ResourceName="web 1", Tags='{"team": "Web", "env": "p"}'),
    on("2026-10-09", ResourceId="i-1", ResourceName="web 1", Tags='{"team": "Core"}',
       EffectiveCost="4", RegionId="us-east-1"),
    on("2026-10-05", ResourceId="i-2", ResourceName="", EffectiveCost="9", Tags="",
       RegionId="us-east-1"),
    on("2026-10-06", ResourceId="i-3", Tags='{"team": "Core", "a": "b"}', EffectiveCost="0.25"),
    on("2026-09-07", ResourceId="i-old", ResourceName="retired web", Tags='{"team": "Core"}'),
    on("2026-10-08", ResourceId="", ResourceName="", ChargeCategory="Tax"),
]  # fmt: skip


@pytest.fixture(scope="module")
def company(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    services.tenancy.create(slug := f"resources-{uuid4().hex[:8]}")
    scope = services.tenancy.scope(slug, "finops")
    bill = write_csv(tmp_path_factory.mktemp("bill") / "bill.csv", ROWS)
    services.ingestion.ingest(scope, [str(bill)])
    return scope


def found(services: Services, scope: Scope, text: str, **changes: object) -> list[str]:
    query = replace(OCTOBER, **changes)  # type: ignore[arg-type]
    return [name for name, _ in services.resources.find(scope, query, text, TODAY).costs]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["i-2", "i-1", "i-3"]),
        ("web", ["i-1"]),
        ("web one", ["i-1"]),
        ("team=core", ["i-1", "i-3"]),
        ("a=b core", ["i-3"]),
        ("nobody", []),
        ("'; DROP TABLE finops.charge; --", []),
        ("%", []),
    ],
)
def test_resources_are_found_dearest_first(
    services: Services, company: Scope, text: str, names: list[str]
) -> None:
    assert found(services, company, text) == names


def test_they_come_in_any_order_asked_for(services: Services, company: Scope) -> None:
    assert found(services, company, "", order=Order.CHEAPEST) == ["i-3", "i-1", "i-2"]
    assert found(services, company, "", order=Order.NAME) == ["i-2", "i-3", "i-1"]


def test_a_filter_of_the_query_holds_too(services: Services, company: Scope) -> None:
    query = OCTOBER.where("region", "us-east-1")
    result = services.resources.find(company, query, "", TODAY)
    assert result.costs == (("i-2", Decimal(9)), ("i-1", Decimal(4)))


def test_what_matches_but_was_not_charged_then_is_counted(
    services: Services, company: Scope
) -> None:
    result = services.resources.find(company, OCTOBER, "web", TODAY)
    assert (len(result.costs), result.elsewhere) == (1, 1)
    everywhere = services.resources.find(
        company, replace(OCTOBER, period=Period("all")), "web", TODAY
    )
    assert {name for name, _ in everywhere.costs} == {"i-1", "i-old"}
    assert everywhere.elsewhere == 0


def test_costs_are_those_of_the_whole_months_the_period_touches(
    services: Services, company: Scope
) -> None:
    week = replace(OCTOBER, period=Period.parse("2026-10-05..2026-10-06"))
    result = services.resources.find(company, week, "", TODAY)
    assert result.months == Period("2026-10").resolve(TODAY)
    assert result.total == Decimal("16.25")
    assert [p.resource.title for p in services.resources.page(company, result, 0)] == [
        "i-2", "web 1", "machine one",
    ]  # fmt: skip
    assert services.resources.page(company, result, 99) == []


@pytest.mark.parametrize("text", ["web", "team=core", "a=b core", "TEAM=", "nobody", "%", "i-"])
def test_very_many_resources_are_searched_by_the_database_alike(
    services: Services, company: Scope, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    kept = services.resources
    monkeypatch.setattr(resources, "MOST_HELD", 1)
    many = ResourceService(services.cost, services.freshness)
    for query in (OCTOBER, replace(OCTOBER, period=Period("all"))):
        ours = kept.find(company, query, text, TODAY)
        theirs = many.find(company, query, text, TODAY)
        assert theirs == ours
        assert many.page(company, theirs, 0) == kept.page(company, ours, 0)


def test_a_story_says_what_a_resource_was_from_when_to_when(
    services: Services, company: Scope
) -> None:
    story = services.resources.one(company, "i-1")
    assert story is not None
    assert story.title == "web 1"
    assert story.tag_sets == (
        ((("team", "Core"),), date(2026, 9, 10), date(2026, 10, 9)),
        ((("env", "p"), ("team", "Web")), date(2026, 10, 2), date(2026, 10, 2)),
    )
    spans = [(s.name, s.placing.region, s.first.day, s.last.day) for s in story.spans]
    assert spans == [
        ("web 1", "us-east-1", 9, 9),
        ("web 1", "eu-west-1", 2, 2),
        ("web one", "eu-west-1", 10, 1),
    ]


@pytest.mark.parametrize("name", ["", "nobody", "i-1 ", "x" * 5000, "nul\0", "' OR 1=1 --"])
def test_there_is_no_story_of_an_unknown_id(services: Services, company: Scope, name: str) -> None:
    assert services.resources.one(company, name) is None


def test_neighbours_are_of_the_same_account_service_and_region(
    services: Services, company: Scope
) -> None:
    story = services.resources.one(company, "i-1")
    assert story is not None
    beside = services.resources.beside(company, story, OCTOBER, TODAY)
    assert [(p.resource.id, p.cost, shared) for p, shared in beside.rows] == [("i-2", 9, 0)]
    alike = services.resources.alike(company, story, OCTOBER, TODAY)
    assert [(p.resource.id, shared) for p, shared in alike.rows] == [("i-3", 1)]
    assert (beside.count, alike.count) == (1, 1)


def test_very_many_resources_have_neighbours_too(
    services: Services, company: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = services.resources.one(company, "i-1")
    untagged = services.resources.one(company, "i-2")
    assert story is not None
    assert untagged is not None
    monkeypatch.setattr(resources, "MOST_HELD", 1)
    many = ResourceService(services.cost, services.freshness)
    assert many.alike(company, story, OCTOBER, TODAY) == services.resources.alike(
        company, story, OCTOBER, TODAY
    )
    assert many.alike(company, untagged, OCTOBER, TODAY).rows == ()


def test_a_new_load_is_found_at_once(services: Services, scope: Scope, tmp_path: Path) -> None:
    for name in ("first", "second"):
        bill = write_csv(tmp_path / f"{name}.csv", [on("2026-10-01", ResourceId=f"the {name}")])
        services.ingestion.ingest(scope, [str(bill)], source=name)
        assert found(services, scope, name) == [f"the {name}"]


def test_nobody_finds_what_is_anothers(services: Services, company: Scope, scope: Scope) -> None:
    assert services.resources.one(scope, "i-1") is None
    assert found(services, scope, "web") == []
    story = services.resources.one(company, "i-1")
    assert story is not None
    assert services.resources.beside(scope, story, OCTOBER, TODAY).rows == ()
    assert services.resources.alike(scope, story, OCTOBER, TODAY).rows == ()


def test_only_who_may_read_costs_reads_resources(services: Services, company: Scope) -> None:
    nobody = replace(company, role="nobody")
    with pytest.raises(PermissionDeniedError):
        services.resources.find(nobody, OCTOBER, "", TODAY)
    with pytest.raises(PermissionDeniedError):
        services.resources.one(nobody, "i-1")


def test_currencies_are_not_added_up(services: Services, demo: Scope) -> None:
    query = from_url("period=all")[0]
    with pytest.raises(MixedCurrenciesError):
        services.resources.find(demo, query, "", services.now().date())
    one = replace(query, currency="EUR")
    assert services.resources.find(demo, one, "", services.now().date()).unit == "EUR"
