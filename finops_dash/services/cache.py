"""A cache of answers per data version, where one thread computes and the others wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import fields, is_dataclass
from itertools import islice
from sys import getsizeof
from threading import Lock
from typing import Any, TypeVar, cast

import orjson

T = TypeVar("T")
ROOM = 48 * 1024 * 1024


class AnswerCache:
    """Keeps the most recently used answers of one process.

    A key holds the tenant, the scope and the data version, so an entry is never stale: a load
    makes new keys, and the old ones fall out.
    """

    def __init__(self, size: int = 2000, room: int = ROOM) -> None:
        """Room for `size` answers that weigh `room` bytes together, one at least."""
        self._size = size
        self._room = room
        self._weight = 0
        self._weights: dict[Hashable, int] = {}
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
        weight = weigh(answer)
        with self._lock:
            if self._entries.get(key) is future:
                self._weights[key] = weight
                self._weight += weight
                self._forget_oldest()
        return answer

    def _forget_oldest(self) -> None:
        while len(self._entries) > self._size or (
            self._weight > self._room and len(self._entries) > 1
        ):
            key, _ = self._entries.popitem(last=False)
            self._weight -= self._weights.pop(key, 0)

    def __len__(self) -> int:
        """How many answers are kept or being computed."""
        return len(self._entries)


def weigh(value: object) -> int:
    """About how many bytes a value takes; many of a kind by their first."""
    size = getsizeof(value)
    if isinstance(value, orjson.Fragment):
        return len(orjson.dumps(value))
    if isinstance(value, dict):
        pairs = (weigh(key) + weigh(item) for key, item in islice(value.items(), 1))
        return size + len(value) * sum(pairs)
    if isinstance(value, tuple | list):
        return size + len(value) * sum(map(weigh, value[:1]))
    if is_dataclass(value):
        return size + sum(weigh(getattr(value, field.name)) for field in fields(value))
    return size
