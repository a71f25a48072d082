"""The engines of the three roles, and the tenant of a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from data_layer.embedded import Embedded
from data_layer.locks import PREPARE
from data_layer.roles import APP, LOADER, OWNER, prepare
from finops_dash.domain.errors import FinOpsError

NICER = 10
POOL = 8
OVERFLOW = 16
STATEMENTS = 1000  # measures, filters and groups make some hundred statements


class DatabaseUrlError(FinOpsError):
    """The URL of the database cannot be read."""


class UnreachableError(FinOpsError):
    """No database answers at the URL."""

    def __init__(self, url: URL, reason: str) -> None:
        self.reason = reason
        where = url.set(drivername="postgresql").render_as_string(hide_password=True)
        super().__init__(f"The database {where} cannot be used: {reason.strip()}")


@dataclass(frozen=True, slots=True)
class Engines:
    """One engine per role. `loader` is for `data_layer.loading` alone."""

    app: Engine
    owner: Engine
    loader: Engine
    admin_url: str
    embedded: Embedded | None = None

    @contextmanager
    def tenant(self, tenant_id: int, timeout_seconds: int = 15) -> Iterator[Connection]:
        """A transaction of the app role that sees that tenant only, and for so long at most."""
        # One round trip for all three; a tenant is a number, so nothing else gets in.
        begin = (
            f"BEGIN; {tenant_statement(tenant_id)}; "
            f"SET LOCAL statement_timeout = '{int(timeout_seconds)}s'"
        )
        with self._begun(begin) as connection:
            try:
                yield connection
            except BaseException:
                if not connection.invalidated:
                    connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def ping(self) -> None:
        """Nothing, if the database answers the app role; SQLAlchemy's error if not."""
        self._begun("SELECT 1").close()

    def _begun(self, begin: str, *, again: bool = True) -> Connection:
        """A connection of the app role that has begun; on a new one where a kept one is dead."""
        connection = self.app.connect()
        try:
            connection.exec_driver_sql(begin)
        except DBAPIError as error:
            connection.close()
            if again and error.connection_invalidated:  # the pool has thrown away the others too
                return self._begun(begin, again=False)
            raise
        return connection

    @contextmanager
    def owner_transaction(self, tenant_id: int | None = None) -> Iterator[Connection]:
        """A transaction of the schema's owner; without a tenant it sees global tables only."""
        with self.owner.begin() as connection:
            if tenant_id is not None:
                connection.exec_driver_sql(tenant_statement(tenant_id))
            yield connection

    @property
    def plain_url(self) -> str:
        """The administrator's URL as PostgreSQL's own tools read it."""
        url = make_url(self.admin_url).set(drivername="postgresql")
        return url.render_as_string(hide_password=False).replace(" ", "%20")

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.app, self.owner, self.loader):
            engine.dispose()


def tenant_statement(tenant_id: int) -> str:
    """The statement that sets the tenant for the present transaction (Citus forwards only this)."""
    return f"SET LOCAL app.tenant_id = '{int(tenant_id)}'"


def connect(data_dir: Path, database_url: str | None = None) -> Engines:
    """Engines on the database of the URL, or on the embedded server of the data directory."""
    return _external(database_url) if database_url else _embedded(data_dir)


def _embedded(data_dir: Path) -> Engines:
    server = Embedded(data_dir)
    _make_database(server)
    urls = {role: make_url(server.url(role)) for role in (APP, OWNER, LOADER)}
    return _engines(urls, server.url("postgres"), server)


def _make_database(server: Embedded) -> None:
    """The database with its roles, unless it is there."""
    with _alone(server.url("postgres", "postgres")) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = 'finops' AND datallowconn"
        if not connection.scalar(text(known)):
            connection.exec_driver_sql("CREATE DATABASE finops")
    _prepare(make_url(server.url("postgres")))


def _external(database_url: str) -> Engines:
    url = _url(database_url)
    try:
        _prepare(url)
    except OperationalError as error:
        raise UnreachableError(url, str(error.orig)) from error
    urls = {
        role: url.update_query_dict({"options": f"-c role={role} -c search_path=finops,public"})
        for role in (APP, OWNER, LOADER)
    }
    return _engines(urls, url.render_as_string(hide_password=False), None)


def _url(database_url: str) -> URL:
    try:
        return make_url(database_url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:  # of which neither may be shown: see the password
        message = "The URL of the database is not one: use postgresql://user@host:5432/name."
        raise DatabaseUrlError(message) from error


def _prepare(url: URL) -> None:
    with _alone(url) as connection:
        prepare(connection)


@contextmanager
def _alone(url: URL | str) -> Iterator[Connection]:
    """An autocommit connection; others that start on this database wait until it closes."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(select(func.pg_advisory_lock(PREPARE)))
        yield connection


def _engines(urls: dict[str, URL], admin_url: str, server: Embedded | None) -> Engines:
    # The app engine begins its own transactions (see `tenant`), so the driver must not.
    app = create_engine(
        urls[APP],
        isolation_level="AUTOCOMMIT",
        pool_size=POOL,
        max_overflow=OVERFLOW,  # never pinged: `tenant` finds out by its BEGIN
        pool_use_lifo=True,  # the connection that was last used has the plans that are next needed
    )
    event.listen(app, "connect", _settle)
    owner = create_engine(urls[OWNER], pool_size=1, pool_pre_ping=True)
    loader = create_engine(urls[LOADER], pool_size=1, pool_pre_ping=True)
    if server is not None:
        event.listen(loader, "connect", _step_back)
    return Engines(app, owner, loader, admin_url, server)


def _settle(connection: psycopg.Connection, _: object) -> None:
    """Keep every statement parsed, but plan it for its values: one plan for all is much slower."""
    connection.prepared_max = STATEMENTS
    connection.execute("SET plan_cache_mode = force_custom_plan")


def _step_back(connection: psycopg.Connection, _: object) -> None:
    """Let the reads of this machine go before a load; the server may be another user's."""
    with suppress(psutil.Error):
        psutil.Process(connection.info.backend_pid).nice(NICER)
