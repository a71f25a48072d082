"""Pinned questions mean the same days for ever, and are compared with the same days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.comparison import comparison_days, moves, pinned
from finops_dash.domain.cost_query import Compare, CostQuery, Filter
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import Period
from finops_dash.domain.url import from_url, to_url

TODAY = date(2026, 11, 24)
RELATIVE = st.sampled_from(
    ["today", "yesterday", "mtd", "qtd", "ytd", "fytd", "this-month", "last-month", "last-quarter",
     "last-year", "last-1-days", "last-30-days", "last-6-months", "all"]
)  # fmt: skip
ABSOLUTE = st.sampled_from(["2026", "2026-Q3", "2026-10", "2026-10-05", "2026-10-03..2026-10-17"])
PERIODS = (RELATIVE | ABSOLUTE).map(Period)
QUERIES = st.builds(CostQuery, period=PERIODS, compare=st.sampled_from(Compare) | PERIODS)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(QUERIES, DAYS, DAYS)
def test_a_pinned_question_means_the_same_days_whenever_it_is_asked(
    query: CostQuery, today: date, later: date
) -> None:
    fixed = pinned(query, today)
    assert fixed.period.resolve(later) == query.period.resolve(today)
    assert comparison_days(fixed, later) == comparison_days(query, today)
    assert not moves(fixed)
    assert pinned(fixed, later) == fixed


@given(QUERIES, DAYS)
def test_a_pinned_question_survives_the_way_to_a_url_and_back(
    query: CostQuery, today: date
) -> None:
    fixed = pinned(query, today)
    assert from_url(to_url(fixed)) == (fixed, ())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("period=mtd", "period=2026-11-01..2026-11-24"),
        ("", "period=2026-10-25..2026-11-23"),
        ("period=last-month&compare=previous-period", "period=2026-10&compare=2026-09"),
        ("period=mtd&compare=previous-period",
         "period=2026-11-01..2026-11-24&compare=2026-10-01..2026-10-24"),
        ("period=last-7-days&compare=previous-year",
         "period=2026-11-17..2026-11-23&compare=2025-11-17..2025-11-23"),
        ("period=2026-10&compare=last-month", "period=2026-10&compare=2026-10"),
        ("period=mtd&compare=2025", "period=2026-11-01..2026-11-24&compare=2025"),
        ("period=2026-10&compare=previous-period", "period=2026-10&compare=previous-period"),
        ("period=all&compare=previous-period", "period=all&compare=previous-period"),
    ],
)  # fmt: skip
def test_what_moves_is_written_out_and_nothing_else(url: str, expected: str) -> None:
    assert to_url(pinned(from_url(url)[0], TODAY)) == expected


def test_everything_else_in_the_question_stays() -> None:
    moment = datetime(2026, 11, 12, 8, tzinfo=UTC)
    query = CostQuery(
        "list_cost",
        ("service",),
        (Filter("team", ("Core",)),),
        currency="EUR",
        as_of=moment,
        limit=7,
    )
    fixed = pinned(query, TODAY)
    assert to_url(fixed) == to_url(query).replace(
        "&currency", "&period=2026-10-25..2026-11-23&currency"
    )


def test_months_too_many_for_days_are_refused_in_words() -> None:
    with pytest.raises(QueryError, match="choose a shorter one"):
        pinned(CostQuery(period=Period("last-122-months")), TODAY)


def test_the_days_of_a_leap_year_are_pinned_as_they_are() -> None:
    query = CostQuery(period=Period("yesterday"), compare=Compare.PREVIOUS_YEAR)
    fixed = pinned(query, date(2028, 3, 1))
    assert fixed.period == Period("2028-02-29")
    assert comparison_days(fixed, TODAY + timedelta(days=900)) == comparison_days(
        query, date(2028, 3, 1)
    )
