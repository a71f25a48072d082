"""Turns: so many pieces of heavy work at a time, and one for each person."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock

from finops_dash.domain.errors import FinOpsError

ASK_AGAIN = 10  # seconds


class BusyError(FinOpsError):
    """Too much of this is under way already; `retry_after` says when to ask again."""

    def __init__(self, reason: str, retry_after: int = ASK_AGAIN) -> None:
        self.retry_after = retry_after
        super().__init__(f"{reason} Wait until it is done, or cancel it.")


class Turns:
    """Who works at present. It never waits: the thread that would is needed by others."""

    def __init__(self, in_all: int) -> None:
        """One turn for each person, and so many for all together."""
        self._in_all = in_all
        self._lock = Lock()
        self._taken: set[Hashable] = set()

    @contextmanager
    def one(self, person: Hashable) -> Iterator[None]:
        """A turn for the person; `BusyError` where there is none."""
        with self._lock:
            if person in self._taken:
                message = "An export of yours is running."
                raise BusyError(message)
            if len(self._taken) >= self._in_all:
                message = "As many exports are running as there is room for."
                raise BusyError(message)
            self._taken.add(person)
        try:
            yield
        finally:
            with self._lock:
                self._taken.discard(person)
