"""A tenant without data reads how to load a bill, or that its first one is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from support.visiting import VIEWS, Visitor

from data_layer.locks import LOAD
from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import Ended, Work

Visit = Callable[[Scope], Visitor]


@contextmanager
def loading(services: Services, scope: Scope) -> Iterator[None]:
    """While a load of the tenant runs: its lock is held."""
    with services.engines.owner.connect() as connection:
        held = {"lock": LOAD, "tenant": scope.tenant_id}
        connection.execute(text("SELECT pg_advisory_lock(:lock, :tenant)"), held)
        yield
        connection.execute(text("SELECT pg_advisory_unlock(:lock, :tenant)"), held)


@pytest.mark.parametrize("path", VIEWS)
def test_a_page_says_that_the_first_bill_is_being_loaded(
    visit: Visit, services: Services, scope: Scope, path: str
) -> None:
    visitor = visit(scope)
    with loading(services, scope):
        assert "Your first bill is being loaded" in visitor.layout(path).text
    shown = visitor.layout(path).text
    assert "No bill has been loaded yet" in shown
    assert f"exports --tenant {scope.tenant_slug}" in shown


def test_the_phase_of_a_load_is_told_until_there_is_data(
    visit: Visit, services: Services, scope: Scope, load: Callable[..., None]
) -> None:
    visitor = visit(scope)
    assert visitor.get("/_version").json == {"version": 0, "loading": False, "phase": ""}
    run = services.jobs.begin(scope, "ingest", Work("now"), "a worker")
    services.jobs.report(scope, run, "storing October 2026", 0.5)
    with loading(services, scope):
        found = visitor.get("/_version").json
    assert found == {"version": 0, "loading": True, "phase": "storing October 2026"}
    services.jobs.finish(scope, run, Ended("done", "Stored."))
    load("2026-10-01")
    assert visitor.get("/_version").json == {"version": 1}


def test_the_load_of_another_tenant_is_not_ours(
    visit: Visit, services: Services, scope: Scope
) -> None:
    services.tenancy.create(other := f"other-{scope.tenant_slug}")
    with loading(services, services.tenancy.scope(other, "finops")):
        assert visit(scope).get("/_version").json["loading"] is False
