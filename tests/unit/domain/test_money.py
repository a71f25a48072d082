"""Exact amounts: added to the last digit, never across currencies, spelled without exponents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.money import Money, main_currency, plain, total

AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, places=20, min_value=-(10**20), max_value=10**20
)


def test_amounts_of_one_currency_add_up() -> None:
    assert Money(Decimal("0.1"), "USD") + Money(Decimal("0.2"), "USD") == Money(
        Decimal("0.3"), "USD"
    )


def test_amounts_of_two_currencies_never_do() -> None:
    with pytest.raises(ValueError, match="cannot add EUR to USD"):
        _ = Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("1.50", "1.5"),
        ("1E+3", "1000"),
        ("1E-20", "0.00000000000000000001"),
        ("-12.340", "-12.34"),
        ("100", "100"),
    ],
)
def test_an_amount_is_spelled_in_digits(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


@given(AMOUNTS)
def test_what_is_spelled_reads_back_as_the_same_amount(amount: Decimal) -> None:
    assert Decimal(plain(amount)) == amount


@given(st.lists(AMOUNTS, max_size=30))
def test_a_total_is_exact_and_knows_no_order(amounts: list[Decimal]) -> None:
    assert Fraction(total(amounts)) == sum(map(Fraction, amounts))
    assert total(reversed(amounts)) == total([*amounts, None])


def test_a_page_shows_dollars_where_there_are_any() -> None:
    assert main_currency(("CHF", "EUR", "USD")) == "USD"
    assert main_currency(("CHF", "EUR")) == "CHF"
    assert main_currency(()) is None
