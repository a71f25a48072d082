"""A table as CSV: numbers stay numbers, and nothing becomes a formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finops_dash.exports.table_csv import BOM, table_csv

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
HOSTILE = st.sampled_from(
    [
        '=HYPERLINK("https://evil.example")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\uff1d1",
        '="a"',
    ]
)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=10) | st.integers()


def read(file: str) -> list[list[str]]:
    assert file.startswith(BOM)
    return list(csv.reader(io.StringIO(file.removeprefix(BOM), newline="")))


@settings(max_examples=1000)
@given(HOSTILE | TEXT | st.tuples(st.sampled_from(STARTS), TEXT).map("".join))
@example("\r\n=cmd|' /C calc'!A0")
def test_no_text_is_a_formula_and_every_text_is_kept(text: str) -> None:
    (_, (cell,)) = read(table_csv(["name"], [[text]])) if text else ([], [""])
    assert not cell.startswith(STARTS)
    assert cell in {text, f"'{text}"}


@settings(max_examples=300)
@given(NUMBERS)
def test_numbers_stay_exact_numbers(number: Decimal | int) -> None:
    (_, (cell,)) = read(table_csv(["cost"], [[number]]))
    assert "e" not in cell.lower()
    assert Decimal(cell) == number


def test_a_credit_stays_a_negative_number_beside_a_text_that_looks_like_one() -> None:
    assert read(table_csv(["name", "cost"], [["-12", Decimal("-12.50")]]))[1] == ["'-12", "-12.5"]


def test_what_is_not_there_is_empty() -> None:
    assert read(table_csv(["a", "b"], [[None, ""]]))[1] == ["", ""]


def test_heads_are_guarded_too() -> None:
    assert read(table_csv(["=1+1", "cost"], []))[0] == ["'=1+1", "cost"]


@pytest.mark.parametrize("text", ["a,b", 'say "hello"', "two\nlines", "東京 👩‍🚀", "a;b"])
def test_any_other_text_survives(text: str) -> None:
    assert read(table_csv(["x", "y"], [[text, 1]]))[1] == [text, "1"]
