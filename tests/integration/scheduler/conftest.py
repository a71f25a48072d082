"""A database of its own for what elects leaders, since a database has one leader at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url

from data_layer.engine import Engines
from finops_dash.bootstrap import Services, build, start
from finops_dash.settings import Settings


@pytest.fixture
def own_settings(engines: Engines, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh database on the shared server, reached by its URL."""
    name = f"own_{uuid4().hex[:12]}"
    admin = create_engine(engines.admin_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = make_url(engines.admin_url).set(database=name).render_as_string(hide_password=False)
    yield replace(settings, database_url=url, data_dir=tmp_path / "data", inbox=tmp_path / "inbox")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def own(own_settings: Settings) -> Iterator[Services]:
    """The services on that database."""
    found = start(own_settings)
    yield found
    found.engines.dispose()


@pytest.fixture
def own_engine(own: Services) -> Engine:
    """The app's engine on that database."""
    return own.engines.app


@pytest.fixture
def with_inbox(settings: Settings, engines: Engines, tmp_path: Path) -> Services:
    """Services whose inbox is a fresh folder, and takes files the moment they lie there."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    found = build(replace(settings, inbox=inbox), engines)
    return replace(found, inbox=found.inbox.at_once())
