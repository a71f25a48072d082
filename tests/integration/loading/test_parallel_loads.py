"""Loads at the same moment: of many tenants, and of one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from support.focus import on, write_csv
from support.stored import Stored

from data_layer.loading import Outcome
from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

PATIENCE = 60


def tenant(services: Services) -> Scope:
    slug = f"parallel-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    return services.tenancy.scope(slug)


def bill_of(folder: Path, scope: Scope, months: list[str]) -> str:
    """A bill whose rows carry the number of their tenant, in months nobody has used."""
    cost = {"BilledCost": str(scope.tenant_id), "ResourceId": scope.tenant_slug}
    rows = [on(f"{month}-{day:02}", **cost) for month in months for day in (1, 2, 3)]
    return str(write_csv(folder / f"{scope.tenant_slug}.csv", rows))


def test_tenants_that_load_new_months_at_once_do_not_hinder_each_other(
    services: Services, tmp_path: Path
) -> None:
    year = random.SystemRandom().randrange(2030, 2190)
    all_months = [f"{year}-{month:02}" for month in range(1, 5)]
    scopes = [tenant(services) for _ in range(6)]
    bills = [
        (scope, bill_of(tmp_path, scope, all_months[number % 4 :]))
        for number, scope in enumerate(scopes)
    ]
    with ThreadPoolExecutor(len(bills)) as pool:
        loads = [pool.submit(services.ingestion.ingest, scope, [bill]) for scope, bill in bills]
        outcomes = [load.result(PATIENCE) for load in loads]
    for scope, outcome in zip(scopes, outcomes, strict=True):
        stored = Stored(services.engines, scope)
        assert {row["ResourceId"] for row in stored.charges()} == {scope.tenant_slug}
        assert stored.total() == outcome.row_count * Decimal(scope.tenant_id)
        assert stored.wrong_rollups() == {}


def waits_for_its_turn(stored: Stored) -> bool:
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {} AND NOT granted"
    )
    return bool(stored.one(query.format(stored.scope.tenant_id)))


def test_two_loads_of_one_tenant_take_turns(
    services: Services, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    days = ("2026-09-01", "2026-09-02")
    first = write_csv(tmp_path / "a.csv", [on(day, BilledCost="1") for day in days])
    second = write_csv(tmp_path / "b.csv", [on(day, BilledCost="2") for day in days])
    seen: list[Decimal] = []

    def start_the_second(
        pool: ThreadPoolExecutor, started: list[Future[Outcome]]
    ) -> Callable[..., None]:
        def report(phase: str, _share: float) -> None:
            if phase == "reconciling" and not started:
                started.append(pool.submit(services.ingestion.ingest, scope, [str(second)]))
                deadline = time.monotonic() + PATIENCE
                while not waits_for_its_turn(stored) and time.monotonic() < deadline:
                    time.sleep(0.02)
                seen.append(stored.total())

        return report

    with ThreadPoolExecutor(1) as pool:
        started: list[Future[Outcome]] = []
        report = start_the_second(pool, started)
        services.ingestion.ingest(scope, [str(first)], report=report)
        outcome = started[0].result(PATIENCE)
    assert seen == [0]
    assert (outcome.new_slices, outcome.replaced_slices) == (0, 2)
    assert stored.total() == 4
    assert stored.wrong_rollups() == {}
    assert stored.one("SELECT bool_and(valid_from < valid_until) FROM finops.daily_cost_history")


def test_readers_see_the_old_figures_until_the_new_ones_are_whole(
    services: Services, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    bill = tmp_path / "bill.csv"
    services.ingestion.ingest(scope, [str(write_csv(bill, [on("2026-09-01", BilledCost="1")]))])
    seen: set[tuple[str, Decimal]] = set()
    write_csv(bill, [on("2026-09-01", BilledCost="2")])
    services.ingestion.ingest(
        scope, [str(bill)], report=lambda phase, _: seen.add((phase, stored.total()))
    )
    assert {total for _, total in seen} == {1}
    assert "committing" in {phase for phase, _ in seen}
    assert stored.total() == 2
