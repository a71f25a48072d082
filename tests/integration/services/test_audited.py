"""Every method of every service that changes something records it once, or says why not.

A public method that is new has to come into one of the three tables here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_type_hints
from uuid import uuid4

import pytest
from support.auditing import events, verdict
from support.people import Somebody, somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import Action, Actor, acting_as
from finops_dash.domain.identity import Identity
from finops_dash.domain.notes import Draft
from finops_dash.domain.saved_view import Link, Visibility, Wording
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
LINK, OTHER = Link("/explorer", "group_by=service"), Link("/explorer", "group_by=team")
ISSUER = "https://idp.example"
Values = Mapping[str, object] | None


@dataclass
class World:
    """A tenant with Anna in it, who has a view."""

    services: Services
    scope: Scope
    anna: Somebody

    @property
    def email(self) -> str:
        return f"ann@{self.scope.tenant_slug}.example"

    def slug(self, link: Link = LINK) -> str:
        return self.services.views.save(self.anna, link, Wording("Old")).slug

    def member(self) -> int:
        self.services.memberships.add(self.scope.tenant_slug, self.email, "Ann", "viewer")
        (found,) = self.services.memberships.arrive(self.identity())
        return found.user_id

    def identity(self) -> Identity:
        return Identity(ISSUER, self.email, self.email, is_verified=True)

    def session(self, user_id: int) -> str:
        sessions = self.services.sessions
        return sessions.start(self.scope.tenant_id, user_id, "mock", "Firefox", "192.0.2.7")


@dataclass(frozen=True)
class Case:
    """`arranged` makes what is needed and returns the call that is to be recorded."""

    action: Action
    arranged: Callable[[World], Callable[[], object]]
    before: Values
    after: Values


def of_a_view(call: Callable[[World, str], object]) -> Callable[[World], Callable[[], object]]:
    def arranged(world: World) -> Callable[[], object]:
        slug = world.slug()
        return lambda: call(world, slug)

    return arranged


def restored(world: World) -> Callable[[], object]:
    slug, views = world.slug(), world.services.views
    views.save_over(world.anna, slug, OTHER)
    return lambda: views.restore(world.anna, slug, 1)


def deleted(world: World) -> str:
    slug = world.slug()
    world.services.views.delete(world.anna, slug)
    return slug


def brought_back(world: World) -> Callable[[], object]:
    slug = deleted(world)
    return lambda: world.services.views.bring_back(world.anna, slug)


def forgotten(world: World) -> Callable[[], object]:
    deleted(world)
    return lambda: world.services.views.forget(world.scope, timedelta(days=-1))


def note_deleted(world: World) -> Callable[[], object]:
    note_written(world)
    subject = events(world.services, world.scope)[0].change.subject
    number = int(subject.removeprefix("note:"))
    return lambda: world.services.annotations.delete(world.anna, number)


def note_written(world: World) -> None:
    draft = Draft(date(2026, 9, 3), date(2026, 9, 4), "A sale")
    world.services.annotations.write(world.anna, draft)


def changed_role(world: World) -> Callable[[], object]:
    add = world.services.memberships.add
    add(world.scope.tenant_slug, world.email, "Ann", "viewer")
    return lambda: add(world.scope.tenant_slug, world.email, "Ann", "admin")


def arrival(world: World) -> Callable[[], object]:
    world.services.memberships.add(world.scope.tenant_slug, world.email, "Ann", "viewer")
    return lambda: world.services.memberships.arrive(world.identity())


def started(world: World) -> Callable[[], object]:
    user_id = world.member()
    return lambda: world.session(user_id)


def ended(world: World) -> Callable[[], object]:
    user_id, sessions = world.member(), world.services.sessions
    world.session(user_id)
    (one,) = sessions.of(world.scope, user_id)
    return lambda: sessions.end(world.scope, user_id, one.session_id)


def all_ended(world: World) -> Callable[[], object]:
    user_id = world.member()
    for _ in range(3):
        world.session(user_id)
    return lambda: world.services.sessions.end(world.scope, user_id)


VIEW = {"name": "Old", "path": "/explorer", "query": "group_by=service", "version_no": 1}
NOTE = {
    "first_day": "2026-09-03",
    "last_day": "2026-09-04",
    "text": "A sale",
    "author_name": "Anna",
}
RECORDED: dict[str, Case] = {
    "views.save": Case(Action.VIEW_SAVED, lambda w: w.slug, None, VIEW),
    "views.reword": Case(
        Action.VIEW_REWORDED,
        of_a_view(lambda w, slug: w.services.views.reword(
            w.anna, slug, Wording("New", visibility=Visibility.TENANT))),
        {"name": "Old", "visibility": "private"}, {"name": "New", "visibility": "tenant"},
    ),
    "views.save_over": Case(
        Action.VIEW_SAVED_OVER,
        of_a_view(lambda w, slug: w.services.views.save_over(w.anna, slug, OTHER)),
        {"query": LINK.query, "version_no": 1}, {"query": OTHER.query, "version_no": 2},
    ),
    "views.restore": Case(
        Action.VIEW_RESTORED, restored,
        {"query": OTHER.query, "version_no": 2}, {"query": LINK.query, "version_no": 3},
    ),
    "views.delete": Case(
        Action.VIEW_DELETED,
        of_a_view(lambda w, slug: w.services.views.delete(w.anna, slug)), VIEW, None,
    ),
    "views.bring_back": Case(Action.VIEW_BROUGHT_BACK, brought_back, None, VIEW),
    "views.star": Case(
        Action.VIEW_STARRED,
        of_a_view(lambda w, slug: w.services.views.star(w.anna, slug, on=True)),
        {"starred": False}, {"starred": True},
    ),
    "views.land_on": Case(
        Action.VIEW_LANDED_ON,
        of_a_view(lambda w, slug: w.services.views.land_on(w.anna, slug, on=True)),
        {"view": None}, {},
    ),
    "views.forget": Case(Action.VIEWS_FORGOTTEN, forgotten, {"views": 1}, {"views": 0}),
    "short_links.slug": Case(
        Action.LINK_MADE, lambda w: lambda: w.services.short_links.slug(w.anna, LINK),
        None, {"path": LINK.path, "query": LINK.query},
    ),
    "annotations.write": Case(
        Action.NOTE_WRITTEN, lambda w: lambda: note_written(w), None, NOTE,
    ),
    "annotations.delete": Case(Action.NOTE_DELETED, note_deleted, NOTE, None),
    "memberships.add": Case(
        Action.PERSON_CHANGED, changed_role, {"role": "viewer"}, {"role": "admin"},
    ),
    "memberships.add, of somebody new": Case(
        Action.PERSON_INVITED,
        lambda w: lambda: w.services.memberships.add(
            w.scope.tenant_slug, w.email, "Ann", "viewer"),
        None, {"name": "Ann", "role": "viewer", "status": "invited"},
    ),
    "memberships.arrive": Case(
        Action.PERSON_ARRIVED, arrival,
        {"status": "invited", "issuer": None}, {"status": "active", "issuer": ISSUER},
    ),
    "sessions.start": Case(
        Action.SESSION_STARTED, started, None,
        {"provider": "mock", "agent": "Firefox", "address": "192.0.2.7"},
    ),
    "sessions.end": Case(Action.SESSION_ENDED, ended, {"ended_at": None}, {}),
    "sessions.end, of all": Case(Action.SESSIONS_ENDED, all_ended, {}, {"sessions": []}),
}  # fmt: skip
# By whom, where it is not Anna, who is named with the call: by whoever acts, or who comes in.
BY = {
    Action.VIEWS_FORGOTTEN: "Ada",
    Action.PERSON_INVITED: "Ada",
    Action.PERSON_CHANGED: "Ada",
    Action.PERSON_ARRIVED: "Ann",
    Action.SESSION_STARTED: "Ann",
    Action.SESSION_ENDED: "Ada",
    Action.SESSIONS_ENDED: "Ada",
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
