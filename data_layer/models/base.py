"""What every table shares: the schema, and the tenant first in its primary key."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Numeric, Text

SCHEMA = "finops"
metadata = MetaData(schema=SCHEMA)


def tenant_column() -> Column[int]:
    """`tenant_id`, the first column of the primary key of every table of a tenant."""
    return Column("tenant_id", Integer, primary_key=True, autoincrement=False)


def text(name: str, *, required: bool = False) -> Column[str]:
    """A text column."""
    return Column(name, Text, nullable=not required)


def numeric(name: str, *, required: bool = False) -> Column[object]:
    """An exact number of any precision."""
    return Column(name, Numeric, nullable=not required)


def instant(name: str, *, required: bool = True) -> Column[object]:
    """A moment in time, with its zone."""
    return Column(name, DateTime(timezone=True), nullable=not required)


def key(name: str, *, primary: bool = True) -> Column[int]:
    """The id of a key, which follows from its content; of the primary key unless it only points."""
    return Column(name, BigInteger, primary_key=primary, autoincrement=False, nullable=False)
