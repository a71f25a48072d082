"""Leader election: whoever holds one advisory lock of the database runs the jobs."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from time import monotonic

from sqlalchemy import URL, Connection, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from data_layer.locks import LEADER

LOOK_EVERY = timedelta(seconds=3)
SILENT_FOR = timedelta(seconds=12)
NAME = "finops-dash leader"


def this_process() -> str:
    """This process among all that may lead or work."""
    return f"{os.getpid()}@{socket.gethostname()}"


class Leadership:
    """The lock, on a connection of its own; `check` every few seconds keeps or takes it.

    The server frees the lock when the process dies, when its network does, and when it falls
    silent (a machine put to sleep): then another takes over, and this one learns it at its next
    check. For that moment two may believe that they lead, so work has to be claimed besides.
    """

    def __init__(
        self, url: URL, name: str | None = None, silent_for: timedelta = SILENT_FOR
    ) -> None:
        """Leads the database of the URL as `name`, for `silent_for` after a check at most."""
        self._name = name or this_process()
        self._silent_for = silent_for.total_seconds()
        limits = {
            "connect_timeout": int(self._silent_for),
            "tcp_user_timeout": int(self._silent_for * 1000),
        }
        self._engine = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=limits
        )
        self._connection: Connection | None = None
        self._holds = False
        self._checked_at = 0.0

    @property
    def is_held(self) -> bool:
        """Whether this process leads, for all that it knows."""
        return self._holds and monotonic() - self._checked_at < self._silent_for

    def check(self) -> bool:
        """Keep the lead, or take it when nobody has it; whether this process leads now."""
        try:
            self._ask(self._connection or self._connected())
        except SQLAlchemyError:
            self.release()
        self._checked_at = monotonic()
        return self._holds

    def release(self) -> None:
        """Give up the lead at once; another takes it at its next check."""
        connection, self._connection, self._holds = self._connection, None, False
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _ask(self, connection: Connection) -> None:
        if self._holds:
            connection.execute(text("SELECT 1"))
        else:
            self._holds = bool(connection.scalar(select(func.pg_try_advisory_lock(LEADER))))

    def _connected(self) -> Connection:
        self._connection = self._engine.connect()
        self._introduce(self._connection)
        return self._connection

    def _introduce(self, connection: Connection) -> None:
        """Tell the server who this is, and when to give this process up."""
        settings = {
            "application_name": f"{NAME} {self._name}",
            "idle_session_timeout": f"{int(self._silent_for * 1000)}ms",
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "3",
        }
        for name, value in settings.items():
            statement = text("SELECT set_config(:name, :value, false)")
            connection.execute(statement, {"name": name, "value": value})
