"""Tenants and their people: made once, found by slug, refused when they cannot be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import select

from data_layer.models import app_user
from finops_dash.bootstrap import Services
from finops_dash.domain.errors import UnknownTenantError
from finops_dash.domain.scope import Scope
from finops_dash.services.tenancy import InvalidTenantError

LONGEST = "a" * 63


def new_slug() -> str:
    return f"made-{uuid4().hex[:12]}"


def people(services: Services, scope: Scope) -> list[tuple[str, str, str]]:
    with services.engines.owner_transaction(scope.tenant_id) as connection:
        rows = connection.execute(select(app_user.c.email, app_user.c.name, app_user.c.role))
        return [tuple(row) for row in rows]


def test_a_tenant_is_made_once_and_keeps_its_name(services: Services) -> None:
    slug = new_slug()
    made = services.tenancy.create(slug, "Northwind", "EUR")
    assert services.tenancy.create(slug, "Another name") == made
    assert services.tenancy.find(slug) == made
    assert (made.name, made.base_currency, made.time_zone) == ("Northwind", "EUR", "UTC")


def test_a_tenant_made_at_once_by_many_is_one_tenant(services: Services) -> None:
    slug = new_slug()
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: services.tenancy.create(slug), range(8)))
    assert len(made) == 1


@pytest.mark.parametrize("slug", ["", "Upper", "-a", "a-", "a b", "a_b", "ä", f"{LONGEST}a", "a\n"])
def test_a_slug_that_no_address_could_hold_is_refused(services: Services, slug: str) -> None:
    with pytest.raises(InvalidTenantError, match="cannot be a tenant"):
        services.tenancy.create(slug)


@pytest.mark.parametrize("currency", ["usd", "EURO", "", "$"])
def test_a_base_currency_that_is_none_is_refused(services: Services, currency: str) -> None:
    slug = new_slug()
    with pytest.raises(InvalidTenantError, match="ISO 4217"):
        services.tenancy.create(slug, base_currency=currency)
    with pytest.raises(UnknownTenantError):
        services.tenancy.find(slug)


@pytest.mark.parametrize("slug", ["nobody-has-this", "", "a\0b", "x' OR 'x'='x"])
def test_a_tenant_nobody_made_is_unknown(services: Services, slug: str) -> None:
    with pytest.raises(UnknownTenantError, match="finops-dash tenant list"):
        services.tenancy.find(slug)


def test_every_tenant_is_listed(services: Services, scope: Scope) -> None:
    assert scope.tenant_slug in [tenant.slug for tenant in services.tenancy.all()]
    assert scope in services.tenancy.scopes("finops")


def test_a_tenant_is_asked_for_once_by_those_who_name_it_often(
    services: Services, scope: Scope
) -> None:
    assert services.tenancy.named(scope.tenant_slug) is services.tenancy.named(scope.tenant_slug)


def test_a_person_added_again_gets_the_new_role(services: Services, scope: Scope) -> None:
    services.memberships.add(scope.tenant_slug, "Ann@Example.com", "Ann", "viewer")
    services.memberships.add(scope.tenant_slug, "ann@example.com", "Ann B.", "admin")
    assert people(services, scope) == [("ann@example.com", "Ann B.", "admin")]


@pytest.mark.parametrize(
    ("email", "role", "reason"),
    [
        ("ann@example.com", "king", "is not a role: choose one of viewer"),
        ("ann", "viewer", "is not an e-mail address"),
        ("ann@", "viewer", "is not an e-mail address"),
        ("a\0nn@example.com", "viewer", "is not an e-mail address"),
    ],
)
def test_a_person_who_cannot_be_is_refused(
    services: Services, scope: Scope, email: str, role: str, reason: str
) -> None:
    with pytest.raises(InvalidTenantError, match=reason):
        services.memberships.add(scope.tenant_slug, email, "Ann", role)
    assert people(services, scope) == []


def test_nobody_is_added_to_a_tenant_that_is_not_there(services: Services) -> None:
    with pytest.raises(UnknownTenantError):
        services.memberships.add("nobody-has-this", "ann@example.com", "Ann", "viewer")
