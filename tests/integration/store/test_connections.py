"""Connections of the app role outlive their server's restarts, and plan for the values at hand."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest
from psycopg.errors import DivisionByZero
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from data_layer.engine import Engines, connect
from finops_dash.settings import Settings

PID = "SELECT pg_backend_pid()"


@pytest.fixture
def engines(settings: Settings) -> Iterator[Engines]:
    """Engines of their own, whose connections may be cut."""
    found = connect(settings.data_dir, settings.database_url)
    yield found
    found.dispose()


def cut(engines: Engines, pid: int) -> None:
    """End the server's side of a connection."""
    admin = create_engine(engines.admin_url)
    with admin.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    admin.dispose()


def test_a_read_on_a_connection_that_died_unseen_goes_on_with_another(engines: Engines) -> None:
    with engines.tenant(1) as connection:
        pid = connection.exec_driver_sql(PID).scalar_one()
    cut(engines, pid)
    with engines.tenant(1) as connection:
        assert connection.exec_driver_sql(PID).scalar_one() != pid
    engines.ping()


def test_an_error_of_the_statement_is_no_reason_to_begin_again(engines: Engines) -> None:
    with pytest.raises(DBAPIError) as caught, engines.tenant(1) as connection:
        connection.exec_driver_sql("SELECT 1 / 0")
    assert isinstance(caught.value.orig, DivisionByZero)
    with engines.tenant(1) as connection:
        assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar_one() == (
            "force_custom_plan"
        )


def test_the_tenant_of_a_transaction_is_forgotten_with_it(engines: Engines) -> None:
    with engines.tenant(7) as connection:
        shown = connection.exec_driver_sql("SHOW app.tenant_id").scalar_one()
    with engines.app.connect() as connection:
        after = connection.exec_driver_sql("SHOW app.tenant_id").scalar_one()
    assert (shown, after) == ("7", "")


def test_loads_let_reads_go_first(engines: Engines) -> None:
    with engines.loader.connect() as loading, engines.tenant(1) as reading:
        nicer, nice = (
            psutil.Process(connection.exec_driver_sql(PID).scalar_one()).nice()
            for connection in (loading, reading)
        )
    assert nicer > nice
