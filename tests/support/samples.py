"""Where the real samples lie, no part of the repository: in `FINOPS_SHARED`, or beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("FINOPS_SHARED") or Path(__file__).parents[2].parent / "shared")
FOCUS = SHARED / "focus"
SAMPLES = FOCUS / "samples"
MISSING = "the shared samples are not here: set FINOPS_SHARED to their folder"
NOT_BILLS = {"README.md", "manifest.json"}


def files_under(*folders: str) -> list[str]:
    """Every sample under the folders, by its path within the samples."""
    found = (path for folder in folders for path in sorted((SAMPLES / folder).rglob("*")))
    return [
        path.relative_to(SAMPLES).as_posix()
        for path in found
        if path.is_file() and path.name not in NOT_BILLS
    ]


def each(names: list[str]) -> list[object]:
    """The names as parameters of a test; one that skips where there are none."""
    return list(names) or [pytest.param("", marks=pytest.mark.skip(reason=MISSING))]
