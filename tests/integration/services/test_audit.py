"""The log of a tenant: its own alone, added to and never changed, with its change or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import ProgrammingError
from support.auditing import events, verdict
from support.people import Somebody, somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import LARGEST_PAGE, Actor, AuditQuery, acting_as
from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.period import DateRange
from finops_dash.domain.saved_view import Link, ViewRefusedError, Wording
from finops_dash.domain.scope import Scope
from finops_dash.services import view_changes
from finops_dash.services import views as module
from finops_dash.services.views import ViewService

LINK = Link("/explorer", "group_by=service")


@pytest.fixture
def anna(scope: Scope) -> Somebody:
    return somebody(scope)


def test_an_event_says_who_when_in_which_session_and_request(
    services: Services, scope: Scope, anna: Somebody
) -> None:
    at = datetime(2026, 9, 3, 12, 0, 0, 123456, UTC)
    with acting_as(Actor("anna", "Anna", 7, "abcdef")):
        view = ViewService(services.engines, lambda: at).save(anna, LINK, Wording("Cost – “ö”"))
    event = events(services, scope)[0]
    assert (event.event_no, event.at) == (2, at)
    assert event.actor == Actor("anna", "Anna", 7, "abcdef")
    assert event.change.subject == f"view:{view.slug}"
    assert event.change.after is not None
    assert event.change.after["name"] == "Cost – “ö”"


def test_the_log_is_read_newest_first_and_page_by_page(
    services: Services, scope: Scope, anna: Somebody
) -> None:
    for number in range(6):
        services.views.save(anna, LINK, Wording(f"View {number}"))
    first = events(services, scope, limit=4)
    second = events(services, scope, limit=4, before=first[-1].event_no)
    assert [event.event_no for event in (*first, *second)] == [7, 6, 5, 4, 3, 2, 1]
    assert len(events(services, scope, limit=LARGEST_PAGE + 1)) == 7
    assert len(events(services, scope, limit=-1)) == 1


def test_the_log_is_filtered_by_action_actor_and_days(
    services: Services, scope: Scope, anna: Somebody
) -> None:
    for day in (2, 3, 4):
        now = datetime(2026, 9, day, tzinfo=UTC)
        ViewService(services.engines, lambda now=now: now).save(anna, LINK, Wording("x"))
    services.short_links.slug(somebody(scope, "otto"), LINK)
    numbers = lambda **wanted: [e.event_no for e in events(services, scope, **wanted)]  # noqa: E731
    assert numbers(action="view.saved") == [4, 3, 2]
    assert numbers(actor="otto") == [5]
    assert numbers(days=DateRange(date(2026, 9, 3), date(2026, 9, 4))) == [3]
    assert numbers(action="view.saved", before=4, actor="anna") == [3, 2]
    assert numbers(action="'; DROP TABLE audit_event") == []


@pytest.mark.parametrize("role", ["viewer", "analyst", "finops", "nobody"])
def test_who_may_not_read_the_log_does_not(services: Services, scope: Scope, role: str) -> None:
    asking = replace(scope, role=role)
    with pytest.raises(PermissionDeniedError):
        services.audit.listed(asking, AuditQuery())
    with pytest.raises(PermissionDeniedError):
        services.audit.verify(asking)


def test_each_tenant_has_a_log_of_its_own(services: Services, scope: Scope, anna: Somebody) -> None:
    services.tenancy.create(slug := f"other-{uuid4().hex[:8]}")
    other = services.tenancy.scope(slug)
    before = events(services, other)
    services.views.save(anna, LINK, Wording("Mine"))
    assert events(services, other) == before
    assert [event.event_no for event in events(services, scope)] == [2, 1]
    assert verdict(services, other).newest.event_no == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE finops.audit_event SET actor = 'x'",
        "UPDATE finops.audit_event SET digest = digest",
        "DELETE FROM finops.audit_event",
        "TRUNCATE finops.audit_event",
        "SELECT FROM finops.audit_event FOR UPDATE",
        (
            "INSERT INTO finops.audit_event SELECT * FROM finops.audit_event "
            "ON CONFLICT (tenant_id, event_no) DO UPDATE SET actor = 'x'"
        ),
        "ALTER TABLE finops.audit_event DISABLE ROW LEVEL SECURITY",
        "DROP TABLE finops.audit_event",
        "CREATE RULE none AS ON INSERT TO finops.audit_event DO INSTEAD NOTHING",
    ],
)
def test_the_application_changes_no_event(services: Services, scope: Scope, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError) as refused,
        services.engines.tenant(scope.tenant_id) as connection,
    ):
        connection.exec_driver_sql(statement)
    assert isinstance(refused.value.orig, InsufficientPrivilege)
    assert verdict(services, scope).fault is None


def fails(*_: object, **__: object) -> Any:
    message = "the disk is full"
    raise OSError(message)


@pytest.mark.parametrize(
    ("where", "name"), [(module, "_version"), (module, "record_done"), (view_changes, "record")]
)
def test_a_change_and_its_event_are_there_both_or_neither(
    services: Services, scope: Scope, anna: Somebody, monkeypatch: pytest.MonkeyPatch,
    where: Any, name: str,
) -> None:  # fmt: skip
    before = events(services, scope)
    with monkeypatch.context() as patch:
        patch.setattr(where, name, fails)
        with pytest.raises(OSError, match="disk"):
            services.views.save(anna, LINK, Wording("Lost"))
    assert events(services, scope) == before
    assert services.views.listed(anna) == ()


def test_what_is_refused_leaves_no_event(
    services: Services, scope: Scope, anna: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = events(services, scope)
    monkeypatch.setattr(module, "MOST_VIEWS", 0)
    with pytest.raises(ViewRefusedError):
        services.views.save(anna, LINK, Wording("One too many"))
    with pytest.raises(PermissionDeniedError):
        services.views.save(somebody(scope, "vera", "viewer"), LINK, Wording("Mine"))
    assert events(services, scope) == before


def test_events_written_at_once_leave_no_gap(
    services: Services, scope: Scope, anna: Somebody
) -> None:
    people = [somebody(scope, f"anna-{number}") for number in range(8)]

    def work(person: Somebody) -> None:
        for number in range(10):
            view = services.views.save(person, LINK, Wording(f"View {number}"))
            services.views.star(person, view.slug, on=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, people))
    found = verdict(services, scope)
    assert (found.newest.event_no, found.fault) == (1 + 8 * 10 * 2, None)
    assert services.views.listed(anna) == ()


def test_the_bin_is_emptied_under_the_services_own_name(services: Services, scope: Scope) -> None:
    person = somebody(scope)
    view = services.views.save(person, LINK, Wording("Old"))
    services.views.delete(person, view.slug)
    assert services.views.forget(scope, timedelta(days=-1)) == 1
    assert events(services, scope)[0].change.subject == "bin"
