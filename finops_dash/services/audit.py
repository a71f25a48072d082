"""The audit log of each tenant: every change with who, when, and the values before and after.

An event is written in the transaction of its change, so neither is ever there without the other.
The application may add events and read them; nobody's rights here let it change or delete one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data_layer.queries import audit as rows
from finops_dash.domain.audit import (
    Actor,
    AuditQuery,
    Change,
    Event,
    acting,
    bounded,
    plain,
)
from finops_dash.domain.audit_chain import (
    START,
    Anchor,
    Link,
    Verdict,
    canonical_json,
    digest_of,
    moment,
    recanonical,
    walk,
)
from finops_dash.domain.permissions import require
from finops_dash.domain.scope import Scope
from finops_dash.services.cost import TenantReads

READ = "audit:read"
BATCH = 1000
LONGEST_WALK = 600  # seconds for one batch at most, on the busiest of servers


def record(
    connection: Connection,
    tenant_id: int,
    change: Change,
    now: datetime,
    actor: Actor | None = None,
) -> None:
    """Add the change to the tenant's log, as done by the actor, or by whoever acts at present.

    The last statement of a transaction: from here to its end no other of the tenant can record.
    """
    connection.execute(rows.alone(tenant_id))
    row = connection.execute(rows.newest_of(tenant_id)).first()
    newest = Anchor(*row) if row else START
    values = _values(newest, tenant_id, change, now, actor or acting.get())
    connection.execute(rows.add_event(values))


def _values(
    newest: Anchor, tenant_id: int, change: Change, now: datetime, actor: Actor
) -> dict[str, Any]:
    """The row of the event that comes after the newest."""
    number, before, after = newest.event_no + 1, plain(change.before), plain(change.after)
    said = {
        "actor": bounded(actor.id), "actor_name": bounded(actor.name),
        "session_id": actor.session_id, "request_id": bounded(actor.request_id),
        "action": str(change.action), "subject": bounded(change.subject),
    }  # fmt: skip
    fields = (tenant_id, number, moment(now), *said.values(), _text(before), _text(after))
    return {
        "tenant_id": tenant_id, "event_no": number, "at": now, **said,
        "before": before, "after": after, "digest": digest_of(newest.digest, fields),
    }  # fmt: skip


class AuditService:
    """Reads the logs, and says whether they are as they were written."""

    def __init__(self, engines: TenantReads) -> None:
        """Reads through transactions of one tenant each."""
        self._engines = engines

    def listed(self, scope: Scope, wanted: AuditQuery | None = None) -> tuple[Event, ...]:
        """A page of events, newest first; the next page is those before its last number."""
        require(scope.role, READ)
        statement = rows.events_of(scope.tenant_id, wanted or AuditQuery())
        with self._engines.tenant(scope.tenant_id) as connection:
            return tuple(_event(row) for row in connection.execute(statement).fetchall())

    def verify(self, scope: Scope, anchor: Anchor | None = None) -> Verdict:
        """Whether the whole log is as it was written; a batch of it at a time is in memory."""
        require(scope.role, READ)
        with self._engines.tenant(scope.tenant_id, LONGEST_WALK) as connection:
            return walk(links(connection, scope.tenant_id), anchor)


def _text(value: object) -> str | None:
    return None if value is None else canonical_json(value)


def links(connection: Connection, tenant_id: int) -> Iterator[Link]:
    """The tenant's chain from its first event on, read as it is gone along."""
    options = {"stream_results": True, "yield_per": BATCH}
    with connection.execute(rows.links_of(tenant_id), execution_options=options) as found:
        for digest, *fields, before, after in found:
            canonical = (*fields, recanonical(before), recanonical(after))
            yield Link(fields[1], canonical, digest)


def _event(row: Any) -> Event:  # noqa: ANN401 - a row of `events_of`
    actor = Actor(row.actor, row.actor_name, row.session_id, row.request_id)
    change = Change(row.action, row.subject, row.before, row.after)
    return Event(row.event_no, row.at, actor, change)
