"""The audit log: its newest event, one more, all of it in order, and a page of it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.dialects.postgresql import Insert, insert

from data_layer import locks
from data_layer.models import audit_event
from finops_dash.domain.audit import LARGEST_PAGE, AuditQuery

_PAGE = (
    "event_no", "at", "actor", "actor_name", "session_id", "request_id", "action", "subject",
    "before", "after",
)  # fmt: skip


def alone(tenant_id: int) -> Select[Any]:
    """Nobody else adds to the tenant's log until this transaction has ended.

    A statement of its own: what reads the newest event must begin after the wait.
    """
    return select(func.pg_advisory_xact_lock(locks.AUDIT, tenant_id))


def newest_of(tenant_id: int) -> Select[Any]:
    """The number and the digest of the newest event."""
    event = audit_event.c
    return (
        select(event.event_no, event.digest)
        .where(event.tenant_id == tenant_id)
        .order_by(event.event_no.desc())
        .limit(1)
    )


def add_event(values: dict[str, Any]) -> Insert:
    """One event more."""
    return insert(audit_event).values(values)


def links_of(tenant_id: int) -> Select[Any]:
    """Each event's number, digest and the fields of its canonical row, in order.

    Times and JSON come as texts, because somebody may have put there what Python cannot hold.
    """
    event = audit_event.c
    micros = cast(func.trunc(func.extract("epoch", event.at) * 1_000_000), Text)
    return (
        select(
            event.digest, event.tenant_id, event.event_no, micros, event.actor, event.actor_name,
            event.session_id, event.request_id, event.action, event.subject,
            cast(event.before, Text), cast(event.after, Text),
        )
        .where(event.tenant_id == tenant_id)
        .order_by(event.event_no)
    )  # fmt: skip


def events_of(tenant_id: int, wanted: AuditQuery) -> Select[Any]:
    """The events asked for, newest first."""
    event = audit_event.c
    statement = select(*(event[name] for name in _PAGE)).where(event.tenant_id == tenant_id)
    if wanted.before is not None:
        statement = statement.where(event.event_no < wanted.before)
    if wanted.action is not None:
        statement = statement.where(event.action == wanted.action)
    if wanted.actor is not None:
        statement = statement.where(event.actor == wanted.actor)
    if wanted.days is not None:
        ends = (wanted.days.start, wanted.days.end)
        first, end = (datetime.combine(day, time(), UTC) for day in ends)
        statement = statement.where(event.at >= first, event.at < end)
    limit = max(1, min(wanted.limit, LARGEST_PAGE))
    return statement.order_by(event.event_no.desc()).limit(limit)
