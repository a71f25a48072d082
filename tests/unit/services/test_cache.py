"""The cache of answers: one thread computes, the others wait, the least used falls out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier, Event
from time import sleep

import orjson
import pytest

from finops_dash.services.cache import AnswerCache, weigh

MANY = 12


def counting(values: list[int]) -> Callable[[], int]:
    """Computes the next number, and notes that it did."""

    def compute() -> int:
        values.append(len(values) + 1)
        return values[-1]

    return compute


def test_an_answer_is_computed_once() -> None:
    cache, computed = AnswerCache(), []
    assert [cache.get("key", counting(computed)) for _ in range(3)] == [1, 1, 1]
    assert computed == [1]


def test_an_answer_of_none_is_an_answer() -> None:
    cache, asked = AnswerCache(), []
    assert [cache.get("key", lambda: asked.append(1)) for _ in range(2)] == [None, None]
    assert len(asked) == 1


def test_many_who_ask_at_once_wait_for_the_one_who_computes() -> None:
    cache, computed, together = AnswerCache(), [], Barrier(MANY)

    def slowly() -> int:
        sleep(0.05)
        return counting(computed)()

    def ask(_: int) -> int:
        together.wait()
        return cache.get("key", slowly)

    with ThreadPoolExecutor(MANY) as pool:
        assert set(pool.map(ask, range(MANY))) == {1}
    assert computed == [1]


def test_who_asks_for_another_key_does_not_wait() -> None:
    cache, release = AnswerCache(), Event()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(cache.get, "slow", lambda: release.wait(5))
        assert cache.get("fast", lambda: "at once") == "at once"
        assert not slow.done()
        release.set()
        assert slow.result(5)


def test_those_who_wait_see_the_error_and_the_next_caller_tries_again() -> None:
    cache, waiting, release = AnswerCache(), Event(), Event()

    def fails() -> int:
        waiting.set()
        release.wait(5)
        message = "the database is away"
        raise ConnectionError(message)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get, "key", fails)
        waiting.wait(5)
        second = pool.submit(cache.get, "key", lambda: 1)
        sleep(0.05)
        release.set()
        for future in (first, second):
            with pytest.raises(ConnectionError, match="away"):
                future.result(5)
    assert cache.get("key", lambda: 2) == 2
    assert len(cache) == 1


def test_the_least_recently_used_falls_out() -> None:
    cache = AnswerCache(size=2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: key)
    computed: list[int] = []
    assert cache.get("a", counting(computed)) == "a"
    assert cache.get("b", counting(computed)) == 1
    assert len(cache) == 2


def test_a_failure_of_an_answer_that_fell_out_leaves_its_successor() -> None:
    cache, begun, release = AnswerCache(size=1), Event(), Event()

    def fails() -> int:
        begun.set()
        release.wait(5)
        raise ConnectionError

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cache.get, "key", fails)
        begun.wait(5)
        cache.get("other", lambda: 0)
        assert cache.get("key", lambda: 7) == 7
        release.set()
        with pytest.raises(ConnectionError):
            first.result(5)
    assert cache.get("key", lambda: 8) == 7


def test_the_answers_together_weigh_no_more_than_there_is_room_for() -> None:
    cache = AnswerCache(size=100, room=100_000)
    for number in range(20):
        cache.get(number, lambda: b"x" * 20_000)
    assert len(cache) == 4
    computed: list[int] = []
    assert cache.get(19, lambda: b"") == b"x" * 20_000
    assert cache.get(0, counting(computed)) == 1


def test_an_answer_that_is_too_heavy_is_given_and_makes_room_for_the_next() -> None:
    cache = AnswerCache(room=1000)
    assert len(cache.get("heavy", lambda: b"x" * 5000)) == 5000
    assert cache.get("light", lambda: 1) == 1
    assert len(cache) == 1


@pytest.mark.parametrize(
    ("value", "about"),
    [
        (b"x" * 10_000, 10_000),
        (orjson.Fragment(b"1" * 10_000), 10_000),
        ([{"day": "2026-09-01", "cost": Decimal("1.25")}] * 1000, 500_000),
        ({str(number): "x" * 100 for number in range(1000)}, 240_000),
    ],
)
def test_an_answer_weighs_about_what_it_takes(value: object, about: int) -> None:
    assert about * 0.7 < weigh(value) < about * 1.4
