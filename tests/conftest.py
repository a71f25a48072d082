"""A real PostgreSQL for the whole run, shared by all its processes; a fresh tenant per test."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

from data_layer.engine import Engines, connect
from data_layer.migrations import upgrade
from finops_dash.bootstrap import Services, build
from finops_dash.demo import Shape, write_demo
from finops_dash.domain.scope import Scope
from finops_dash.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import `support`

# A busy machine is no failure of the code under test.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

NUMBERS = count(1)
SHARED = "FINOPS_TESTS_FOLDER"
DEMO_ROWS, DEMO_MONTHS = 12_000, 4


def pytest_configure(config: pytest.Config) -> None:
    """Make the one data directory of the run; its processes find it in the environment.

    Not below pytest's own folder: each run on the machine takes the access of others from that,
    and the database's server is another user.
    """
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="finops-tests-"))
        folder.chmod(0o755)
        os.environ[SHARED] = str(folder)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """One data directory for all processes of the run, so one server and one database."""
    return Path(os.environ[SHARED]) / "data"


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    """What a person who looks around on this machine would set."""
    return Settings(data_dir=data_dir, demo=True, secret_key="a key for tests alone")  # noqa: S106 - not a secret


@pytest.fixture(scope="session")
def engines(data_dir: Path) -> Iterator[Engines]:
    """The engines on the embedded server, migrated."""
    found = connect(data_dir)
    upgrade(found.owner)
    yield found
    found.dispose()


@pytest.fixture(scope="session")
def services(settings: Settings, engines: Engines) -> Services:
    """The services as a web process has them."""
    return build(settings, engines)


@pytest.fixture
def scope(services: Services) -> Scope:
    """A tenant nobody else uses."""
    slug = f"t{next(NUMBERS)}-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    return services.tenancy.scope(slug, "finops")


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company's bills: some months up to yesterday."""
    folder = tmp_path_factory.mktemp("demo")
    until = datetime.now(UTC).date() - timedelta(days=1)
    write_demo(Shape(DEMO_ROWS, DEMO_MONTHS, 1, until), folder)
    return folder


@pytest.fixture(scope="session")
def demo(services: Services, demo_files: Path) -> Scope:
    """The demo tenant of this process, with its bills loaded; tests only read it."""
    slug = f"demo-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    found = services.tenancy.scope(slug, "finops")
    services.ingestion.ingest(found, [str(demo_files)])
    return found
