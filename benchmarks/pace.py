"""How fast the machine is at the moment: a shared one may be half as fast in some minutes."""

from __future__ import annotations

from statistics import median
from time import perf_counter

ROUNDS, STEPS = 9, 300_000


def pace() -> float:
    """The milliseconds of a loop that is always the same."""
    return median(_round() for _ in range(ROUNDS))


def _round() -> float:
    begun = perf_counter()
    kept: dict[int, str] = {}
    for number in range(STEPS):
        kept[number % 1000] = str(number)
    return (perf_counter() - begun) * 1000
