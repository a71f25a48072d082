"""Tenants."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from data_layer.engine import tenant_statement
from data_layer.models import tenant, tenant_directory
from finops_dash.domain.audit import Action, Change
from finops_dash.domain.errors import FinOpsError, UnknownTenantError
from finops_dash.domain.scope import Scope
from finops_dash.services.audit import record

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CURRENCY = re.compile(r"[A-Z]{3}")


class InvalidTenantError(FinOpsError):
    """A tenant that cannot be made as asked, or a person of one."""


class OwnerTransactions(Protocol):
    """What can write tenants (`data_layer.engine.Engines`)."""

    def owner_transaction(self, tenant_id: int | None) -> AbstractContextManager[Connection]:
        """A transaction as the owner of the schema, with the tenant set when there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company with its own data and people."""

    tenant_id: int
    slug: str
    name: str
    base_currency: str
    time_zone: str = "UTC"
    fiscal_year_start: int = 1


class TenancyService:
    """Makes and finds tenants."""

    def __init__(
        self, engines: OwnerTransactions, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Works through owner transactions; `now` stamps what is made."""
        self._engines = engines
        self._now = now
        self._named: dict[str, Tenant] = {}

    def create(self, slug: str, name: str | None = None, base_currency: str = "USD") -> Tenant:
        """The tenant of that slug, made when it is not there yet."""
        if not _SLUG.fullmatch(slug):
            message = f"{slug!r} cannot be a tenant: use a–z, 0–9 and inner hyphens, 63 at most."
            raise InvalidTenantError(message)
        if not _CURRENCY.fullmatch(base_currency):
            message = f"{base_currency!r} is not a three-letter ISO 4217 code such as USD."
            raise InvalidTenantError(message)
        with self._engines.owner_transaction(None) as connection:
            connection.execute(insert(tenant_directory).values(slug=slug).on_conflict_do_nothing())
            tenant_id = self._id(connection, slug)
            row = {"tenant_id": tenant_id, "slug": slug, "name": name or slug.title()}
            settings = {"base_currency": base_currency, "time_zone": "UTC", "fiscal_year_start": 1}
            values = {**row, **settings, "created_at": self._now()}
            connection.exec_driver_sql(tenant_statement(tenant_id))
            statement = insert(tenant).values(values).on_conflict_do_nothing()
            if connection.scalar(statement.returning(tenant.c.tenant_id)) is not None:
                change = Change(Action.TENANT_CREATED, f"tenant:{slug}", None, {**row, **settings})
                record(connection, tenant_id, change, self._now())
        return self.find(slug)

    def find(self, slug: str) -> Tenant:
        """The tenant of that slug; `UnknownTenantError` when there is none."""
        with self._engines.owner_transaction(None) as connection:
            tenant_id = self._id(connection, slug)
        with self._engines.owner_transaction(tenant_id) as connection:
            row = connection.execute(select(tenant).where(tenant.c.tenant_id == tenant_id)).one()
        settings = (row.base_currency, row.time_zone, row.fiscal_year_start)
        return Tenant(tenant_id, row.slug, row.name, *settings)

    def named(self, slug: str) -> Tenant:
        """The tenant of that slug, remembered for the life of the process."""
        if slug not in self._named:
            self._named[slug] = self.find(slug)
        return self._named[slug]

    def all(self) -> tuple[Tenant, ...]:
        """Every tenant, by slug."""
        with self._engines.owner_transaction(None) as connection:
            slugs = connection.scalars(select(tenant_directory.c.slug).order_by("slug")).all()
        return tuple(self.find(slug) for slug in slugs)

    def scope(self, slug: str, role: str = "viewer") -> Scope:
        """The scope of that role in the tenant."""
        return Scope(self.find(slug).tenant_id, slug, role)

    def scopes(self, role: str) -> tuple[Scope, ...]:
        """Every tenant's scope for that role, by slug: one question however many there are."""
        directory = tenant_directory.c
        with self._engines.owner_transaction(None) as connection:
            rows = connection.execute(
                select(directory.tenant_id, directory.slug).order_by(directory.slug)
            ).fetchall()
        return tuple(Scope(row.tenant_id, row.slug, role) for row in rows)

    def _id(self, connection: Connection, slug: str) -> int:
        statement = select(tenant_directory.c.tenant_id).where(tenant_directory.c.slug == slug)
        tenant_id: int | None = connection.scalar(statement) if _SLUG.fullmatch(slug) else None
        if tenant_id is None:
            raise UnknownTenantError(slug)
        return tenant_id
