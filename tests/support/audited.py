"""Calls of services that are recorded: how each is arranged, and what the log then says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from support.auditing import events
from support.people import Somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import Action
from finops_dash.domain.identity import Identity
from finops_dash.domain.notes import Draft
from finops_dash.domain.saved_view import Link, Visibility, Wording
from finops_dash.domain.scope import Scope

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
