"""What the tests of commands, loads and the store share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Command, command_for
from support.focus import on, write_csv
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope


@pytest.fixture
def command(
    data_dir: Path,
    services: Services,  # noqa: ARG001 - the server runs for the whole session, not per command
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """`finops-dash`, in this process."""
    return command_for(data_dir, monkeypatch, capsys)


@pytest.fixture
def stored(services: Services, scope: Scope) -> Stored:
    """What the store holds for the test's own tenant."""
    return Stored(services.engines, scope)


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path: Path) -> Callable[..., None]:
    """Loads a bill of one row per day for the test's own tenant."""

    def bring(*days: str, name: str = "bill.csv", **changes: str) -> None:
        rows = [on(day, **changes) for day in days]
        services.ingestion.ingest(scope, [str(write_csv(tmp_path / name, rows))])

    return bring
