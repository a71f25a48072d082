"""The program served as it is, by a process of its own, for as long as a test needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

READY_WITHIN = 60.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def served(command: list[str], data_dir: Path, **more: str) -> Iterator[str]:
    """The address on which the command serves the demo company of the data directory."""
    port = more.get("FINOPS_PORT") or str(free_port())
    env = {
        **os.environ,
        "FINOPS_DATA_DIR": str(data_dir),
        "FINOPS_DEMO": "1",
        "FINOPS_PORT": port,
        "FINOPS_SCHEDULER": "0",
        "FINOPS_SECRET_KEY": "a key for browser tests alone",
        **more,
    }
    with subprocess.Popen(command, env=env) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            answers(f"{address}/readyz", server)
            yield address
        finally:
            server.terminate()
            server.wait(READY_WITHIN)


def answers(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the process answers at the address; `AssertionError` when it does not in time."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(address) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    message = f"the server is not ready after {READY_WITHIN} s"
    raise AssertionError(message)
