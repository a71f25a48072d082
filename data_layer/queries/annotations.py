"""Notes on days: those of a stretch, a new one, and one less."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from data_layer.models import annotation

_COLUMNS = (
    "annotation_id", "first_day", "last_day", "filters", "text", "author", "author_name",
    "written_at",
)  # fmt: skip


def notes_of(tenant_id: int) -> Select[Any]:
    """All notes of the tenant, in order of time."""
    note = annotation.c
    return (
        select(*(note[name] for name in _COLUMNS))
        .where(note.tenant_id == tenant_id)
        .order_by(note.first_day, note.annotation_id)
    )


def note_of(tenant_id: int, note_id: int) -> Select[Any]:
    """Whose note it is."""
    note = annotation.c
    return select(note.author).where(note.tenant_id == tenant_id, note.annotation_id == note_id)


def count_of(tenant_id: int) -> Select[Any]:
    """How many notes the tenant has."""
    return select(func.count()).where(annotation.c.tenant_id == tenant_id)


def add_note(values: dict[str, Any]) -> ReturningInsert[Any]:
    """A new note, which says its number."""
    return insert(annotation).values(values).returning(annotation.c.annotation_id)


def remove_note(tenant_id: int, note_id: int) -> ReturningDelete[Any]:
    """One note less, which says what it was."""
    note = annotation.c
    mine = (note.tenant_id == tenant_id, note.annotation_id == note_id)
    return delete(annotation).where(*mine).returning(*(note[name] for name in _COLUMNS))
