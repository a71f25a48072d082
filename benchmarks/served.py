"""The company the reading benchmarks ask about, and the real server that answers them."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import psutil
from support import PROGRAM, ROOT, WORK, stop

ROWS = int(os.environ.get("FINOPS_BENCH_ROWS") or 10_000_000)
MONTHS = 13
LONGEST_START = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: where it listens, its process, and the seconds it took to be ready."""

    port: int
    process: subprocess.Popen[bytes]
    seconds: float

    def web_processes(self) -> list[psutil.Process]:
        """The gunicorn workers."""
        return psutil.Process(self.process.pid).children()


def environment(data_dir: Path) -> dict[str, str]:
    """What a command of the product needs to work on the data directory."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("FINOPS_")}
    return {**kept, "FINOPS_DATA_DIR": str(data_dir), "FINOPS_DEMO": "1"}


def command(data_dir: Path, *words: str, may_fail: bool = False) -> None:
    """Run a command of the product on the data directory to its end."""
    subprocess.run(
        [PROGRAM, *words],
        env=environment(data_dir),
        cwd=ROOT,
        check=not may_fail,
        stdout=subprocess.DEVNULL,
    )


def company() -> Path:
    """The data directory with the demo company of `ROWS` charges; loaded once, and kept."""
    data_dir = WORK / f"company-{ROWS}"
    ready = data_dir / "loaded"
    if not ready.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        command(data_dir, "demo", "--rows", str(ROWS), "--months", str(MONTHS))
        ready.touch()
    return data_dir


@contextmanager
def served(data_dir: Path, workers: int) -> Iterator[Served]:
    """`finops-dash serve` on a free port, ready to answer; stopped at the end."""
    port = _free_port()
    words = ["serve", "--port", str(port), "--workers", str(workers), "--no-scheduler"]
    begun = monotonic()
    process = subprocess.Popen(
        [PROGRAM, *words], env=environment(data_dir), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        while not is_ready(port):
            if process.poll() is not None or monotonic() - begun > LONGEST_START:
                message = "the server did not become ready"
                raise RuntimeError(message)
            sleep(0.01)
        yield Served(port, process, monotonic() - begun)
    finally:
        stop(process)


def is_ready(port: int) -> bool:
    """Whether the server answers, its database included."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
