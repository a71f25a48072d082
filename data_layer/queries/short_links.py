"""Short links: the one of a page and question, and what one leads to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from data_layer.models import short_link


def slug_of(tenant_id: int, digest: str) -> Select[Any]:
    """The slug under which a page and question are kept."""
    link = short_link.c
    return select(link.slug).where(link.tenant_id == tenant_id, link.digest == digest)


def target_of(tenant_id: int, slug: str) -> Select[Any]:
    """The path and query that a slug leads to."""
    link = short_link.c
    return select(link.path, link.query).where(link.tenant_id == tenant_id, link.slug == slug)


def count_by(tenant_id: int, person: str) -> Select[Any]:
    """How many links a person has made."""
    link = short_link.c
    return select(func.count()).where(link.tenant_id == tenant_id, link.made_by == person)


def add_link(values: dict[str, Any]) -> ReturningInsert[Any]:
    """A new link, which says its slug; nothing where its page and question are kept already."""
    statement = insert(short_link).values(values).on_conflict_do_nothing()
    return statement.returning(short_link.c.slug)
