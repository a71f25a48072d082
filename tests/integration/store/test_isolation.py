"""Tenant A's session against the rows of tenant B, in every table that the catalogue lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from support.focus import on, write_csv

from data_layer.engine import Engines, tenant_statement
from data_layer.models import GLOBAL
from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

A_VALUE = {
    "bigint": "1",
    "integer": "1",
    "boolean": "true",
    "date": "DATE '2026-09-03'",
    "double precision": "1",
    "jsonb": "'{}'",
    "numeric": "1",
    "text": "'planted'",
    "timestamp with time zone": "TIMESTAMPTZ '2026-09-03 00:00Z'",
    "uuid": "'00000000-0000-0000-0000-000000000001'",
}
Columns = dict[str, str]


class Store:
    """Two tenants, with rows of both in every table, and what looks at them from outside."""

    def __init__(self, engines: Engines, one: Scope, other: Scope) -> None:
        self.engines = engines
        self.one, self.other = one.tenant_id, other.tenant_id
        self.admin = create_engine(engines.admin_url)
        self.tables = self._tables()
        self._plant()

    def _tables(self) -> dict[str, Columns]:
        """The columns of each table of tenants, without partitions."""
        query = (
            "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relnamespace = 'finops'::regnamespace AND c.relkind IN ('r', 'p') "
            "AND NOT c.relispartition AND c.relname <> ALL(:left_out)"
        )
        found: dict[str, Columns] = {}
        left_out = {"left_out": ["alembic_version", *GLOBAL]}
        with self.admin.connect() as connection:
            for table, column, kind in connection.execute(text(query), left_out):
                found.setdefault(table, {})[column] = kind
        return found

    def _plant(self) -> None:
        """A row of both tenants in each table the loads have left empty."""
        with self.admin.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in self.tables:
                for tenant in (self.one, self.other):
                    if not self.count(connection, table, tenant):
                        connection.exec_driver_sql(self.insert(table, tenant))

    def insert(self, table: str, tenant: int) -> str:
        values = {n: A_VALUE[kind] for n, kind in self.tables[table].items()} | {
            "tenant_id": str(tenant)
        }
        columns, given = ", ".join(values), ", ".join(values.values())
        return f"INSERT INTO finops.{table} ({columns}) VALUES ({given})"

    def count(self, connection: Connection, table: str, tenant: int) -> int:
        query = f"SELECT count(*) FROM finops.{table} WHERE tenant_id = {tenant}"
        return connection.exec_driver_sql(query).scalar_one()

    def fingerprint(self) -> dict[str, str]:
        """The rows of the other tenant, whole, table by table."""
        with self.admin.connect() as connection:
            return {
                table: connection.exec_driver_sql(
                    f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM finops.{table} t "
                    f"WHERE tenant_id = {self.other}"
                ).scalar_one()
                for table in self.tables
            }

    def attempt(self, statement: str) -> int:
        """How many rows the first tenant's session changes; 0 when it may not."""
        try:
            with self.engines.tenant(self.one) as connection:
                return connection.exec_driver_sql(statement).rowcount
        except ProgrammingError as error:
            if isinstance(error.orig, InsufficientPrivilege):
                return 0
            raise


@pytest.fixture(scope="module")
def store(
    engines: Engines, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("bills")
    first = [on("2026-09-03"), on("2026-09-04"), on("2026-09-05", BilledCost="much")]
    later = [on("2026-09-03", BilledCost="2"), on("2026-09-04")]
    scopes = []
    for _ in range(2):
        slug = f"apart-{uuid4().hex[:8]}"
        services.tenancy.create(slug)
        services.memberships.add(slug, "a@example.com", "A", "viewer")
        scopes.append(services.tenancy.scope(slug))
        for number, rows in enumerate((first, later)):
            bill = write_csv(folder / f"{slug}-{number}.csv", rows)
            services.ingestion.ingest(scopes[-1], [str(bill)])
    found = Store(engines, *scopes)
    yield found
    found.admin.dispose()


def test_every_table_holds_rows_of_both_tenants(store: Store) -> None:
    with store.admin.connect() as connection:
        empty = [
            (table, tenant)
            for table in store.tables
            for tenant in (store.one, store.other)
            if not store.count(connection, table, tenant)
        ]
    assert len(store.tables) > 15
    assert empty == []


def test_a_tenants_session_sees_its_own_rows_and_no_others(store: Store) -> None:
    with store.engines.tenant(store.one) as connection:
        seen = {
            table: connection.exec_driver_sql(
                f"SELECT array_agg(DISTINCT tenant_id) FROM finops.{table}"
            ).scalar_one()
            for table in store.tables
        }
    assert seen == {table: [store.one] for table in store.tables}


def test_a_tenants_session_finds_nothing_when_it_asks_for_another(store: Store) -> None:
    with store.engines.tenant(store.one) as connection:
        found = {t: store.count(connection, t, store.other) for t in store.tables}
    assert found == dict.fromkeys(store.tables, 0)


def test_a_tenants_session_inserts_nothing_for_another(store: Store) -> None:
    before = store.fingerprint()
    inserted = {t: store.attempt(store.insert(t, store.other)) for t in store.tables}
    assert inserted == dict.fromkeys(store.tables, 0)
    assert store.fingerprint() == before


def test_a_tenants_session_updates_nothing_of_another(store: Store) -> None:
    before = store.fingerprint()
    updated = {
        table: store.attempt(
            f"UPDATE finops.{table} SET tenant_id = {store.one} WHERE tenant_id = {store.other}"
        )
        for table in store.tables
    }
    assert updated == dict.fromkeys(store.tables, 0)
    assert store.fingerprint() == before


def test_a_tenants_session_gives_none_of_its_rows_to_another(store: Store) -> None:
    before = store.fingerprint()
    given = {
        table: store.attempt(f"UPDATE finops.{table} SET tenant_id = {store.other}")
        for table in store.tables
    }
    assert given == dict.fromkeys(store.tables, 0)
    assert store.fingerprint() == before


def test_a_tenants_session_deletes_nothing_of_another(store: Store) -> None:
    before = store.fingerprint()
    deleted = {
        table: store.attempt(f"DELETE FROM finops.{table} WHERE tenant_id = {store.other}")
        for table in store.tables
    }
    assert deleted == dict.fromkeys(store.tables, 0)
    assert store.fingerprint() == before


def test_the_application_empties_no_table(store: Store) -> None:
    before = store.fingerprint()
    assert {store.attempt(f"TRUNCATE finops.{table} CASCADE") for table in store.tables} == {0}
    assert store.fingerprint() == before


def test_a_loaders_session_sees_no_other_tenants_sources_loads_and_slices(store: Store) -> None:
    with store.engines.loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(store.one))
        tables = ("source", "load", "slice", "tenant")
        found = {table: store.count(connection, table, store.other) for table in tables}
    assert found == dict.fromkeys(tables, 0)


