"""The web application in this process: one Dash app, people who visit it, tenants they see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from dash import Dash
from flask_login import login_user
from structlog.testing import capture_logs
from support.visiting import Visitor

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.runtime import attach
from finops_dash.security import people
from finops_dash.web import create_app


@pytest.fixture(scope="session")
def app(services: Services) -> Dash:
    """The one Dash app of this process: a second would lack the callbacks of ordinary modules."""
    return create_app(services)


@pytest.fixture
def stranger(app: Dash) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(app, app.server.test_client())


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged meanwhile, unprinted."""
    with capture_logs() as entries:
        yield entries


Visit = Callable[[Scope], Visitor]


@pytest.fixture
def visit(app: Dash, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Sign in to a tenant; everybody who is signed in then is in the tenant of the last call."""

    def enter(scope: Scope) -> Visitor:
        monkeypatch.setattr(people, "DEMO_TENANT", scope.tenant_slug)
        visitor = Visitor(app, app.server.test_client())
        assert visitor.sign_in().status_code == 302
        assert visitor.get("/overview").status_code == 200
        return visitor

    return enter


@pytest.fixture
def analyst(visit: Visit, demo: Scope) -> Visitor:
    """An analyst of the demo company, signed in."""
    return visit(demo)


As = Callable[[Scope], AbstractContextManager[None]]


@pytest.fixture
def signed_in_as(app: Dash) -> As:
    """A request of somebody signed in to a tenant, in which callbacks are plain functions."""

    @contextmanager
    def request_as(scope: Scope) -> Iterator[None]:
        person = people.Person("analyst", "Anna Analyst", scope.role, scope, scope.tenant_slug)
        with app.server.test_request_context("/"):
            login_user(person)
            yield

    return request_as


@pytest.fixture
def serving(app: Dash, services: Services) -> Iterator[Callable[[Services], None]]:
    """Hand the app other services for the length of a test."""
    yield lambda other: attach(app.server, other)
    attach(app.server, services)


@pytest.fixture
def without_demo(services: Services, serving: Callable[[Services], None]) -> None:
    """The app as it is without FINOPS_DEMO."""
    serving(replace(services, settings=replace(services.settings, demo=False)))
