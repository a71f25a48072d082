"""Sessions of people in browsers, kept in the database: what ends there ends everywhere.

A browser holds a random token; the database holds its SHA-256 alone, so nobody who reads the
database can come in with what they find.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from data_layer.models import app_user, tenant, web_session
from finops_dash.domain.audit import Action, Actor, Change, acting
from finops_dash.domain.identity import ACTIVE, IDLE, LONGEST, SignedIn, WebSession
from finops_dash.domain.scope import Scope
from finops_dash.services.audit import record
from finops_dash.services.cost import TenantReads

TOUCH = timedelta(minutes=1)
LONGEST_AGENT = 400
KEPT = timedelta(days=30)


class SessionService:
    """Starts, finds, lists and ends the sessions of each tenant's people."""

    def __init__(
        self, engines: TenantReads, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Works through transactions of one tenant each; `now` is the time it goes by."""
        self._engines = engines
        self._now = now

    def start(self, tenant_id: int, user_id: int, provider: str, agent: str, address: str) -> str:
        """The token of a new session of twelve hours at most, for the browser alone to keep."""
        token, now = secrets.token_urlsafe(32), self._now()
        values = {
            "tenant_id": tenant_id, "digest": _digest(token), "user_id": user_id,
            "provider": provider, "started_at": now, "seen_at": now, "ends_at": now + LONGEST,
            "agent": agent[:LONGEST_AGENT], "address": address,
        }  # fmt: skip
        named = select(app_user.c.name).where(
            app_user.c.tenant_id == tenant_id, app_user.c.user_id == user_id
        )
        statement = insert(web_session).values(values)
        with self._engines.tenant(tenant_id) as connection:
            made = connection.execute(
                statement.returning(web_session.c.session_id, named.scalar_subquery())
            ).one()
            said = {name: values[name] for name in ("provider", "agent", "address", "ends_at")}
            change = Change(Action.SESSION_STARTED, f"session:{made[0]}", None, said)
            who = Actor(str(user_id), made[1], made[0], acting.get().request_id)
            record(connection, tenant_id, change, now, who)
        return token

    def find(self, tenant_id: int, token: str, *, uses: bool = True) -> SignedIn | None:
        """Who has the session, with their role as it is now; None once it has ended.

        It ends by itself after half an hour in which nobody `uses` it, and after twelve hours.
        """
        seen_at = self._now()
        with self._engines.tenant(tenant_id) as connection:
            row = connection.execute(_found(tenant_id, _digest(token), self._now())).one_or_none()
            if row is None:
                return None
            if not uses or row.seen_at >= seen_at - TOUCH:
                seen_at = row.seen_at
            else:
                mine = (web_session.c.tenant_id == tenant_id, _is(row.session_id))
                connection.execute(update(web_session).where(*mine).values(seen_at=seen_at))
        return SignedIn(
            row.session_id, row.user_id, row.name, row.email, row.role,
            tenant_id, row.slug, row.tenant_name, row.provider,
            min(row.ends_at, seen_at + IDLE),
        )  # fmt: skip

    def of(self, scope: Scope, user_id: int) -> tuple[WebSession, ...]:
        """The sessions of a person that live, the one used last first."""
        session = web_session.c
        columns = ("session_id", "provider", "started_at", "seen_at", "agent", "address")
        statement = (
            select(*(session[name] for name in columns))
            .where(session.tenant_id == scope.tenant_id, session.user_id == user_id)
            .where(*_lives(self._now()))
            .order_by(session.seen_at.desc(), session.session_id.desc())
        )
        with self._engines.tenant(scope.tenant_id) as connection:
            return tuple(WebSession(*row) for row in connection.execute(statement))

    def end(self, scope: Scope, user_id: int, session_id: int | None = None) -> int:
        """End one session of the person, or all of them; how many there were."""
        session, now = web_session.c, self._now()
        mine = [session.tenant_id == scope.tenant_id, session.user_id == user_id]
        mine += [_is(session_id)] if session_id is not None else []
        statement = update(web_session).where(*mine, session.ended_at.is_(None))
        ended = statement.values(ended_at=now).returning(session.session_id)
        with self._engines.tenant(scope.tenant_id) as connection:
            found = sorted(connection.scalars(ended))
            if found:
                change = _ending(user_id, found, now, is_one=session_id is not None)
                record(connection, scope.tenant_id, change, now)
        return len(found)

    def forget(self, scope: Scope) -> int:
        """Delete sessions that ended a month ago; how many."""
        session = web_session.c
        old = session.ends_at < self._now() - KEPT
        statement = delete(web_session).where(session.tenant_id == scope.tenant_id, old)
        with self._engines.tenant(scope.tenant_id) as connection:
            return connection.execute(statement).rowcount


def _ending(user_id: int, found: list[int], now: datetime, *, is_one: bool) -> Change:
    """What the audit log keeps of the end of one session of a person, or of all."""
    if is_one:
        subject = f"session:{found[0]}"
        return Change(Action.SESSION_ENDED, subject, {"ended_at": None}, {"ended_at": now})
    subject, left = f"sessions of person:{user_id}", {"sessions": [], "ended_at": now}
    return Change(Action.SESSIONS_ENDED, subject, {"sessions": found, "ended_at": None}, left)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _is(session_id: int) -> Any:  # noqa: ANN401 - a condition
    return web_session.c.session_id == session_id


def _lives(now: datetime) -> tuple[Any, ...]:
    session = web_session.c
    return (session.ended_at.is_(None), session.ends_at > now, session.seen_at > now - IDLE)


def _found(tenant_id: int, digest: str, now: datetime) -> Select[Any]:
    session, user = web_session.c, app_user.c
    return (
        select(
            session.session_id, session.user_id, session.provider, session.seen_at,
            session.ends_at,
            user.name, user.email, user.role, tenant.c.slug, tenant.c.name.label("tenant_name"),
        )
        .join(app_user, (user.tenant_id == session.tenant_id) & (user.user_id == session.user_id))
        .join(tenant, tenant.c.tenant_id == session.tenant_id)
        .where(session.tenant_id == tenant_id, session.digest == digest, *_lives(now))
        .where(user.status == ACTIVE)
    )  # fmt: skip
