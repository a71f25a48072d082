"""Tenants whose rollups this process holds in memory, so that a view never seen is soon summed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from data_layer.memory.tenant import HeldTenant, hold

MOST_ROWS = 1_000_000
PATIENCE = 60  # seconds for each statement
AGAIN = 600.0  # seconds until a tenant is read again that had to go, or was too large
Begin = Callable[[int, int], AbstractContextManager[Connection]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Begun:
    version: int
    at: float
    thread: Thread


class HeldTenants:
    """Holds the tenants asked about last; reads each behind the answers, in a thread."""

    def __init__(self, begin: Begin, most_rows: int = MOST_ROWS) -> None:
        """`begin` opens a read for a tenant; all tenants held together have so many rows."""
        self._begin = begin
        self._most_rows = most_rows
        self._lock = Lock()
        self._held: OrderedDict[int, HeldTenant] = OrderedDict()
        self._begun: dict[int, _Begun] = {}

    def at(self, tenant_id: int, version: int) -> HeldTenant | None:
        """The tenant at that version; None, and it will be read, where it is not held yet."""
        with self._lock:
            held = self._held.get(tenant_id)
            if held is not None and held.version == version:
                self._held.move_to_end(tenant_id)
                return held
            begun = self._begun.get(tenant_id)
            if begun is None or begun.version != version or monotonic() - begun.at > AGAIN:
                self._held.pop(tenant_id, None)
                thread = Thread(target=self._read, args=(tenant_id,), daemon=True)
                self._begun[tenant_id] = _Begun(version, monotonic(), thread)
                thread.start()
        return None

    def wait(self) -> None:
        """Until all that was asked for is held, or found too large."""
        with self._lock:
            threads = [begun.thread for begun in self._begun.values()]
        for thread in threads:
            thread.join()

    def _read(self, tenant_id: int) -> None:
        try:
            with self._begin(tenant_id, PATIENCE) as connection:
                found = hold(connection, tenant_id, self._most_rows)
        except SQLAlchemyError as error:  # answers come from the database as before
            log.warning("tenant_not_held", tenant_id=tenant_id, reason=str(error))
            return
        if found is not None:
            with self._lock:
                self._held[tenant_id] = found
                while sum(held.rows for held in self._held.values()) > self._most_rows:
                    self._held.popitem(last=False)
