"""Checks that a commit message follows Conventional Commits; git's commit-msg hook calls it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

TYPES = (
    "build",
    "chore",
    "ci",
    "docs",
    "feat",
    "fix",
    "perf",
    "refactor",
    "revert",
    "style",
    "test",
)
LONGEST_HEADER = 100
_HEADER = re.compile(rf"(?:{'|'.join(TYPES)})(?:\([a-z0-9-]+\))?!?: \S.*[^.\s]")
_GITS_OWN = re.compile(r"(?:Merge|Revert|fixup!|squash!) ")


def problem(message: str) -> str | None:
    """What is wrong with the message, in one sentence; None when nothing is."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    header = lines[0] if lines else ""
    if _GITS_OWN.match(header):
        return None
    if not _HEADER.fullmatch(header):
        return (
            f"“{header}” is no Conventional Commit. Write `type(scope): what it does`, without a "
            f"full stop; the scope may go, and type is one of {', '.join(TYPES)}."
        )
    if len(header) > LONGEST_HEADER:
        return f"The first line has {len(header)} characters; {LONGEST_HEADER} fit."
    if len(lines) > 1 and lines[1].strip():
        return "Leave the second line empty."
    return None


def main() -> None:
    """Exit 1, and say why, when the message in the file named by git is not in order."""
    found = problem(Path(sys.argv[1]).read_text())
    if found is not None:
        sys.exit(found)


if __name__ == "__main__":
    main()
