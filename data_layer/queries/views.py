"""Saved views, their versions, stars and landing pages: what is read, and what is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Update,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from data_layer.models import landing_view, saved_view, saved_view_version, view_star

_COLUMNS = (
    "view_id", "slug", "name", "description", "visibility", "path", "query", "version_no", "owner",
    "owner_name", "created_at", "changed_at", "deleted_at",
)  # fmt: skip
_VERSION = ("version_no", "name", "path", "query", "changed_by_name", "changed_at", "restored_from")
PRIVATE = "private"


def views_of(tenant_id: int, person: str) -> Select[Any]:
    """The views a person may see, those in the bin included: starred ones first, then by name."""
    view = saved_view.c
    starred, landing = _joined(view_star, person), _joined(landing_view, person)
    return (
        select(
            *(view[name] for name in _COLUMNS),
            view_star.c.person.isnot(None).label("starred"),
            landing_view.c.person.isnot(None).label("is_landing"),
            (view.owner == person).label("is_mine"),
        )
        .select_from(saved_view.outerjoin(view_star, starred).outerjoin(landing_view, landing))
        .where(view.tenant_id == tenant_id)
        .where(or_(view.owner == person, view.visibility != PRIVATE))
        .order_by(view_star.c.person.is_(None), func.lower(view.name), view.view_id)
    )


def _joined(table: Any, person: str) -> ColumnElement[bool]:  # noqa: ANN401 - either of two tables
    return and_(
        table.c.tenant_id == saved_view.c.tenant_id,
        table.c.view_id == saved_view.c.view_id,
        table.c.person == person,
    )


def views_kept(tenant_id: int, person: str) -> Select[Any]:
    """Those of them that are not in the bin."""
    return views_of(tenant_id, person).where(saved_view.c.deleted_at.is_(None))


def views_in_bin(tenant_id: int, person: str) -> Select[Any]:
    """Those of them that can still be brought back."""
    return views_of(tenant_id, person).where(saved_view.c.deleted_at.isnot(None))


def named(statement: Select[Any], slug: str) -> Select[Any]:
    """The one of that slug."""
    return statement.where(saved_view.c.slug == slug)


def chosen_as_landing(statement: Select[Any]) -> Select[Any]:
    """The one that the person lands on."""
    return statement.where(landing_view.c.person.isnot(None))


def for_change(statement: Select[Any]) -> Select[Any]:
    """The same, so that nobody else changes it meanwhile."""
    return statement.with_for_update(of=saved_view)


def count_of(tenant_id: int, person: str) -> Select[Any]:
    """How many views a person has, the bin included."""
    view = saved_view.c
    return select(func.count()).where(view.tenant_id == tenant_id, view.owner == person)


def versions_of(tenant_id: int, view_id: int) -> Select[Any]:
    """The versions of a view, newest first."""
    kept = saved_view_version.c
    return (
        select(*(kept[name] for name in _VERSION))
        .where(kept.tenant_id == tenant_id, kept.view_id == view_id)
        .order_by(kept.version_no.desc())
    )


def version_of(tenant_id: int, view_id: int, number: int) -> Select[Any]:
    """One version of a view."""
    statement = versions_of(tenant_id, view_id)
    return statement.where(saved_view_version.c.version_no == number)


def add_view(values: dict[str, Any]) -> Insert:
    """A new view."""
    return insert(saved_view).values(values)


def change_view(tenant_id: int, view_id: int, values: dict[str, Any]) -> Update:
    """New values of a view's columns."""
    view = saved_view.c
    return (
        update(saved_view)
        .where(view.tenant_id == tenant_id, view.view_id == view_id)
        .values(values)
    )


def add_version(values: dict[str, Any]) -> Insert:
    """A version of a view."""
    return insert(saved_view_version).values(values)


def add_star(tenant_id: int, person: str, view_id: int, now: datetime) -> ReturningInsert[Any]:
    """A person's star on a view, which says whose; nothing where it is there."""
    values = {"tenant_id": tenant_id, "person": person, "view_id": view_id, "starred_at": now}
    statement = insert(view_star).values(values).on_conflict_do_nothing()
    return statement.returning(view_star.c.person)


def remove_star(tenant_id: int, person: str, view_id: int) -> ReturningDelete[Any]:
    """No star of that person on the view; says whose there was."""
    star = view_star.c
    mine = (star.tenant_id == tenant_id, star.person == person, star.view_id == view_id)
    return delete(view_star).where(*mine).returning(star.person)


def land_on(tenant_id: int, person: str, view_id: int, now: datetime) -> Insert:
    """The view as the page that the person lands on, instead of any other."""
    values = {"tenant_id": tenant_id, "person": person, "view_id": view_id, "chosen_at": now}
    return (
        insert(landing_view)
        .values(values)
        .on_conflict_do_update(
            index_elements=["tenant_id", "person"], set_={"view_id": view_id, "chosen_at": now}
        )
    )


def land_nowhere(tenant_id: int, person: str) -> Delete:
    """No landing page of the person's own."""
    landing = landing_view.c
    return delete(landing_view).where(landing.tenant_id == tenant_id, landing.person == person)


def empty_bin(tenant_id: int, before: datetime) -> Delete:
    """Delete for good what went into the bin earlier."""
    view = saved_view.c
    return delete(saved_view).where(view.tenant_id == tenant_id, view.deleted_at < before)
