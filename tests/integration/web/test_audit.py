"""What is done in a browser is recorded with who did it, in which session and request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import requests
from dash import Dash
from flask import g
from flask_login import current_user
from support.auditing import events, verdict
from support.provider import CLIENT, SECRET, Provider, provider_running
from support.visiting import Visitor

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import NOBODY, acting
from finops_dash.domain.identity import Provider as Known
from finops_dash.domain.notes import Draft
from finops_dash.domain.scope import Scope
from finops_dash.security import oidc


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider_running() as found:
        yield found


@pytest.fixture
def provider(app: Dash, running: Provider) -> Iterator[Provider]:
    """A provider by a name of its own: the application remembers where a name leads."""
    oidc.register(app.server, [Known("audited", running.address, CLIENT, SECRET)])
    yield running
    app.server.extensions["finops_providers"].clear()


@pytest.fixture
def ann(stranger: Visitor, services: Services, scope: Scope, provider: Provider) -> Visitor:
    """Somebody invited to the test's tenant, who has come in."""
    email = f"ann@{scope.tenant_slug}.example"
    provider.who = {"sub": email, "email": email, "email_verified": True, "name": "Ann"}
    services.memberships.add(scope.tenant_slug, email, "Ann", "analyst")
    there = stranger.get("/login/with/audited", query_string={"next": "/overview"})
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=10)
    address = back.headers["Location"]
    assert stranger.get(address[address.index("/auth/") :]).status_code == 302
    return stranger


def test_coming_in_and_going_is_recorded_with_its_session_and_requests(
    ann: Visitor, services: Services, scope: Scope
) -> None:
    assert ann.get("/logout").status_code == 302
    ended, started, arrived, _invited, _created = events(services, scope)
    assert [e.change.action for e in (arrived, started, ended)] == [
        "person.arrived", "session.started", "session.ended",
    ]  # fmt: skip
    session_id = int(started.change.subject.removeprefix("session:"))
    assert [e.actor.session_id for e in (arrived, started, ended)] == [None, session_id, session_id]
    assert {e.actor.id for e in (arrived, started, ended)} == {ended.actor.id}
    assert {e.actor.name for e in (arrived, started, ended)} == {"Ann"}
    requests_ = [e.actor.request_id for e in (arrived, started, ended)]
    assert all(re.fullmatch("[0-9a-f]{12}", one) for one in requests_)
    assert requests_[0] == requests_[1] != requests_[2]
    assert verdict(services, scope).fault is None


def test_a_change_in_a_request_has_its_number_and_the_next_has_another(
    ann: Visitor, services: Services, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = []

    def written() -> str:
        numbers.append(g.request_id)
        note = Draft(date(2026, 9, 3), date(2026, 9, 3), "A sale")
        services.annotations.write(current_user, note)
        return "done"

    server = ann.app.server
    (place,) = [rule.endpoint for rule in server.url_map.iter_rules() if rule.rule == "/readyz"]
    monkeypatch.setitem(server.view_functions, place, written)
    first = events(services, scope)[0]
    for _ in range(2):
        assert ann.get("/readyz").text == "done"
    found = events(services, scope)[:2]
    assert [e.actor.request_id for e in reversed(found)] == numbers
    assert len(set(numbers)) == 2
    assert {e.actor.session_id for e in found} == {first.actor.session_id}


def test_nothing_of_a_request_is_left_when_it_is_over(ann: Visitor) -> None:
    for path in ("/overview", "/login", "/nowhere", "/assets/none.js", "/logout"):
        ann.get(path)
        assert acting.get() == NOBODY, path


def test_what_a_browser_keeps_is_nowhere_in_the_log(
    ann: Visitor, services: Services, scope: Scope
) -> None:
    with ann.client.session_transaction() as cookie:
        token = cookie["_user_id"].rpartition(":")[2]
    assert len(token) == 43
    ann.get("/logout")
    with services.engines.tenant(scope.tenant_id) as connection:
        rows = connection.exec_driver_sql("SELECT e::text FROM finops.audit_event e").scalars()
        text = "\n".join(rows)
        digest = connection.exec_driver_sql("SELECT digest FROM finops.web_session").scalar_one()
    assert [known for known in (token, digest, SECRET) if known in text] == []
