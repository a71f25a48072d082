"""Periods: what they resolve to, what comes before, and their one spelling."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import DateRange, Period, next_month, shift_months

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2001, 1, 1), date(2099, 1, 1))


def span(first: str, last: str) -> DateRange:
    return DateRange(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("last-7-days", "2026-11-16", "2026-11-22"),
        ("last-2-months", "2026-09-01", "2026-10-31"),
        ("mtd", "2026-11-01", "2026-11-23"),
        ("qtd", "2026-10-01", "2026-11-23"),
        ("ytd", "2026-01-01", "2026-11-23"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-02-03", "2026-02-03", "2026-02-03"),
        ("2026-02-03..2026-03-04", "2026-02-03", "2026-03-04"),
    ],
)
def test_a_period_resolves_to_its_days(token: str, first: str, last: str) -> None:
    assert Period.parse(token).resolve(TODAY) == span(first, last)


def test_a_fiscal_year_begins_in_its_own_month() -> None:
    assert Period("fytd").resolve(TODAY, 4) == span("2026-04-01", "2026-11-23")
    assert Period("fytd").resolve(date(2026, 2, 1), 4).start == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("mtd", "2026-10-01", "2026-10-23"),
        ("qtd", "2026-07-01", "2026-08-23"),
        ("ytd", "2025-01-01", "2025-11-23"),
        ("last-7-days", "2026-11-09", "2026-11-15"),
        ("last-month", "2026-09-01", "2026-09-30"),
        ("2026-Q1", "2025-10-01", "2025-12-31"),
        ("2026-02-03..2026-02-04", "2026-02-01", "2026-02-02"),
    ],
)
def test_the_period_before_is_the_same_stretch(token: str, first: str, last: str) -> None:
    assert Period.parse(token).previous(TODAY) == span(first, last)


def test_month_to_date_late_in_a_long_month_stays_inside_the_shorter_one_before() -> None:
    assert Period("mtd").previous(date(2026, 3, 31)) == span("2026-02-01", "2026-02-28")


def test_the_year_before_a_leap_day_is_the_end_of_february() -> None:
    assert Period.parse("2024-02-29").year_before(TODAY) == span("2023-02-28", "2023-02-28")


def test_nothing_lies_before_everything() -> None:
    assert Period("all").previous(TODAY) is None
    assert Period("all").year_before(TODAY) is None


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-02-30", "last-0-days", "last-07-days", "last-9999-days", "1066", "soon",
     "2026-03-04..2026-02-03", "last-999-months", "2026-Q5"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(QueryError, match="use last-30-days"):
        Period.parse(text)


@given(DAYS, st.integers(0, 800))
def test_equal_absolute_periods_have_equal_tokens(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    period = Period.between(first, last)
    assert period == Period.between(last, first) == Period.parse(period.token)
    assert period.resolve(TODAY) == DateRange(first, last + timedelta(days=1))
    assert not period.is_relative


@given(DAYS, st.integers(-400, 400))
def test_months_shift_there_and_back(day: date, months: int) -> None:
    first = day.replace(day=1)
    assert shift_months(shift_months(first, months), -months) == first
    assert next_month(day).day == 1


@given(DAYS, DAYS, DAYS)
def test_a_range_cut_at_a_day_never_grows(one: date, other: date, cut: date) -> None:
    whole = DateRange(min(one, other), max(one, other) + timedelta(days=1))
    part = whole.until(cut)
    assert part.start == whole.start
    assert 0 <= part.days <= whole.days
    assert all(day in whole for day in (part.start, part.last) if part.days)


def test_whole_months_cover_the_range() -> None:
    days = span("2026-10-24", "2026-11-22")
    assert days.whole_months() == span("2026-10-01", "2026-11-30")
    assert days.whole_months().is_whole_months()
    assert not days.is_whole_months()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-10-03", "2026-10-03", "3 Oct 2026"),
        ("2026-10-01", "2026-10-22", "1–22 Oct 2026"),
        ("2026-10-12", "2026-11-03", "12 Oct – 3 Nov 2026"),
        ("2025-12-12", "2026-01-03", "12 Dec 2025 – 3 Jan 2026"),
    ],
)
def test_a_range_reads_as_a_person_would_write_it(first: str, last: str, words: str) -> None:
    assert span(first, last).sentence() == words


def test_a_period_reads_as_words() -> None:
    assert Period("mtd").sentence() == "month to date"
    assert Period("last-7-days").sentence() == "last 7 days"
    assert Period.parse("2026-10").sentence() == "1–31 Oct 2026"


@pytest.mark.parametrize(
    ("token", "after"),
    [
        ("2026-10", "1–30 Nov 2026"),
        ("2026-11", None),
        ("2026-Q2", "1 Jul – 30 Sep 2026"),
        ("2026-10-01..2026-10-10", "11–20 Oct 2026"),
        ("last-30-days", "24 Nov – 23 Dec 2026"),
        ("all", None),
    ],
)
def test_the_period_after_is_as_long_and_begins_by_today(token: str, after: str | None) -> None:
    found = Period(token).following(date(2026, 11, 24))
    assert (None if found is None else found.sentence()) == after


@given(
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.integers(1, 60),
    st.sampled_from([date(2026, 11, 24)]),
)
def test_the_same_weekdays_before_begin_on_the_same_weekday_and_overlap_nothing(
    start: date, days: int, today: date
) -> None:
    period = Period.between(start, start + timedelta(days=days - 1))
    span, before = period.resolve(today), period.same_weekdays_before(today)
    assert before is not None
    assert (before.days, before.start.weekday()) == (span.days, span.start.weekday())
    assert before.end <= span.start
    assert (span.start - before.end).days < 7
