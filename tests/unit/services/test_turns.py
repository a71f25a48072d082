"""Turns: one for each person, so many for all, and given back whatever happens."""

from __future__ import annotations

from contextlib import suppress

import pytest

from finops_dash.services.turns import BusyError, Turns


def test_a_person_has_one_turn_at_a_time() -> None:
    turns = Turns(3)
    with turns.one("a"), turns.one("b"), pytest.raises(BusyError, match="of yours") as refused:
        turns.one("a").__enter__()
    assert refused.value.retry_after > 0


def test_all_together_have_so_many() -> None:
    turns = Turns(1)
    with turns.one("a"), pytest.raises(BusyError, match="as there is room for"):
        turns.one("b").__enter__()
    with turns.one("b"):
        pass


def test_a_turn_that_fails_is_given_back() -> None:
    turns = Turns(1)
    with suppress(ValueError), turns.one("a"):
        raise ValueError
    with turns.one("a"):
        pass
