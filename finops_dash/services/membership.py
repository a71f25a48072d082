"""Where people belong: invitations, and who somebody who signs in is in which tenant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from data_layer.models import app_user, invitation_directory, member_directory, tenant
from finops_dash.domain.identity import ACTIVE, INVITED, Identity, Membership
from finops_dash.domain.permissions import ROLES
from finops_dash.services.tenancy import (
    InvalidTenantError,
    OwnerTransactions,
    TenancyService,
)

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


class MembershipService:
    """Finds the tenants of people, by (issuer, subject) alone once they have come in."""

    def __init__(
        self,
        engines: OwnerTransactions,
        tenancy: TenancyService,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Works through transactions of the schema's owner, which alone reads the directories."""
        self._engines = engines
        self._tenancy = tenancy
        self._now = now

    def add(self, slug: str, email: str, name: str, role: str) -> None:
        """Invites the person to the tenant, or gives a member the new name and role."""
        if role not in ROLES:
            message = f"{role!r} is not a role: choose one of {', '.join(ROLES)}."
            raise InvalidTenantError(message)
        if not _EMAIL.fullmatch(email):
            message = f"{email!r} is not an e-mail address."
            raise InvalidTenantError(message)
        tenant_id, own = self._tenancy.find(slug).tenant_id, {"name": name, "role": role}
        values = {"email": email.lower(), "status": INVITED, "created_at": self._now(), **own}
        rows = insert(app_user).values(tenant_id=tenant_id, **values)
        rows = rows.on_conflict_do_update(index_elements=["tenant_id", "email"], set_=own)
        statement = rows.returning(app_user.c.issuer)
        with self._engines.owner_transaction(tenant_id) as connection:
            if connection.scalar(statement) is None:
                directed = {"email": email.lower(), "tenant_id": tenant_id}
                waiting = insert(invitation_directory).values(directed)
                connection.execute(waiting.on_conflict_do_nothing())

    def arrive(self, identity: Identity) -> tuple[Membership, ...]:
        """The tenants of somebody who has just signed in, by slug.

        Invitations to their e-mail address are accepted on the way, where the provider has
        verified the address; somebody who is suspended is not a member.
        """
        if identity.is_verified:
            for tenant_id in self._invited(identity.email.lower()):
                self._accept(identity, tenant_id)
        found = (self._of(identity, tenant_id) for tenant_id in self._known(identity))
        return tuple(sorted((m for m in found if m is not None), key=lambda m: m.slug))

    def _invited(self, email: str) -> list[int]:
        where = invitation_directory.c
        with self._engines.owner_transaction(None) as connection:
            return list(connection.scalars(select(where.tenant_id).where(where.email == email)))

    def _known(self, identity: Identity) -> list[int]:
        where = member_directory.c
        mine = (where.issuer == identity.issuer, where.subject == identity.subject)
        with self._engines.owner_transaction(None) as connection:
            return list(connection.scalars(select(where.tenant_id).where(*mine)))

    def _accept(self, identity: Identity, tenant_id: int) -> None:
        """Tie the invitation to who came; one that somebody else has taken stays theirs."""
        email = identity.email.lower()
        who = {"issuer": identity.issuer, "subject": identity.subject}
        statement = (
            update(app_user)
            .where(app_user.c.tenant_id == tenant_id, app_user.c.email == email)
            .where(app_user.c.status == INVITED, app_user.c.issuer.is_(None))
            .values(**who, status=ACTIVE)
        )
        with self._engines.owner_transaction(tenant_id) as connection:
            if _is_member(connection, tenant_id, identity):
                return
            taken = connection.execute(statement).rowcount
            self._forget(connection, email, tenant_id)
            if taken:
                values = {**who, "tenant_id": tenant_id}
                connection.execute(insert(member_directory).values(values).on_conflict_do_nothing())

    def _forget(self, connection: Connection, email: str, tenant_id: int) -> None:
        where = invitation_directory.c
        connection.execute(
            delete(invitation_directory).where(where.email == email, where.tenant_id == tenant_id)
        )

    def _of(self, identity: Identity, tenant_id: int) -> Membership | None:
        columns = (app_user.c.user_id, app_user.c.role, tenant.c.slug, tenant.c.name)
        statement = (
            select(*columns)
            .join_from(app_user, tenant, app_user.c.tenant_id == tenant.c.tenant_id)
            .where(app_user.c.tenant_id == tenant_id, app_user.c.status == ACTIVE)
            .where(app_user.c.issuer == identity.issuer, app_user.c.subject == identity.subject)
        )
        with self._engines.owner_transaction(tenant_id) as connection:
            row = connection.execute(statement).one_or_none()
        return row and Membership(tenant_id, row.slug, row.name, row.user_id, row.role)


def _is_member(connection: Connection, tenant_id: int, identity: Identity) -> bool:
    mine = (app_user.c.issuer == identity.issuer, app_user.c.subject == identity.subject)
    statement = select(app_user.c.user_id).where(app_user.c.tenant_id == tenant_id, *mine)
    return connection.scalar(statement) is not None
