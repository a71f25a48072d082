"""The demo company goes on by itself: up to yesterday, and its past stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from support.scheduling import run_due
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.demo import Shape
from finops_dash.domain.period import ONE_DAY
from finops_dash.domain.scope import Scope
from finops_dash.services.ingestion import say_nothing

PAST = "SELECT string_agg(slice_id || content_hash, ',' ORDER BY slice_id) FROM finops.slice "


def test_a_demo_left_alone_for_weeks_is_brought_up_to_yesterday(
    services: Services, scope: Scope
) -> None:
    yesterday = services.now().date() - ONE_DAY
    until = yesterday - timedelta(days=40)
    month = until.replace(day=1)
    services.demo.load(scope, Shape(3000, 3, 5, until), say_nothing)
    stored = Stored(services.engines, scope)
    rows = stored.one(f"SELECT count(*) FROM finops.charge WHERE charge_day >= '{until}'")
    past = stored.one(PAST + f"WHERE charge_day < '{month}'")
    (run,) = run_due(services, scope, "demo-refresh")
    assert run.state == "done"
    assert services.freshness.of(scope).data_through == yesterday
    assert stored.one(PAST + f"WHERE charge_day < '{month}'") == past
    last = stored.one(f"SELECT count(*) FROM finops.charge WHERE charge_day = '{yesterday}'")
    assert 0.7 < last / rows < 1.4
    assert run_due(services, scope, "demo-refresh") == []


def test_a_tenant_that_was_not_made_here_is_never_refreshed(
    services: Services, demo: Scope, scope: Scope
) -> None:
    assert services.demo.due(demo) == []
    assert services.demo.due(scope) == []


def test_without_demo_people_the_demo_is_left_alone(services: Services, scope: Scope) -> None:
    until = services.now().date() - timedelta(days=10)
    services.demo.load(scope, Shape(1500, 1, 5, until), say_nothing)
    serious = replace(services, settings=replace(services.settings, demo=False))
    assert run_due(serious, scope, "demo-refresh") == []
    assert len(services.demo.due(scope)) == 1
