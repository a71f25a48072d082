"""A cache of answers per data version, where one thread computes and the others wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


class AnswerCache:
    """Keeps the most recently used answers of one process.

    A key holds the tenant, the scope and the data version, so an entry is never stale: a load
    makes new keys, and the old ones fall out.
    """

    def __init__(self, size: int = 2000) -> None:
        """Room for `size` answers."""
        self._size = size
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer under the key, computed by one caller at most at a time.

        Callers that come meanwhile wait for that one; if it fails they see the same error, and
        the next caller tries again.
        """
        with self._lock:
            future = self._entries.get(key)
            if future is not None:
                self._entries.move_to_end(key)
            else:
                mine: Future[Any] = Future()
                self._entries[key] = mine
                self._forget_oldest()
        if future is not None:
            return cast("T", future.result())
        return self._compute(key, mine, compute)

    def _compute(self, key: Hashable, future: Future[Any], compute: Callable[[], T]) -> T:
        try:
            answer = compute()
        except BaseException as error:
            with self._lock:
                if self._entries.get(key) is future:
                    del self._entries[key]
            future.set_exception(error)
            raise
        future.set_result(answer)
        return answer

    def _forget_oldest(self) -> None:
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def __len__(self) -> int:
        """How many answers are kept or being computed."""
        return len(self._entries)
