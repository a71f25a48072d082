"""Measure everything (or what is named), print the table and write `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from pace import pace
from support import ROOT, Row

PARTS = (
    "load", "aggregates", "overview", "crowd", "process", "browser", "explorer", "drill", "exports",
)  # fmt: skip
PAGE = ROOT / "docs" / "benchmarks.md"
PACKAGES = ("dash", "flask", "gunicorn", "sqlalchemy", "psycopg", "duckdb", "pyarrow")
HEAD = """# Benchmarks

`make bench` measures these on the machine it runs on and writes this page;
`.venv/bin/python benchmarks/run.py --only overview` measures one part anew. The reading parts ask
a demo company of ten million charges over thirteen months, made and loaded on the first run.
The clients run on the same machine as the server and the database, so their work is in the numbers.
The pace is what a fixed loop of Python takes: 40 ms where this machine is left alone, twice that in
minutes in which others use it, and then everything else takes twice as long too.
"""


def main() -> int:
    """Exit 1 when something wanted does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    sections = _kept()
    holds = True
    for part in parser.parse_args().only:
        module = import_module(part)
        title = (module.__doc__ or part).strip().splitlines()[0].rstrip(".")
        before, begun = pace(), perf_counter()
        rows = module.measure()
        seconds = perf_counter() - begun
        holds &= all(row.holds is not False for row in rows)
        sections[title] = _section(rows, _where(seconds, before, pace()))
        print(f"\n## {title}\n{sections[title]}", flush=True)
        PAGE.write_text(_page(sections))
    return 0 if holds else 1


def _section(rows: list[Row], where: str) -> str:
    marks = {True: "yes", False: "**no**", None: ""}
    lines = ["| what | wanted | measured | holds |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.wanted} | {r.measured} | {marks[r.holds]} |" for r in rows]
    return "\n".join(["", where, "", *lines, ""])


def _where(seconds: float, before: float, after: float) -> str:
    """When, on what, and at what pace of the machine it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, in {seconds:.0f} s, on {os.cpu_count()} cores "
        f"({_processor()}) and {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}. "
        f"Pace of the machine: {before:.0f} ms before, {after:.0f} ms after."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.machine()


def _kept() -> dict[str, str]:
    """The sections of the page as it stands, by title."""
    if not PAGE.exists():
        return {}
    parts = re.split(r"^## (.+)$", PAGE.read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (f"\n{body.strip()}\n" for body in parts[1::2]), strict=True))


def _page(sections: dict[str, str]) -> str:
    return HEAD + "".join(f"\n## {title}\n{body}" for title, body in sections.items())


if __name__ == "__main__":
    sys.exit(main())
