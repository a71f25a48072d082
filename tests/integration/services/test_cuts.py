"""Cuts answer faster and never differently; behind a load they are left alone until summed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from sqlalchemy import text
from support.scheduling import run_due

from data_layer.engine import tenant_statement
from data_layer.queries.relations import rollup_for
from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import Compare, CostQuery, Grain
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.services.cost import CostReader

TODAY = date(2026, 10, 15)
Load = Callable[..., None]


@pytest.fixture
def without_cuts(services: Services, demo: Scope) -> CostReader:
    """A reader that takes the cuts of the demo company to be old."""
    reader = CostReader(services.engines, fresh_for=1e9)
    reader.data_version(demo)
    reader._cuts[demo.tenant_id] = -1  # noqa: SLF001 - there is no other way to have none
    return reader


def queries(services: Services, scope: Scope) -> Iterator[CostQuery]:
    """Questions about every cut: grouped, filtered, both, over days and over months."""
    groups = (
        (), ("sub_account",), ("region", "service"), ("team",), ("cost_center", "team"),
        ("environment", "provider"), ("resource_name", "service"), ("project",),
    )  # fmt: skip
    filters = ("sub_account", "region", "team", "environment", "cost_center", "service")
    for number, (group, name) in enumerate(product(groups, filters)):
        values = services.cost.values(scope, name)
        query = CostQuery(
            measure=("effective_cost", "list_cost", "billed_cost")[number % 3],
            group_by=group,
            period=Period(("last-30-days", "last-90-days", "ytd", "last-month")[number % 4]),
            grain=(Grain.DAY, Grain.NONE, Grain.MONTH)[number % 3],
            compare=Compare.PREVIOUS_PERIOD,
            currency="USD",
        )
        if query.grain is Grain.DAY and "resource_name" in group:
            query = replace(query, grain=Grain.MONTH)
        yield query
        yield query.where(name, values[number % len(values)])
        yield query.where(name, *values[:2], "")


def test_every_answer_is_the_same_with_cuts_and_without(
    services: Services, demo: Scope, without_cuts: CostReader
) -> None:
    services.ingestion.refresh_cuts(demo)
    reader, today, tables = CostReader(services.engines), services.now().date(), set()
    for query in queries(services, demo):
        found, plain = reader.answer(demo, query, today), without_cuts.answer(demo, query, today)
        tables.add(found.table)
        assert "cut" not in plain.table
        assert found.rows == plain.rows
        assert found.before is None or found.before.rows == plain.before.rows  # type: ignore[union-attr]
    assert {
        "daily_cut_cost", "monthly_cut_cost", "monthly_cut_resource_cost",
        "monthly_cut_cost and daily_cut_cost",
    } <= tables  # fmt: skip


@pytest.mark.parametrize(
    ("query", "cut"),
    [
        (CostQuery(group_by=("cost_center", "team"), currency="USD"), "ownership"),
        (CostQuery(group_by=("team",)).where("region", "eu"), "region ownership"),
        (CostQuery(group_by=("team",)).where("sub_account", "1"), "account ownership"),
        (CostQuery(group_by=("service",)).where("environment", "prod"), "environment"),
        (CostQuery(group_by=("service",)).where("team", "a"), "owner"),
        (CostQuery(group_by=("sub_account",)).where("provider", "AWS"), "place"),
        (CostQuery(group_by=("resource",)).where("team", "a"), "resource"),
        (CostQuery(group_by=("project",)), None),
        (CostQuery(group_by=("tag:team",)), None),
        (CostQuery(group_by=("team",)).where("invoice", "1"), None),
        (CostQuery(measure="consumed_quantity", group_by=("team",)), None),
    ],
)
def test_the_smallest_cut_that_tells_enough_apart_answers(
    query: CostQuery, cut: str | None
) -> None:
    days = Period("last-month").resolve(TODAY)
    parts = rollup_for(query, days, cuts=True).parts
    assert [part.cut.name if part.cut else None for part in parts] == [cut]
    assert not rollup_for(query, days).is_cut


def asked(services: Services, scope: Scope) -> tuple[Decimal, str]:
    """October by account, and the table that said so."""
    query = CostQuery(period=Period("2026-10"), group_by=("sub_account",))
    answer = CostReader(services.engines).answer(scope, query, TODAY)
    return answer.total, answer.table


def test_a_load_of_few_days_sums_its_cuts_at_once(
    services: Services, scope: Scope, load: Load
) -> None:
    load("2026-10-01", "2026-10-02", EffectiveCost="1.5")
    assert asked(services, scope) == (Decimal(3), "monthly_cut_cost")
    load("2026-10-02", EffectiveCost="4")
    assert asked(services, scope) == (Decimal(4), "monthly_cut_cost")
    assert run_due(services, scope, "cuts") == []


def test_cuts_that_are_behind_are_not_read_until_the_job_has_summed_them(
    services: Services, scope: Scope, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load("2026-10-01", EffectiveCost="1")
    monkeypatch.setattr("finops_dash.services.ingestion.FEW_DAYS", 0)
    load("2026-10-01", "2026-10-02", EffectiveCost="2")
    assert asked(services, scope) == (Decimal(4), "monthly_cost")
    (run,) = run_due(services, scope, "cuts")
    assert (run.state, run.message) == ("done", "2 days were summed anew.")
    assert asked(services, scope) == (Decimal(4), "monthly_cut_cost")


def test_only_days_that_changed_are_summed_anew(
    services: Services, scope: Scope, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load("2026-10-01", "2026-10-02", "2026-09-30")
    monkeypatch.setattr("finops_dash.services.ingestion.FEW_DAYS", 0)
    load("2026-10-01")
    assert services.ingestion.refresh_cuts(scope) == 1
    assert services.ingestion.refresh_cuts(scope) == 0


def test_a_load_while_a_cut_is_read_is_noticed(
    services: Services, scope: Scope, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load("2026-10-01", EffectiveCost="1")
    reader = CostReader(services.engines, fresh_for=1e9)
    reader.data_version(scope)
    monkeypatch.setattr("finops_dash.services.ingestion.FEW_DAYS", 0)
    load("2026-10-01", EffectiveCost="2")
    query = CostQuery(period=Period("2026-10"), group_by=("sub_account",))
    answer = reader.answer(scope, query, TODAY)
    assert (answer.total, answer.table) == (Decimal(2), "monthly_cost")


def test_the_rollup_check_looks_at_cuts_too(services: Services, scope: Scope, load: Load) -> None:
    load("2026-10-01", EffectiveCost="1")
    with services.engines.loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(scope.tenant_id))
        connection.execute(
            text(
                "UPDATE finops.daily_cut_cost SET effective_cost = 3 "
                "WHERE tenant_id = :tenant AND cut = 'place'"
            ),
            {"tenant": scope.tenant_id},
        )
    (run,) = run_due(services, scope, "rollup-check")
    assert "daily_cut_cost (place) of 2026-10-01 in USD: effective_cost is 3" in (run.reason or "")
