"""What every benchmark shares: the row it reports, percentiles, and a process it started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORK = Path(os.environ.get("FINOPS_BENCH_DIR") or ROOT / "build" / "benchmarks")
PROGRAM = str(ROOT / ".venv" / "bin" / "finops-dash")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, what was wanted, and whether it holds.

    `holds` is None where nothing was asked for and the number only explains another.
    """

    what: str
    wanted: str
    measured: str
    holds: bool | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least the share of the values does not exceed."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def stop(process: subprocess.Popen[bytes], within: float = 20.0) -> None:
    """Ask a process of our own to end, and end it when it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
