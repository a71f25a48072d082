"""The audit log: who changes what, as it is handed over to be recorded and read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from finops_dash.domain.period import DateRange
from finops_dash.domain.person import Person

LONGEST, LONGEST_VALUE = 200, 8000
MOST_VALUES = 200
LARGEST = 2**63
PAGE, LARGEST_PAGE = 50, 500
_SECRET = ("token", "secret", "password", "digest", "credential")


class Action(StrEnum):
    """Everything that is recorded."""

    VIEW_SAVED = "view.saved"
    VIEW_REWORDED = "view.reworded"
    VIEW_SAVED_OVER = "view.saved_over"
    VIEW_RESTORED = "view.restored"
    VIEW_DELETED = "view.deleted"
    VIEW_BROUGHT_BACK = "view.brought_back"
    VIEW_STARRED = "view.starred"
    VIEW_LANDED_ON = "view.landed_on"
    VIEWS_FORGOTTEN = "view.forgotten"
    LINK_MADE = "link.made"
    NOTE_WRITTEN = "note.written"
    NOTE_DELETED = "note.deleted"
    PERSON_INVITED = "person.invited"
    PERSON_CHANGED = "person.changed"
    PERSON_ARRIVED = "person.arrived"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    SESSIONS_ENDED = "session.all_ended"
    TENANT_CREATED = "tenant.created"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person in a session and a request of theirs, or a part of the product."""

    id: str
    name: str
    session_id: int | None = None
    request_id: str = ""


NOBODY = Actor("", "Nobody known")
COMMAND_LINE = Actor("command line", "Command line")
SCHEDULER = Actor("scheduler", "Scheduler")
acting: ContextVar[Actor] = ContextVar("acting", default=NOBODY)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Inside, what is recorded is recorded as this one's, unless a person is named with it."""
    token = acting.set(actor)
    try:
        yield
    finally:
        acting.reset(token)


def actor_of(person: Person) -> Actor:
    """The person as the actor; in their session, where it is theirs that acts at present."""
    identity = person.id  # first: a request finds out who acts when it is asked for the person
    present = acting.get()
    if present.id == identity:
        return present
    return replace(present, id=identity, name=person.name, session_id=None)


class SecretError(ValueError):
    """Something that has the name of a secret was about to be recorded: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is recorded: what was done to what, and its values before and after.

    `action` is an `Action`, or what another version calls one. None before is something new,
    None after something gone.
    """

    action: str
    subject: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None

    @classmethod
    def between(
        cls, action: str, subject: str, before: Mapping[str, object], after: Mapping[str, object]
    ) -> Change:
        """The change of the values that differ."""
        names = [name for name in before if before[name] != after[name]]
        return cls(action, subject, *({name: of[name] for name in names} for of in (before, after)))


@dataclass(frozen=True, slots=True)
class Event:
    """A change as it is kept, with its number in the tenant's log."""

    event_no: int
    at: datetime
    actor: Actor
    change: Change


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which events: those before a number, of one action or actor, on some days (of UTC)."""

    before: int | None = None
    action: str | None = None
    actor: str | None = None
    days: DateRange | None = None
    limit: int = PAGE


def bounded(text: str, longest: int = LONGEST) -> str:
    """The text as the database can keep it, cut where it is too long."""
    kept = text if len(text) <= longest else text[: longest - 1] + "…"
    return kept.encode(errors="replace").decode().replace("\0", "�")


def plain(value: object) -> object:
    """The value of nothing but texts, whole numbers, yes and no, lists and names.

    Whatever else there is becomes text: JSON has many ways to write one number, and the digest of
    an event must come out the same whenever it is worked out again.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -LARGEST <= value < LARGEST:
        return value
    if isinstance(value, Mapping):
        return {_name(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value[:MOST_VALUES]]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return bounded(str(value), LONGEST_VALUE)


def _name(name: object) -> str:
    text = bounded(str(name))
    if any(word in text.lower() for word in _SECRET):
        raise SecretError(text)
    return text
