"""Dashboards in links: every card survives the way there and back, and nonsense is said."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.components.dashboard.templates import TEMPLATES
from finops_dash.components.places import dashboard_of
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.dashboard import (
    MOST_CARDS,
    OWN_PERIODS,
    Card,
    Dashboard,
    Figure,
    Kind,
    asking,
    read_cards,
    read_dashboard,
    within,
)
from finops_dash.domain.errors import QueryError
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.period import Period

SIZES = {"columns": st.integers(2, 12), "rows": st.integers(2, 10)}
TITLES = st.text(st.characters(categories=("L", "Nd"), include_characters=" :&=%+"), max_size=30)
QUERIES = st.builds(
    CostQuery,
    group_by=st.lists(st.sampled_from(["service", "tag:a&b", "team"]), max_size=2, unique=True).map(
        tuple
    ),
    filters=st.lists(
        st.builds(
            Filter,
            st.sampled_from(["service", "tag:a=b", "team"]),
            st.lists(st.sampled_from(["", "a&b", "50 %", "x?y", "a|b,c"]), min_size=1).map(tuple),
        ),
        max_size=2,
        unique=True,
    ).map(tuple),
    period=st.sampled_from([Period("mtd"), Period("last-7-days"), Period("2026-10")]),
    grain=st.sampled_from(Grain),
)
LOOKS = st.builds(Look, chart=st.sampled_from(Chart), top=st.integers(1, 50))
CARDS = (
    st.builds(Card, st.just(Kind.FIGURE), st.sampled_from(Figure), **SIZES)
    | st.builds(Card, st.just(Kind.VIEW), st.sampled_from(["aB-_1234567890xy", "0" * 16]), **SIZES)
    | st.builds(asking, TITLES.map(str.strip), QUERIES, LOOKS, **SIZES)
)


@given(st.lists(CARDS, max_size=MOST_CARDS), QUERIES)
def test_a_dashboard_survives_the_way_to_a_link_and_back(
    cards: list[Card], query: CostQuery
) -> None:
    href = dashboard_of(cards).href(query)
    shown, notices = read_dashboard(href.partition("?")[2])
    assert (shown, notices) == (Dashboard(query, tuple(cards)), ())
    assert dashboard_of(shown.cards).href(shown.query) == href


@given(TITLES.map(str.strip), QUERIES, LOOKS)
def test_a_card_that_asks_knows_its_title_its_question_and_its_look(
    title: str, query: CostQuery, look: Look
) -> None:
    assert asking(title, query, look).asked == (title, query, look)


@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_texts_are_read_without_an_error(texts: list[str]) -> None:
    shown, notices = read_dashboard(urlencode({"card": texts}, doseq=True))
    assert len(shown.cards) + len(notices) >= len([text for text in texts if text])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("spend", "write columns x rows"),
        ("3x2:figure:profit", "choose one of spend, month_end"),
        ("3x2:pony:spend", "write columns x rows"),
        ("3x2:ask:" + "x" * 101, "100 at most"),
        ("3x2:ask:Ours?group_by=colour", "group_by=colour"),
        ("3x2:ask:Ours?chart=pony", "chart=pony"),
        ("٣x2:figure:spend", "write columns x rows"),
    ],
)
def test_a_wrong_card_becomes_a_notice_that_says_what_to_write(text: str, words: str) -> None:
    _, notices = read_cards([text])
    assert words in notices[0].sentence()


def test_a_card_too_many_is_said_and_the_others_stay() -> None:
    cards, notices = read_cards(["3x2:figure:spend"] * (MOST_CARDS + 2))
    assert len(cards) == MOST_CARDS
    assert [notice.reason for notice in notices] == ["a dashboard has 24 cards at most"] * 2


def test_a_size_beyond_the_grid_is_the_nearest_that_fits() -> None:
    ((small, large), _) = read_cards(["0x1:figure:spend", "99x99:figure:spend"])
    assert (small.columns, small.rows, large.columns, large.rows) == (2, 2, 12, 10)


def test_a_card_is_asked_with_the_period_the_currency_and_the_filters_of_its_dashboard() -> None:
    ours, theirs = Filter("service", ("S3",)), Filter("team", ("Core",))
    card = CostQuery(
        group_by=("region",), filters=(ours,), period=Period("mtd"), compare=Compare.PREVIOUS_YEAR
    )
    board = CostQuery(filters=(theirs, ours), period=Period("2026-10"), currency="EUR")
    asked = within(card, board)
    assert asked.filters == (ours, theirs)
    assert (asked.period, asked.currency) == (Period("2026-10"), "EUR")
    assert (asked.group_by, asked.compare) == (("region",), Compare.PREVIOUS_YEAR)


def test_a_card_keeps_its_own_period_where_the_dashboard_names_none() -> None:
    card = CostQuery(period=Period("ytd"))
    assert within(card, OWN_PERIODS) == card


def test_more_filters_than_a_question_may_have_are_refused_in_words() -> None:
    many = tuple(Filter("service", (str(number),)) for number in range(40))
    others = tuple(Filter("region", (str(number),)) for number in range(40))
    with pytest.raises(QueryError, match="the card and its dashboard have more than"):
        within(CostQuery(filters=many), CostQuery(filters=others))


def test_the_templates_are_links_that_are_read_as_they_were_made() -> None:
    today = date(2026, 11, 28)
    for template in TEMPLATES:
        shown, notices = read_dashboard(
            dashboard_of(template.cards).href(OWN_PERIODS).partition("?")[2]
        )
        assert (shown.cards, notices) == (template.cards, ())
        for card in shown.cards:
            if card.kind is Kind.ASK:
                assert card.asked[1].period.resolve(today).days > 0
