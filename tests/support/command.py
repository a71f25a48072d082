"""The command line, run in this process: what it prints and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from finops_dash.cli import main


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The last line on stderr."""
        return self.err.rstrip("\n").rsplit("\n", 1)[-1]


Command = Callable[..., Ran]


def command_for(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`finops-dash` on the data directory, as a function of its arguments."""
    monkeypatch.setenv("FINOPS_DATA_DIR", str(data_dir))

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["finops-dash", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run
