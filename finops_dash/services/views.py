"""Saved views: saved, opened, changed with their history, starred, deleted and brought back.

Everyone sees their own views and those for the whole tenant. To save takes `views:write`; to
change one, it must be the person's own, or shared while they hold `users:write`. What a person
may not see does not exist for them: `UnknownViewError`, whatever the reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data_layer.queries import views as rows
from finops_dash.domain.audit import Action, Change
from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.permissions import may, require
from finops_dash.domain.person import Person
from finops_dash.domain.saved_view import (
    Link,
    SavedView,
    UnknownViewError,
    ViewRefusedError,
    ViewVersion,
    Visibility,
    Wording,
)
from finops_dash.domain.scope import Scope
from finops_dash.services.audit import record
from finops_dash.services.cost import TenantReads
from finops_dash.services.view_changes import Asked, Done, record_done, said

WRITE, RULE = "views:write", "users:write"
MOST_VIEWS = 1000
BIN_KEPT = timedelta(days=30)
LONGEST_SLUG = 64
SLUG_BYTES = 12  # 16 characters


def new_slug() -> str:
    """Sixteen characters of a URL that nobody guesses."""
    return secrets.token_urlsafe(SLUG_BYTES)


def is_slug(text: object) -> bool:
    """Whether the text could be a slug of ours."""
    if not isinstance(text, str) or not SLUG_BYTES <= len(text) <= LONGEST_SLUG:
        return False
    return text.isascii() and all(letter.isalnum() or letter in "-_" for letter in text)


def may_change(person: Person, view: SavedView) -> bool:
    """Whether the person may change, delete or bring back the view."""
    is_shared = view.visibility is not Visibility.PRIVATE
    role = person.scope.role
    return may(role, WRITE) and (view.is_mine or (is_shared and may(role, RULE)))


class ViewService:
    """Keeps the views of each tenant."""

    def __init__(
        self, engines: TenantReads, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Works through transactions of one tenant each; `now` stamps what changes."""
        self._engines = engines
        self._now = now

    def listed(self, person: Person) -> tuple[SavedView, ...]:
        """The views the person may see: starred ones first, then by name."""
        return self._views(person, rows.views_kept(person.scope.tenant_id, person.id))

    def binned(self, person: Person) -> tuple[SavedView, ...]:
        """The deleted views that the person may still bring back."""
        found = self._views(person, rows.views_in_bin(person.scope.tenant_id, person.id))
        return tuple(view for view in found if may_change(person, view))

    def find(self, person: Person, slug: object) -> SavedView:
        """The view of that slug; `UnknownViewError` where there is none for this person."""
        with self._engines.tenant(person.scope.tenant_id) as connection:
            return _found(connection, person, slug)

    def landing(self, person: Person) -> SavedView | None:
        """The view that the person lands on; None without one that they may see."""
        seen = rows.views_kept(person.scope.tenant_id, person.id)
        return next(iter(self._views(person, rows.chosen_as_landing(seen))), None)

    def versions(self, person: Person, slug: object) -> tuple[ViewVersion, ...]:
        """What the view was called and showed, newest first."""
        tenant_id = person.scope.tenant_id
        with self._engines.tenant(tenant_id) as connection:
            view = _found(connection, person, slug)
            found = connection.execute(rows.versions_of(tenant_id, view.view_id)).fetchall()
        return tuple(ViewVersion(*row) for row in found)

    def save(self, person: Person, link: Link, wording: Wording) -> SavedView:
        """A new view of the person's own."""
        require(person.scope.role, WRITE)
        tenant_id, now, slug = person.scope.tenant_id, self._now(), new_slug()
        values = {
            "tenant_id": tenant_id, "slug": slug, "owner": person.id, "owner_name": person.name,
            **_worded(wording), "path": link.path, "query": link.query, "version_no": 1,
            "created_at": now, "changed_at": now,
        }  # fmt: skip
        with self._engines.tenant(tenant_id) as connection:
            if (connection.scalar(rows.count_of(tenant_id, person.id)) or 0) >= MOST_VIEWS:
                message = (
                    f"You have {MOST_VIEWS} views, those deleted lately included: no more fit."
                )
                raise ViewRefusedError(message)
            connection.execute(rows.add_view(values))
            view = _found(connection, person, slug)
            connection.execute(_version(view, person, now))
            self._record(connection, person, Done(Action.VIEW_SAVED, slug, None, said(view)))
        return view

    def reword(self, person: Person, slug: object, wording: Wording) -> SavedView:
        """The view under another name, description or visibility; the owner alone makes private.

        A new name is a new version.
        """
        with self._engines.tenant(person.scope.tenant_id) as connection:
            view = _to_change(connection, person, slug)
            if wording.visibility is Visibility.PRIVATE and not view.is_mine:
                message = f"This view is {view.owner_name}'s: only they can make it private."
                raise ViewRefusedError(message)
            return self._changed(
                connection, person, view, Asked(Action.VIEW_REWORDED, view.link, wording)
            )

    def save_over(self, person: Person, slug: object, link: Link) -> SavedView:
        """The view showing something else from now on: a new version, unless it is the same."""
        with self._engines.tenant(person.scope.tenant_id) as connection:
            view = _to_change(connection, person, slug)
            asked = Asked(Action.VIEW_SAVED_OVER, link, view.wording)
            return self._changed(connection, person, view, asked)

    def restore(self, person: Person, slug: object, number: int) -> SavedView:
        """The name and the question of an old version, as the newest one."""
        tenant_id = person.scope.tenant_id
        with self._engines.tenant(tenant_id) as connection:
            view = _to_change(connection, person, slug)
            old = connection.execute(rows.version_of(tenant_id, view.view_id, number)).first()
            if old is None:
                message = f"This view has no version {number}."
                raise ViewRefusedError(message)
            found = ViewVersion(*old)
            wording = replace(view.wording, name=found.name)
            asked = Asked(Action.VIEW_RESTORED, found.link, wording, number)
            return self._changed(connection, person, view, asked)

    def delete(self, person: Person, slug: object) -> SavedView:
        """The view as it was; from now on it lies in the bin for thirty days."""
        with self._engines.tenant(person.scope.tenant_id) as connection:
            view = _to_change(connection, person, slug)
            _write(connection, person, view, {"deleted_at": self._now()})
            self._record(connection, person, Done(Action.VIEW_DELETED, view.slug, said(view), None))
        return view

    def bring_back(self, person: Person, slug: object) -> SavedView:
        """The view out of the bin, with its versions and everybody's stars."""
        with self._engines.tenant(person.scope.tenant_id) as connection:
            view = _to_change(connection, person, slug, rows.views_in_bin)
            _write(connection, person, view, {"deleted_at": None})
            done = Done(Action.VIEW_BROUGHT_BACK, view.slug, None, said(view))
            self._record(connection, person, done)
        return replace(view, deleted_at=None)

    def star(self, person: Person, slug: object, *, on: bool) -> SavedView:
        """The view with the person's star, or without."""
        tenant_id = person.scope.tenant_id
        with self._engines.tenant(tenant_id) as connection:
            view = _found(connection, person, slug)
            whose = connection.scalar(
                rows.add_star(tenant_id, person.id, view.view_id, self._now())
                if on
                else rows.remove_star(tenant_id, person.id, view.view_id)
            )
            if whose is not None:
                stars = ({"starred": not on}, {"starred": on})
                self._record(connection, person, Done(Action.VIEW_STARRED, view.slug, *stars))
        return replace(view, starred=on)

    def land_on(self, person: Person, slug: object, *, on: bool) -> SavedView:
        """The view as what the person sees at `/`; without it, that is the overview."""
        tenant_id = person.scope.tenant_id
        with self._engines.tenant(tenant_id) as connection:
            view = _found(connection, person, slug)
            seen = rows.chosen_as_landing(rows.views_kept(tenant_id, person.id))
            before = connection.execute(seen).first()
            connection.execute(
                rows.land_on(tenant_id, person.id, view.view_id, self._now())
                if on
                else rows.land_nowhere(tenant_id, person.id)
            )
            views = ({"view": before.slug if before else None}, {"view": view.slug if on else None})
            if views[0] != views[1]:
                self._record(connection, person, Done(Action.VIEW_LANDED_ON, view.slug, *views))
        return replace(view, is_landing=on)

    def forget(self, scope: Scope, older_than: timedelta = BIN_KEPT) -> int:
        """Delete for good what was deleted longer ago; says how many views."""
        statement = rows.empty_bin(scope.tenant_id, self._now() - older_than)
        with self._engines.tenant(scope.tenant_id) as connection:
            count = connection.execute(statement).rowcount
            if count:
                gone = Change(Action.VIEWS_FORGOTTEN, "bin", {"views": count}, {"views": 0})
                record(connection, scope.tenant_id, gone, self._now())
        return count

    def _views(self, person: Person, statement: Any) -> tuple[SavedView, ...]:  # noqa: ANN401 - a select
        with self._engines.tenant(person.scope.tenant_id) as connection:
            return tuple(_view(row) for row in connection.execute(statement).fetchall())

    def _changed(
        self, connection: Connection, person: Person, view: SavedView, asked: Asked
    ) -> SavedView:
        """The view with the new values; a version more where its name or question changed."""
        link, wording = asked.link, asked.wording
        is_version = (link, wording.name) != (view.link, view.name)
        number = view.version_no + is_version
        values = {**_worded(wording), "path": link.path, "query": link.query}
        values |= {"version_no": number, "changed_at": self._now()}
        changed = replace(view, **{**values, "visibility": wording.visibility})
        if changed == replace(view, changed_at=changed.changed_at):
            return view
        _write(connection, person, view, values)
        if is_version:
            at, old = changed.changed_at, asked.restored_from
            connection.execute(_version(changed, person, at, old))
        self._record(connection, person, Done(asked.action, view.slug, said(view), said(changed)))
        return changed

    def _record(self, connection: Connection, person: Person, done: Done) -> None:
        record_done(connection, person, self._now(), done)


