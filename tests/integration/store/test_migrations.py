"""Migrations on a database of their own: up, down, up again, and none from the future."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, text
from support.focus import on, write_csv

from data_layer.engine import Engines, connect
from data_layer.migrations import (
    UnknownRevisionError,
    current_revision,
    downgrade,
    head_revision,
    upgrade,
)
from finops_dash.bootstrap import build
from finops_dash.settings import Settings

CATALOGUE = text("""
    SELECT c.relname, c.relkind::text, pg_get_userbyid(c.relowner), c.relrowsecurity,
           c.relacl::text, p.polname, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'finops'::regnamespace AND c.relname NOT LIKE 'charge_2%'
    ORDER BY c.relname, a.attname
""")


@pytest.fixture
def fresh(engines: Engines, tmp_path: Path) -> Iterator[Engines]:
    """An empty database on the server of the tests."""
    name = f"fresh_{uuid4().hex[:12]}"
    assert engines.embedded is not None
    url = engines.embedded.url("postgres", "postgres")
    server = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    found = connect(tmp_path, engines.embedded.url("postgres", name))
    yield found
    found.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def catalogue(engines: Engines) -> list[tuple[object, ...]]:
    with engines.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(CATALOGUE)]


def test_what_migrations_make_they_take_out_again_with_everything_in_it(
    fresh: Engines, tmp_path: Path
) -> None:
    upgrade(fresh.owner)
    made = catalogue(fresh)
    services = build(Settings(data_dir=tmp_path), fresh)
    services.tenancy.create("acme")
    bill = write_csv(tmp_path / "bill.csv", [on("2026-09-01"), on("2026-10-01")])
    services.ingestion.ingest(services.tenancy.scope("acme"), [str(bill)])
    downgrade(fresh.owner)
    assert {row[0] for row in catalogue(fresh)} == {"alembic_version", "alembic_version_pkc"}
    assert current_revision(fresh.owner) is None
    upgrade(fresh.owner)
    assert catalogue(fresh) == made


def test_a_database_of_a_later_version_is_left_alone(fresh: Engines) -> None:
    upgrade(fresh.owner)
    with fresh.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE finops.alembic_version SET version_num = '9999'")
    with pytest.raises(UnknownRevisionError, match="at revision 9999, which this version does not"):
        upgrade(fresh.owner)
    assert current_revision(fresh.owner) == "9999" != head_revision()
