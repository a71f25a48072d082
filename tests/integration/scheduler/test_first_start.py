"""The first start with demo people: the demo company is loaded once, by a process of its own."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Any

import pytest

from finops_dash.bootstrap import Services
from finops_dash.cli.serve import DemoFailedError, load_demo
from finops_dash.demo import Shape
from finops_dash.services.ingestion import say_nothing


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were started instead of run; the fourth and later ones fail."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command[1:])
        return subprocess.CompletedProcess(command, int(len(commands) > 3))

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_the_demo_is_loaded_only_while_its_tenant_has_no_data(
    own: Services, started: list[list[str]]
) -> None:
    load = ["-m", "finops_dash", "demo", "--if-empty"]
    load_demo(own)
    own.tenancy.create("demo")
    load_demo(own)
    assert started == [load, load]
    until = own.now().date() - timedelta(days=1)
    own.demo.load(own.tenancy.scope("demo"), Shape(500, 1, 1, until), say_nothing)
    load_demo(own)
    assert started == [load, load]


def test_a_demo_that_cannot_be_loaded_ends_the_start(
    own: Services, started: list[list[str]]
) -> None:
    started += [[], [], []]
    with pytest.raises(DemoFailedError):
        load_demo(own)
