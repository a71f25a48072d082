"""Every method of every service that changes something records it once, or says why not.

A public method that is new has to come into one of the three tables here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints
from uuid import uuid4

import pytest
from support.audited import BY, LINK, RECORDED, Values, World
from support.auditing import events, verdict
from support.people import somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import Action, Actor, acting_as
from finops_dash.domain.saved_view import Wording
from finops_dash.domain.scope import Scope

READS = {
    "annotations": "of",
    "audit": "listed verify",
    "bridge": "dearest of",
    "charge_lines": "line page summed",
    "cost": "answer answer_once cached counts currencies data_version drawing fetch has_cuts "
            "tag_keys values",
    "demo": "due",
    "exploration": "begins_too_late compared course courses dearest groups headline settled",
    "exports": "answer_csv answer_file lines lines_csv lines_file name page_file shown stamp",
    "forecasts": "ahead history stamp top_series",
    "freshness": "basis is_loading of",
    "heatmap": "accounts hours services weeks whole years",
    "inbox": "at_once due",
    "jobs": "last_done newest_by_subject phase runs waiting",
    "key_figures": "allocated anomalies idle month_end month_to_date run_rate savings_rate spend",
    "multicloud": "categories courses sides",
    "options": "values",
    "overview": "ahead anomalies by_service by_use course_before drill owners owners_by_month "
                "services_before so_far_today top_resources unusual use_before view watches",
    "prices": "prices",
    "resources": "alike beside described find one page",
    "rollups": "check",
    "search": "find",
    "sessions": "of",
    "short_links": "find",
    "since": "changed",
    "table_rows": "page",
    "tenancy": "all find named scope scopes",
    "views": "binned find landing listed versions",
}  # fmt: skip
A_LOAD = "a load is a row of `load`, with who delivered what, its sums and how it ended"
A_RUN = "a run is a row of `job_run`, which says what was done, by which worker, and how it ended"
NUMBERS = "forecasts follow from the data, and each keeps when and by which model it was made"
EXEMPT = {
    "demo.load": A_LOAD,
    "demo.refresh": A_LOAD,
    "forecasts.forget": NUMBERS,
    "forecasts.refresh": NUMBERS,
    "forecasts.refresh_all": NUMBERS,
    "housekeeping.tidy": "each service that it asks records what it forgets, where that matters",
    "inbox.deliver": A_LOAD,
    "ingestion.forget_failures": A_RUN,
    "ingestion.ingest": A_LOAD,
    "ingestion.refresh_cuts": "sums follow from the charges, and the check holds them to those",
    "ingestion.remove_orphans": "folders that killed processes left on disk are of no tenant",
    "jobs.beat": A_RUN,
    "jobs.begin": A_RUN,
    "jobs.bury": A_RUN,
    "jobs.claim": A_RUN,
    "jobs.finish": A_RUN,
    "jobs.forget": A_RUN,
    "jobs.offer": A_RUN,
    "jobs.put_back": A_RUN,
    "jobs.report": A_RUN,
    "sessions.find": "it notes once a minute that the session was used",
    "sessions.forget": "the log has the beginning and the end of each session already",
}
OF_A_TENANT = {"tenancy.create"}  # which has no log before


@pytest.fixture
def world(services: Services, scope: Scope) -> World:
    return World(services, scope, somebody(scope))


def methods() -> set[str]:
    """The public methods of every service, as `service.method`."""
    kinds = get_type_hints(Services)
    kinds = {
        name: kind for name, kind in kinds.items() if name not in ("settings", "engines", "now")
    }
    return {
        f"{name}.{method}"
        for name, kind in kinds.items()
        for method, _ in inspect.getmembers(kind, callable)
        if not method.startswith("_")
    }


def test_every_public_method_reads_or_is_recorded_or_is_exempt_for_a_reason() -> None:
    reads = {f"{name}.{method}" for name, text in READS.items() for method in text.split()}
    recorded = {name.partition(",")[0] for name in RECORDED} | OF_A_TENANT
    tables: list[set[str]] = [reads, recorded, set(EXEMPT)]
    assert sum(map(len, tables)) == len(set.union(*tables))
    assert set.union(*tables) == methods()
    assert all(EXEMPT.values())


def test_every_action_is_recorded_by_some_method() -> None:
    assert {case.action for case in RECORDED.values()} | {Action.TENANT_CREATED} == set(Action)


def holds(found: Values, expected: Values) -> bool:
    if found is None or expected is None:
        return found is expected
    return {**found, **expected} == found


@pytest.mark.parametrize("name", RECORDED)
def test_a_change_is_one_event_with_its_values_before_and_after(world: World, name: str) -> None:
    case = RECORDED[name]
    call = case.arranged(world)
    known = events(world.services, world.scope)
    with acting_as(Actor("ada", "Ada", 7, "a request")):
        call()
    newest, *others = events(world.services, world.scope)
    assert tuple(others) == known
    assert newest.change.action == case.action
    assert holds(newest.change.before, case.before), newest
    assert holds(newest.change.after, case.after), newest
    assert newest.actor.name == BY.get(case.action, "Anna")
    assert newest.actor.request_id == "a request"
    assert verdict(world.services, world.scope).fault is None


def test_a_tenant_begins_its_log(services: Services) -> None:
    services.tenancy.create(slug := f"made-{uuid4().hex[:8]}", "Made", "EUR")
    services.tenancy.create(slug, "Another")
    (event,) = events(services, services.tenancy.scope(slug))
    assert (event.event_no, event.change.action) == (1, Action.TENANT_CREATED)
    assert event.change.before is None
    assert holds(event.change.after, {"slug": slug, "name": "Made", "base_currency": "EUR"})


def nothing_new(world: World) -> dict[str, Callable[[], Any]]:
    """Calls that leave everything as it is."""
    views, slug, user_id = world.services.views, world.slug(), world.member()
    world.services.short_links.slug(world.anna, LINK)
    starred = views.star(world.anna, world.slug(), on=True).slug
    return {
        "the same words": lambda: views.reword(world.anna, slug, Wording("Old")),
        "the same question": lambda: views.save_over(world.anna, slug, LINK),
        "a star that is there": lambda: views.star(world.anna, starred, on=True),
        "no star to take": lambda: views.star(world.anna, slug, on=False),
        "no landing page to take": lambda: views.land_on(world.anna, slug, on=False),
        "an empty bin": lambda: views.forget(world.scope),
        "a link that is known": lambda: world.services.short_links.slug(world.anna, LINK),
        "the same role": lambda: world.services.memberships.add(
            world.scope.tenant_slug, world.email, "Ann", "viewer"
        ),
        "somebody known": lambda: world.services.memberships.arrive(world.identity()),
        "no session to end": lambda: world.services.sessions.end(world.scope, user_id),
    }


def test_what_changes_nothing_is_not_recorded(world: World) -> None:
    calls = nothing_new(world)
    known = len(events(world.services, world.scope))
    counts = {}
    for name, call in calls.items():
        call()
        counts[name] = len(events(world.services, world.scope)) - known
    assert counts == dict.fromkeys(calls, 0)
