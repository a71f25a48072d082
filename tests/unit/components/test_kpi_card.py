"""The key figures' cards: the number, how it changed, and whether that is good."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.markup import classed, kind, links, words

from finops_dash.components.kpi_card import headline, kpi_card, waiting_cards
from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import CostQuery
from finops_dash.services.key_figures import KeyFigure

AMOUNTS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=4)


def figure(**changes: Any) -> KeyFigure:
    plain = {
        "label": "Spend", "value": Decimal(110), "before": Decimal(100),
        "kind": "money", "sentence": "1–22 Oct 2026", "query": CostQuery(group_by=("service",)),
    }  # fmt: skip
    return KeyFigure(**{**plain, **changes})


def changed(shown: KeyFigure) -> tuple[str, str]:
    (found,) = classed(kpi_card(shown, "USD"), "kpi-change")
    return words(found), found.className.removeprefix("kpi-change").strip()


def test_a_card_says_what_how_much_and_since_when() -> None:
    card = kpi_card(figure(value=Decimal("1234567.5")), "USD")
    assert words(classed(card, "kpi-value")) == "$1.23M"
    assert words(classed(card, "kpi-sentence")) == "1–22 Oct 2026"
    assert links(card) == {"Spend": EXPLORER.href(CostQuery(group_by=("service",)))}


def test_a_card_can_say_why() -> None:
    (button,) = kind(kpi_card(figure(), "USD"), "Button")
    attributes = button.to_plotly_json()["props"]
    assert (words(button), attributes["data-why"]) == ("Why?", "group_by=service")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("▲ +$10.00 (+10.0%)", "bad")),
        ({"value": Decimal(90)}, ("▼ −$10.00 (−10.0%)", "good")),
        ({"value": Decimal(100)}, ("–", "")),
        ({"before": Decimal(0)}, ("▲ new", "bad")),
        ({"before": None}, ("no comparison", "")),
        ({"value": None}, ("no comparison", "")),
    ],
)
def test_dearer_is_bad_and_cheaper_is_good(changes: Any, expected: tuple[str, str]) -> None:
    assert changed(figure(**changes)) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("0.255", "0.25", ("▲ +0.5 points", "good")),
        ("0.2", "0.25", ("▼ −5.0 points", "bad")),
        ("0.2502", "0.25", ("– unchanged", "")),
    ],
)
def test_shares_change_by_points(now: str, before: str, expected: tuple[str, str]) -> None:
    share = figure(kind="share", value=Decimal(now), before=Decimal(before), more_is_better=True)
    assert changed(share) == expected
    assert words(classed(kpi_card(share, "USD"), "kpi-value")) == f"{Decimal(now):.1%}"


def test_what_has_no_value_shows_a_dash() -> None:
    assert words(classed(kpi_card(figure(value=None), "USD"), "kpi-value")) == "–"


@given(st.lists(AMOUNTS, max_size=40))
def test_a_course_is_drawn_within_its_picture(values: list[Decimal]) -> None:
    images = kind(kpi_card(figure(spark=tuple(values)), "USD"), "Img")
    assert len(images) == (len(values) > 1)
    for image in images:
        points = unquote(image.src).partition("points='")[2].partition("'")[0].split()
        assert len(points) == len(values)
        places = [tuple(map(float, point.split(","))) for point in points]
        assert all(0 <= x <= 120 and 2 <= y <= 30 for x, y in places)


@pytest.mark.parametrize(
    ("before", "words_"),
    [
        ("100", "$110.00 in this period, $10.00 (10.0%) more than in the one before."),
        ("120", "$110.00 in this period, $10.00 (8.3%) less than in the one before."),
        ("110", "$110.00 in this period, as much as in the one before."),
        ("0", "$110.00 in this period."),
    ],
)
def test_the_headline_is_a_sentence(before: str, words_: str) -> None:
    shown = headline(figure(before=Decimal(before)), figure(value=None), "USD")
    assert words(shown) == words_


def test_the_headline_says_where_the_month_is_heading() -> None:
    shown = headline(figure(before=None), figure(value=Decimal(31_000)), "USD")
    assert words(shown) == "$110.00 in this period. The month is heading for $31.0k."


def test_waiting_cards_are_passed_over_by_screen_readers() -> None:
    cards = waiting_cards(4)
    assert [getattr(card, "aria-hidden") for card in cards] == ["true"] * 4
