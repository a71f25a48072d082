"""Notes on days of cost, which everyone in the tenant reads.

To write takes `annotations:write`; to delete, the note must be the person's own, or they hold
`users:write`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from data_layer.queries import annotations as rows
from finops_dash.domain.audit import Action, Change, actor_of
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.notes import (
    Draft,
    Note,
    NoteRefusedError,
    UnknownNoteError,
    scope_of,
    scope_text,
    speaks_to,
)
from finops_dash.domain.period import DateRange
from finops_dash.domain.permissions import may, require
from finops_dash.domain.person import Person
from finops_dash.domain.scope import Scope
from finops_dash.services.audit import record
from finops_dash.services.cost import TenantReads

WRITE, RULE = "annotations:write", "users:write"
MOST_NOTES = 10_000
LARGEST = 2**63 - 1
SAID = ("first_day", "last_day", "filters", "text", "author_name")


def may_delete(person: Person, note: Note) -> bool:
    """Whether the person may delete the note."""
    role = person.scope.role
    return may(role, WRITE) and (note.author == person.id or may(role, RULE))


class Annotations:
    """Keeps the notes of each tenant."""

    def __init__(
        self,
        engines: TenantReads,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        fresh_for: float = 0.0,
    ) -> None:
        """Works through transactions of one tenant each; `now` stamps what is written.

        What was read of a tenant is believed for `fresh_for` seconds.
        """
        self._engines = engines
        self._now = now
        self._fresh_for = fresh_for
        self._kept: dict[int, tuple[float, tuple[Note, ...]]] = {}

    def of(
        self, scope: Scope, query: CostQuery, days: DateRange, written: float = 0.0
    ) -> tuple[Note, ...]:
        """The notes on any of the days that speak to the query, in order of time.

        Which those are, `finops_dash.domain.notes.speaks_to` says. `written` is the moment, in
        seconds, at which the person last wrote or deleted one, in this process or another: what
        was read before then is read anew.
        """
        return tuple(
            note
            for note in self._all(scope.tenant_id, written)
            if note.first < days.end and note.last >= days.start and speaks_to(note.filters, query)
        )

    def _all(self, tenant_id: int, written: float) -> tuple[Note, ...]:
        now = self._now().timestamp()
        read_at, kept = self._kept.get(tenant_id, (float("-inf"), ()))
        if written < read_at <= now < read_at + self._fresh_for:
            return kept
        with self._engines.tenant(tenant_id) as connection:
            found = connection.execute(rows.notes_of(tenant_id)).fetchall()
        notes = tuple(
            Note(row[0], row[1], row[2], scope_of(row[3]), row[4], row[5], row[6], row[7])
            for row in found
        )
        self._kept[tenant_id] = (now, notes)
        return notes

    def write(self, person: Person, draft: Draft) -> None:
        """Keep a note."""
        require(person.scope.role, WRITE)
        tenant_id = person.scope.tenant_id
        values = {
            "tenant_id": tenant_id, "first_day": draft.first, "last_day": draft.last,
            "filters": scope_text(draft.filters), "text": draft.text, "author": person.id,
            "author_name": person.name, "written_at": self._now(),
        }  # fmt: skip
        with self._engines.tenant(tenant_id) as connection:
            if (connection.scalar(rows.count_of(tenant_id)) or 0) >= MOST_NOTES:
                message = f"There are {MOST_NOTES:,} notes, as many as can be: delete old ones."
                raise NoteRefusedError(message)
            number = connection.scalar(rows.add_note(values))
            change = Change(Action.NOTE_WRITTEN, f"note:{number}", None, _said(values))
            record(connection, tenant_id, change, self._now(), actor_of(person))

    def delete(self, person: Person, note_id: object) -> None:
        """Delete a note for good."""
        tenant_id, role = person.scope.tenant_id, person.scope.role
        require(role, WRITE)
        if not isinstance(note_id, int) or not 0 < note_id <= LARGEST:
            raise UnknownNoteError
        with self._engines.tenant(tenant_id) as connection:
            author = connection.scalar(rows.note_of(tenant_id, note_id))
            if author is None:
                raise UnknownNoteError
            if author != person.id and not may(role, RULE):
                raise PermissionDeniedError(RULE)
            gone = connection.execute(rows.remove_note(tenant_id, note_id)).mappings().first()
            if gone is None:  # somebody else was quicker
                raise UnknownNoteError
            change = Change(Action.NOTE_DELETED, f"note:{note_id}", _said(gone), None)
            record(connection, tenant_id, change, self._now(), actor_of(person))


def _said(note: Mapping[Any, Any]) -> dict[str, object]:
    """What the audit log keeps of a note."""
    return {name: note[name] for name in SAID}
