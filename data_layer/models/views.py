"""What people keep of what they look at: views, their versions and stars, short links, notes.

People are known by the text that their sign-in knows them by; names are as they were at the time.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from data_layer.models.base import instant, metadata, tenant_column, text


def _of_a_view() -> ForeignKeyConstraint:
    """A row goes with its view."""
    return ForeignKeyConstraint(
        ["tenant_id", "view_id"],
        ["finops.saved_view.tenant_id", "finops.saved_view.view_id"],
        ondelete="CASCADE",
    )


saved_view = Table(
    "saved_view",
    metadata,
    tenant_column(),
    Column("view_id", BigInteger, Identity(), primary_key=True),
    text("slug", required=True),
    text("owner", required=True),
    text("owner_name", required=True),
    text("name", required=True),
    text("description", required=True),
    text("visibility", required=True),  # private, tenant
    text("path", required=True),
    text("query", required=True),  # canonical, as `to_url` writes it for the page
    Column("version_no", Integer, nullable=False),
    instant("created_at"),
    instant("changed_at"),
    instant("deleted_at", required=False),  # kept for a while after, so that it can be undone
    UniqueConstraint("tenant_id", "slug"),
    Index("saved_view_owner", "tenant_id", "owner"),
)

saved_view_version = Table(
    "saved_view_version",
    metadata,
    tenant_column(),
    Column("view_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version_no", Integer, primary_key=True, autoincrement=False),
    text("name", required=True),
    text("path", required=True),
    text("query", required=True),
    text("changed_by", required=True),
    text("changed_by_name", required=True),
    instant("changed_at"),
    Column("restored_from", Integer),
    _of_a_view(),
)

view_star = Table(
    "view_star",
    metadata,
    tenant_column(),
    Column("person", Text, primary_key=True),
    Column("view_id", BigInteger, primary_key=True, autoincrement=False),
    instant("starred_at"),
    _of_a_view(),
    Index("view_star_view", "tenant_id", "view_id"),
)

landing_view = Table(
    "landing_view",
    metadata,
    tenant_column(),
    Column("person", Text, primary_key=True),
    Column("view_id", BigInteger, nullable=False),
    instant("chosen_at"),
    _of_a_view(),
    Index("landing_view_view", "tenant_id", "view_id"),
)

short_link = Table(
    "short_link",
    metadata,
    tenant_column(),
    Column("slug", Text, primary_key=True),
    text("digest", required=True),  # of path and query, which may be too long for an index
    text("path", required=True),
    text("query", required=True),
    text("made_by", required=True),
    instant("made_at"),
    UniqueConstraint("tenant_id", "digest"),
)

annotation = Table(
    "annotation",
    metadata,
    tenant_column(),
    Column("annotation_id", BigInteger, Identity(), primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    text("filters", required=True),  # as in a query string; empty for the whole tenant
    text("text", required=True),
    text("author", required=True),
    text("author_name", required=True),
    instant("written_at"),
    Index("annotation_days", "tenant_id", "first_day", "last_day"),
)
