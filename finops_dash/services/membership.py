"""Where people belong: invitations, and who somebody who signs in is in which tenant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from data_layer.models import app_user, invitation_directory, member_directory, tenant
from finops_dash.domain.audit import Action, Actor, Change, acting
from finops_dash.domain.identity import ACTIVE, INVITED, Identity, Membership
from finops_dash.domain.permissions import ROLES
from finops_dash.services.audit import record
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
        with self._engines.owner_transaction(tenant_id) as connection:
            change = self._invite(connection, tenant_id, email.lower(), own)
            change = change or _correct(connection, tenant_id, email.lower(), own)
            if change is not None:
                record(connection, tenant_id, change, self._now())

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
        with self._engines.owner_transaction(tenant_id) as connection:
            if _is_member(connection, tenant_id, identity):
                return
            taken = connection.execute(_taking(tenant_id, email, who)).first()
            _forget(connection, email, tenant_id)
            if taken is None:
                return
            values = {**who, "tenant_id": tenant_id}
            connection.execute(insert(member_directory).values(values).on_conflict_do_nothing())
            after = {"status": ACTIVE, "issuer": identity.issuer}
            before = {"status": INVITED, "issuer": None}
            change = Change(Action.PERSON_ARRIVED, f"person:{email}", before, after)
            arrived = Actor(str(taken.user_id), taken.name, None, acting.get().request_id)
            record(connection, tenant_id, change, self._now(), arrived)

    def _invite(
        self, connection: Connection, tenant_id: int, email: str, own: dict[str, str]
    ) -> Change | None:
        """Add somebody new; None where the tenant knows the address."""
        said = {"email": email, "status": INVITED, **own}
        values = {**said, "tenant_id": tenant_id, "created_at": self._now()}
        statement = insert(app_user).values(values).on_conflict_do_nothing()
        if connection.scalar(statement.returning(app_user.c.user_id)) is None:
            return None
        _direct(connection, email, tenant_id)
        return Change(Action.PERSON_INVITED, f"person:{email}", None, said)

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


def _taking(tenant_id: int, email: str, who: dict[str, str]) -> ReturningUpdate[Any]:
    """The person who is invited by the address becomes who came; says their number and name."""
    user = app_user.c
    return (
        update(app_user)
        .where(user.tenant_id == tenant_id, user.email == email)
        .where(user.status == INVITED, user.issuer.is_(None))
        .values(**who, status=ACTIVE)
        .returning(user.user_id, user.name)
    )


def _is_member(connection: Connection, tenant_id: int, identity: Identity) -> bool:
    mine = (app_user.c.issuer == identity.issuer, app_user.c.subject == identity.subject)
    statement = select(app_user.c.user_id).where(app_user.c.tenant_id == tenant_id, *mine)
    return connection.scalar(statement) is not None


def _correct(
    connection: Connection, tenant_id: int, email: str, own: dict[str, str]
) -> Change | None:
    """Give somebody known the name and role; None where they have them already."""
    user = app_user.c
    mine = (user.tenant_id == tenant_id, user.email == email)
    statement = select(user.name, user.role, user.issuer).where(*mine).with_for_update()
    was = connection.execute(statement).one()
    if was.issuer is None:
        _direct(connection, email, tenant_id)
    before = {"name": was.name, "role": was.role}
    if before == own:
        return None
    connection.execute(update(app_user).where(*mine).values(own))
    return Change.between(Action.PERSON_CHANGED, f"person:{email}", before, own)


def _direct(connection: Connection, email: str, tenant_id: int) -> None:
    """Let the invitation be found by the address."""
    values = {"email": email, "tenant_id": tenant_id}
    connection.execute(insert(invitation_directory).values(values).on_conflict_do_nothing())


def _forget(connection: Connection, email: str, tenant_id: int) -> None:
    """The invitation is found no more."""
    where = invitation_directory.c
    connection.execute(
        delete(invitation_directory).where(where.email == email, where.tenant_id == tenant_id)
    )
