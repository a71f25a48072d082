"""Labels that are only labels, colours that stay, and nothing lost in Others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import HOSTILE, NAMES, SUMS

from finops_dash.figures.base import (
    DEEP,
    GREYS,
    NOTHING,
    OTHERS,
    PALETTE,
    colours,
    fold,
    label,
    steady,
)
from finops_dash.figures.base import unique_labels as labels_of

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(NAMES)
def test_a_label_is_one_line_without_markup_formulas_or_templates(name: str) -> None:
    shown = label(name)
    assert not set("<>&$%\n\r\t" + OVERRIDES) & set(shown)
    assert 0 < len(shown) <= 40


def test_nothing_is_called_by_a_dash() -> None:
    assert label(None) == label("") == label(" \n") == "–"


def test_a_long_name_is_cut_where_one_sees_it() -> None:
    assert label("Amazon Relational Database Service", 12) == "Amazon Rela…"


@given(st.lists(NAMES, unique=True, max_size=30), st.sampled_from([5, 22, 40]))
def test_names_that_differ_have_labels_that_differ(names: list[str], longest: int) -> None:
    found = labels_of(names, longest)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert not any(set("<>&$%") & set(text) for text in found.values())


@given(st.lists(NAMES, unique=True, max_size=9))
def test_values_shown_together_have_colours_that_differ(names: list[str]) -> None:
    found = colours(names)
    own = [found[name] for name in names if name not in GREYS]
    assert len(set(own)) == len(own)
    assert set(own) <= set(PALETTE)


@pytest.mark.parametrize("name", ["Amazon EC2", "BigQuery", HOSTILE[0]])
def test_a_value_has_the_same_colour_on_every_picture(name: str) -> None:
    alone = colours([name])[name]
    assert colours([name, *HOSTILE[1:]])[name] == alone
    assert alone in PALETTE


def test_what_is_no_value_is_grey() -> None:
    assert colours([OTHERS, "Amazon EC2", NOTHING]).items() >= GREYS.items()
    assert not set(GREYS.values()) & set(PALETTE)


@given(SUMS, st.integers(1, 12))
def test_folding_loses_nothing_and_keeps_the_largest(sums: dict[str, Decimal], most: int) -> None:
    amounts = {name: float(value) for name, value in sums.items()}
    found = fold(amounts, most)
    assert sum(found.values()) == pytest.approx(sum(amounts.values()), rel=1e-9, abs=1e-3)
    kept = [value for name, value in found.items() if name not in GREYS]
    assert len(kept) <= most
    assert kept == sorted(kept, reverse=True)


@given(SUMS | SUMS.map(lambda sums: sums | {OTHERS: Decimal(10**13), NOTHING: Decimal(10**14)}))
def test_what_is_no_value_stands_last_even_when_largest(sums: dict[str, Decimal]) -> None:
    found = list(fold({name: float(value) for name, value in sums.items()}, 3))
    tail = [name for name in GREYS if name in found]
    assert found[len(found) - len(tail) :] == tail


def test_the_twenty_dearest_have_colours_of_their_own_that_read_with_white_text() -> None:
    names = [f"service {n}" for n in range(20)]
    found = steady(names)
    assert len(set(found.values())) == 20
    assert all(contrast(colour) >= 4.5 for colour in DEEP)


def test_a_known_colour_stays_whatever_else_is_drawn() -> None:
    known = steady([f"service {n}" for n in range(20)])
    assert colours(["new", "service 7", "–"], known)["service 7"] == known["service 7"]
    assert colours(["service 7"], known) == {"service 7": known["service 7"]}


def contrast(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    light = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] + 0.05)