def _found(
    connection: Connection,
    person: Person,
    slug: object,
    among: Callable[[int, str], Any] = rows.views_kept,
    *,
    to_change: bool = False,
) -> SavedView:
    if not is_slug(slug):
        raise UnknownViewError
    statement = rows.named(among(person.scope.tenant_id, person.id), str(slug))
    row = connection.execute(rows.for_change(statement) if to_change else statement).first()
    if row is None:
        raise UnknownViewError
    return _view(row)


def _to_change(
    connection: Connection,
    person: Person,
    slug: object,
    among: Callable[[int, str], Any] = rows.views_kept,
) -> SavedView:
    """The view, locked; `PermissionDeniedError` where it is seen, but another's."""
    view = _found(connection, person, slug, among, to_change=True)
    require(person.scope.role, WRITE)
    if not may_change(person, view):
        raise PermissionDeniedError(RULE)
    return view


def _write(connection: Connection, person: Person, view: SavedView, values: dict[str, Any]) -> None:
    connection.execute(rows.change_view(person.scope.tenant_id, view.view_id, values))


def _version(
    view: SavedView, person: Person, now: datetime, restored_from: int | None = None
) -> Any:  # noqa: ANN401 - a statement
    return rows.add_version(
        {
            "tenant_id": person.scope.tenant_id, "view_id": view.view_id,
            "version_no": view.version_no, "name": view.name, "path": view.path,
            "query": view.query, "changed_by": person.id, "changed_by_name": person.name,
            "changed_at": now, "restored_from": restored_from,
        }
    )  # fmt: skip


def _worded(wording: Wording) -> dict[str, Any]:
    return {
        "name": wording.name,
        "description": wording.description,
        "visibility": wording.visibility.value,
    }


def _view(row: Any) -> SavedView:  # noqa: ANN401 - a row of `views_of`
    values = row._asdict()
    return SavedView(**{**values, "visibility": Visibility(values["visibility"])})
