"""Amounts as people read them: three figures on cards, cents in tables, the sign never lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finops_dash.components.money import change, full, price, short


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0", "USD", "$0.00"),
        ("1234567.891", "USD", "$1,234,567.89"),
        ("-12", "USD", "−$12.00"),
        ("0.004", "USD", "<$0.01"),
        ("-0.004", "USD", "−<$0.01"),
        ("0.0099", "CHF", "<CHF 0.01"),
        ("1234.5", "JPY", "¥1,234"),
        ("5", "CHF", "CHF 5.00"),
        ("5", None, "5.00"),
        ("0.125", "EUR", "€0.12"),
        ("0.135", "EUR", "€0.14"),
    ],
)
def test_a_table_shows_every_cent(amount: str, currency: str | None, text: str) -> None:
    assert full(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("9999.99", "$9,999.99"),
        ("12345", "$12.3k"),
        ("99949", "$99.9k"),
        ("999949", "$999.9k"),
        ("999950", "$1.00M"),
        ("1234567", "$1.23M"),
        ("9995000", "$10.0M"),
        ("-1234567890", "−$1.23B"),
        ("1234567890123", "$1234.6B"),
    ],
)
def test_a_card_shows_three_figures(amount: str, text: str) -> None:
    assert short(Decimal(amount), "USD") == text


@pytest.mark.parametrize(
    ("now", "before", "text", "direction"),
    [
        ("110", "100", "▲ +$10.00 (+10.0%)", 1),
        ("90", "100", "▼ −$10.00 (−10.0%)", -1),
        ("100", "100.001", "–", 0),
        ("5", "0", "▲ new", 1),
        ("-5", "0", "▼ new", -1),
        ("-50", "-100", "▲ +$50.00 (+50.0%)", 1),
    ],
)
def test_a_change_says_how_much_and_which_way(
    now: str, before: str, text: str, direction: int
) -> None:
    assert change(Decimal(now), Decimal(before), "USD") == (text, direction)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.1784", "$0.1784"),
        ("0.000016667", "$0.00001667"),
        ("1.25", "$1.250"),
        ("17.841", "$17.84"),
        ("1234.567", "$1,234.57"),
        ("0", "$0.00"),
    ],
)
def test_a_unit_price_shows_four_figures(amount: str, text: str) -> None:
    assert price(Decimal(amount), "USD") == text
