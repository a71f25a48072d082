"""The hook that reads commit messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "commit-message.py"


def said_of(message: str, folder: Path) -> str:
    """What the hook says of a message; nothing when it lets the message pass."""
    file = folder / "COMMIT_EDITMSG"
    file.write_text(message)
    done = subprocess.run(
        [sys.executable, SCRIPT, file], check=False, capture_output=True, text=True
    )
    assert (done.returncode == 0) == (done.stderr == "")
    return done.stderr


@pytest.mark.parametrize(
    "message",
    [
        "feat(load): FOCUS files staged by DuckDB",
        "fix!: money is exact\n\nBecause floats are not.\n",
        "build: locks remade\n# Please enter the commit message\n",
        "Merge branch 'main' of somewhere",
        'Revert "feat: something"',
    ],
)
def test_a_conventional_message_passes(message: str, tmp_path: Path) -> None:
    assert said_of(message, tmp_path) == ""


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", "no Conventional Commit"),
        ("update things", "no Conventional Commit"),
        ("feature: a new page", "type is one of"),
        ("feat:no space", "no Conventional Commit"),
        ("feat(Load): a capital", "no Conventional Commit"),
        ("feat: ends with a stop.", "without a full stop"),
        (f"feat: {'x' * 100}", "106 characters; 100 fit"),
        ("feat: one\ntwo", "second line empty"),
    ],
)
def test_another_message_is_refused_with_the_reason(
    message: str, reason: str, tmp_path: Path
) -> None:
    assert reason in " ".join(said_of(message, tmp_path).split())
