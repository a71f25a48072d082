"""Whatever the amounts: words that are finite, signed once, and never a share of nothing."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finops_dash.components.money import CENT, change, full, short

AMOUNTS = st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=6)
CODES = st.sampled_from(["USD", "EUR", "JPY", "CHF", None])


def test_a_change_of_less_than_a_yen_is_none() -> None:
    assert change(Decimal("100.4"), Decimal(100), "JPY") == ("–", 0)


@given(AMOUNTS, AMOUNTS, CODES)
def test_a_change_is_always_finite_words_of_its_direction(
    now: Decimal, before: Decimal, currency: str | None
) -> None:
    text, direction = change(now, before, currency)
    assert not any(word in text.lower() for word in ("∞", "inf", "nan", "e+", "-"))
    assert direction == (0 if text == "–" else {"▲": 1, "▼": -1}[text[0]])
    if direction:
        assert (now > before) is (direction > 0)
    else:
        assert abs(now - before) < (1 if currency == "JPY" else CENT)
    assert ("%" in text) is (direction != 0 and before != 0)


@given(AMOUNTS, CODES)
def test_an_amount_shows_its_sign_once_and_first(amount: Decimal, currency: str | None) -> None:
    for words in (short(amount, currency), full(amount, currency)):
        assert "-" not in words
        assert words.count("−") == (1 if amount < 0 else 0)
        assert words.startswith("−") is (amount < 0)
