"""Sessions end by themselves, at a word, and with the person; tokens are nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data_layer.models import app_user
from finops_dash.bootstrap import Services
from finops_dash.domain.identity import Identity
from finops_dash.domain.scope import Scope
from finops_dash.services.sessions import SessionService


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 12, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **more: int) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(services: Services, clock: Clock) -> SessionService:
    return SessionService(services.engines, clock)


@pytest.fixture
def ann(services: Services, scope: Scope) -> int:
    """A member of the tenant."""
    services.memberships.add(scope.tenant_slug, "ann@example.com", "Ann", "analyst")
    who = Identity("https://idp.example", f"ann-of-{scope.tenant_slug}", "ann@example.com", True)
    (membership,) = [m for m in services.memberships.arrive(who) if m.slug == scope.tenant_slug]
    return membership.user_id


def start(sessions: SessionService, scope: Scope, user_id: int, agent: str = "Firefox") -> str:
    return sessions.start(scope.tenant_id, user_id, "mock", agent, "192.0.2.7")


def test_a_session_says_who_has_it_and_as_what(
    sessions: SessionService, scope: Scope, ann: int
) -> None:
    found = sessions.find(scope.tenant_id, start(sessions, scope, ann))
    assert found is not None
    assert (found.user_id, found.name, found.role, found.slug) == (
        ann, "Ann", "analyst", scope.tenant_slug,
    )  # fmt: skip


def test_a_session_ends_half_an_hour_after_the_last_request(
    sessions: SessionService, scope: Scope, ann: int, clock: Clock
) -> None:
    token = start(sessions, scope, ann)
    for _ in range(4):
        clock.on(minutes=29)
        assert sessions.find(scope.tenant_id, token) is not None
    clock.on(minutes=30)
    assert sessions.find(scope.tenant_id, token) is None


def test_a_session_ends_after_twelve_hours_whatever_is_done_with_it(
    sessions: SessionService, scope: Scope, ann: int, clock: Clock
) -> None:
    token = start(sessions, scope, ann)
    for _ in range(12 * 60 // 20 - 1):
        clock.on(minutes=20)
        assert sessions.find(scope.tenant_id, token) is not None
    clock.on(minutes=20)
    assert sessions.find(scope.tenant_id, token) is None


def test_what_a_page_asks_by_itself_does_not_keep_a_session_alive(
    sessions: SessionService, scope: Scope, ann: int, clock: Clock
) -> None:
    begun, token = clock(), start(sessions, scope, ann)
    for _ in range(29):
        clock.on(minutes=1)
        found = sessions.find(scope.tenant_id, token, uses=False)
        assert found is not None
        assert found.ends_at == begun + timedelta(minutes=30)
    used = sessions.find(scope.tenant_id, token)
    assert used is not None
    assert used.ends_at == begun + timedelta(minutes=59)
    clock.on(hours=11, minutes=20)
    assert sessions.find(scope.tenant_id, token) is None


def test_one_session_or_all_of_a_person_are_ended(
    sessions: SessionService, scope: Scope, ann: int, clock: Clock
) -> None:
    tokens = []
    for agent in ("Firefox", "Chrome", "Safari"):
        tokens.append(start(sessions, scope, ann, agent))
        clock.on(minutes=1)
    listed = sessions.of(scope, ann)
    assert [one.agent for one in listed] == ["Safari", "Chrome", "Firefox"]
    assert sessions.end(scope, ann, listed[1].session_id) == 1
    assert [sessions.find(scope.tenant_id, token) is None for token in tokens] == [
        False, True, False,
    ]  # fmt: skip
    assert sessions.end(scope, ann) == 2
    assert sessions.of(scope, ann) == ()


def test_a_token_is_good_in_its_own_tenant_alone(
    services: Services, sessions: SessionService, scope: Scope, ann: int
) -> None:
    services.tenancy.create(other := f"other-{scope.tenant_slug}")
    token = start(sessions, scope, ann)
    assert sessions.find(services.tenancy.scope(other).tenant_id, token) is None
    assert sessions.find(scope.tenant_id, f"{token}x") is None
    assert sessions.end(services.tenancy.scope(other), ann) == 0
    assert sessions.find(scope.tenant_id, token) is not None


def test_a_session_that_ended_long_ago_is_forgotten(
    sessions: SessionService, scope: Scope, ann: int, clock: Clock
) -> None:
    start(sessions, scope, ann)
    assert sessions.forget(scope) == 0
    clock.on(days=31)
    start(sessions, scope, ann)
    assert sessions.forget(scope) == 1


def test_an_invitation_is_taken_once(services: Services, scope: Scope) -> None:
    email = f"ann@{scope.tenant_slug}.example"
    services.memberships.add(scope.tenant_slug, email.upper(), "Ann", "viewer")
    first = Identity("https://idp.example", email, email, is_verified=True)
    second = Identity("https://other.example", email, email, is_verified=True)
    assert [m.slug for m in services.memberships.arrive(first)] == [scope.tenant_slug]
    assert services.memberships.arrive(second) == ()
    services.memberships.add(scope.tenant_slug, email, "Ann", "admin")
    assert services.memberships.arrive(second) == ()
    assert [m.role for m in services.memberships.arrive(first)] == ["admin"]


def test_two_people_of_one_identity_do_not_arise(services: Services, scope: Scope) -> None:
    for name in ("ann", "bea"):
        email = f"{name}@{scope.tenant_slug}.example"
        services.memberships.add(scope.tenant_slug, email, name, "viewer")
        who = Identity("https://idp.example", scope.tenant_slug, email, is_verified=True)
        (membership,) = services.memberships.arrive(who)
    with services.engines.owner_transaction(scope.tenant_id) as connection:
        linked = select(app_user.c.email).where(app_user.c.subject == scope.tenant_slug)
        assert list(connection.scalars(linked)) == [f"ann@{scope.tenant_slug}.example"]
    assert membership.role == "viewer"