def test_the_owner_of_the_schema_sees_one_tenant_and_none_of_the_charges(store: Store) -> None:
    with store.engines.owner_transaction(store.one) as connection:
        found = {table: store.count(connection, table, store.other) for table in store.tables}
    assert found == dict.fromkeys(store.tables, 0)


@pytest.mark.parametrize("role", ["app", "owner"])
def test_without_a_tenant_nothing_is_visible(store: Store, role: str) -> None:
    with getattr(store.engines, role).connect() as connection:
        found = {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM finops.{table}").scalar_one()
            for table in store.tables
        }
    assert found == dict.fromkeys(store.tables, 0)


@pytest.mark.parametrize("tenant", ["", "0", "-1"])
def test_a_tenant_that_is_none_sees_nothing(store: Store, tenant: str) -> None:
    with store.engines.app.connect() as connection:
        connection.exec_driver_sql(f"BEGIN; SET LOCAL app.tenant_id = '{tenant}'")
        found = connection.exec_driver_sql("SELECT count(*) FROM finops.charge").scalar_one()
        connection.exec_driver_sql("ROLLBACK")
    assert found == 0


@pytest.mark.parametrize("verb", ["SELECT count(*) FROM", "DELETE FROM", "TRUNCATE"])
def test_no_partition_answers_by_its_own_name(store: Store, verb: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        store.engines.tenant(store.one) as connection,
    ):
        connection.exec_driver_sql(f"{verb} finops.charge_2026_09")


def test_the_application_cannot_turn_row_security_off(store: Store) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        store.engines.tenant(store.one) as connection,
    ):
        connection.exec_driver_sql("SET LOCAL row_security = off; SELECT FROM finops.charge")


@pytest.fixture
def one_connection(store: Store) -> Iterator[Engines]:
    """The same store through a pool of a single connection, which every user gets."""
    pool = create_engine(
        store.engines.app.url, isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0
    )
    yield replace(store.engines, app=pool)
    pool.dispose()


def visible(pool: Engine) -> tuple[int, str]:
    """What the next user of the connection sees without setting a tenant."""
    with pool.connect() as connection:
        query = (
            "SELECT count(*), coalesce(current_setting('app.tenant_id', true), '') "
            "FROM finops.charge"
        )
        return tuple(connection.exec_driver_sql(query).one())


def pid(connection: Connection) -> int:
    return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()


def test_a_pooled_connection_forgets_its_tenant(store: Store, one_connection: Engines) -> None:
    with one_connection.tenant(store.one) as connection:
        first = pid(connection)
        assert store.count(connection, "charge", store.one) > 0
    assert visible(one_connection.app) == (0, "")
    with one_connection.tenant(store.other) as connection:
        assert pid(connection) == first
        assert store.count(connection, "charge", store.one) == 0


def test_a_connection_whose_user_failed_forgets_its_tenant(
    store: Store, one_connection: Engines
) -> None:
    with suppress(KeyboardInterrupt), one_connection.tenant(store.one):
        raise KeyboardInterrupt
    assert visible(one_connection.app) == (0, "")


def test_a_connection_whose_statement_failed_forgets_its_tenant(
    store: Store, one_connection: Engines
) -> None:
    with suppress(DBAPIError), one_connection.tenant(store.one) as connection:
        connection.exec_driver_sql("SELECT 1 / 0")
    assert visible(one_connection.app) == (0, "")


def test_a_statement_that_takes_too_long_is_ended_and_the_limit_forgotten(
    store: Store, one_connection: Engines
) -> None:
    with (
        pytest.raises(DBAPIError, match="statement timeout"),
        one_connection.tenant(store.one, timeout_seconds=1) as connection,
    ):
        connection.exec_driver_sql("SELECT pg_sleep(30)")
    with one_connection.app.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "0"


@pytest.mark.parametrize("tenant", ["1; DROP TABLE finops.charge", "1' OR true", None])
def test_a_tenant_that_is_no_number_never_reaches_the_database(tenant: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        tenant_statement(tenant)
