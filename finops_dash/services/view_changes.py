"""What the audit log keeps of views: what was done to which one, and its values around that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from finops_dash.domain.audit import Action, Change, actor_of
from finops_dash.domain.person import Person
from finops_dash.domain.saved_view import Link, SavedView, Wording
from finops_dash.services.audit import record

SAID = ("name", "description", "visibility", "path", "query", "version_no", "owner_name")
Values = Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of a view: what it is to show, under which words, after which old version."""

    action: Action
    link: Link
    wording: Wording
    restored_from: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a person did to the view of a slug; None before or after as in `Change`."""

    action: Action
    slug: str
    before: Values
    after: Values

    def change(self) -> Change:
        """The same, with the values that differ where there are some before and after."""
        subject = f"view:{self.slug}"
        if self.before is None or self.after is None:
            return Change(self.action, subject, self.before, self.after)
        return Change.between(self.action, subject, self.before, self.after)


def said(view: SavedView) -> dict[str, object]:
    """The values of a view that are kept."""
    return {name: getattr(view, name) for name in SAID}


def record_done(connection: Connection, person: Person, now: datetime, done: Done) -> None:
    """Add it to the log, as the person's."""
    record(connection, person.scope.tenant_id, done.change(), now, actor_of(person))
