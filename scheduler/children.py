"""Child processes that do the work of jobs, so that a web process stays small and quick.

A child is started afresh (spawned), opens connections of its own, and ends with its parent,
however that ends. What it loads (DuckDB, pandas, Prophet) goes with it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import SQLAlchemyError

from data_layer.engine import NICER
from finops_dash import logs
from finops_dash.bootstrap import Services, start
from finops_dash.domain.audit import SCHEDULER, acting
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import Ended, Run
from finops_dash.settings import Settings
from scheduler.work import attempt, progress, reason

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

MOST_CHILDREN = 2
STOPPED = "The scheduler was stopped before the work was done."
_SPAWN = get_context("spawn")


class Child:
    """A process that does one piece of work after the other."""

    def __init__(self, settings: Settings) -> None:
        """Start the process; it connects when it gets its first work."""
        self._orders, theirs = _SPAWN.Pipe()
        self._process: SpawnProcess = _SPAWN.Process(
            target=_serve, args=(theirs, settings), name="finops-job", daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether it can do more work."""
        return self._process.is_alive()

    def do(self, scope: Scope, run: Run) -> Ended:
        """Have the work done; a child that dies over it is the end of the attempt, in words."""
        try:
            self._orders.send((scope, run))
            return cast("Ended", self._orders.recv())
        except (EOFError, OSError):
            self._process.join()
            return Ended("failed", _died(self._process.exitcode), again=True)

    def end(self) -> None:
        """Let the process go when it has nothing to do."""
        self._orders.close()
        self._process.join()

    def kill(self) -> None:
        """End the process whatever it does; loads are transactions, so nothing is left half."""
        self._process.kill()


class Children:
    """All the child processes of this one: so many at a time, and none once stopped."""

    def __init__(self, settings: Settings, most: int = MOST_CHILDREN) -> None:
        """Children that work with these settings."""
        self._settings = settings
        self._room = BoundedSemaphore(most)
        self._lock = Lock()
        self._alive: set[Child] = set()
        self._stopped = False

    @contextmanager
    def one(self) -> Iterator[Child]:
        """A child for some pieces of work; waits until there is room for it."""
        with self._room:
            with self._lock:
                if self._stopped:
                    raise ChildrenStoppedError(STOPPED)
                child = Child(self._settings)
                self._alive.add(child)
            try:
                yield child
            finally:
                with self._lock:
                    self._alive.discard(child)
                child.end()

    def stop(self) -> None:
        """Kill all of them and start no more."""
        with self._lock:
            self._stopped = True
            for child in self._alive:
                child.kill()


class ChildrenStoppedError(Exception):
    """No child may be started any more, because this process is about to end."""


def _died(code: int | None) -> str:
    how = f"signal {-code}" if code and code < 0 else f"exit code {code}"
    return f"The worker process died ({how}); out of memory, perhaps, or killed."


def _serve(orders: Connection, settings: Settings) -> None:
    """The life of a child: do what it is sent until its parent closes the pipe, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICER)
    logs.configure(settings.log_level)
    acting.set(SCHEDULER)
    services: Services | None = None
    while True:
        try:
            scope, run = orders.recv()
        except EOFError:
            break
        try:
            services = services or start(settings)
            ended = attempt(services, scope, run, progress(services.jobs, scope, run))
        except (SQLAlchemyError, OSError, FinOpsError) as error:
            ended = Ended("failed", reason(error), again=True)  # it could not even connect
        orders.send(ended)
    if services is not None:
        services.engines.dispose()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
