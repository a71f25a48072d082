"""Periods: relative ones stay relative until a `today` resolves them to days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from finops_dash.domain.errors import QueryError

ONE_DAY = timedelta(days=1)
LONGEST = 3660
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` up to but not including `end`, as FOCUS counts periods."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days the range holds."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day inside the range."""
        return self.end - ONE_DAY

    def __contains__(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.start <= day < self.end

    def until(self, day: date) -> DateRange:
        """The part of the range up to and including `day`; empty when it starts later."""
        return DateRange(self.start, max(self.start, min(self.end, day + ONE_DAY)))

    def whole_months(self) -> DateRange:
        """The calendar months the range touches, whole."""
        return DateRange(self.start.replace(day=1), next_month(self.last))

    def is_whole_months(self) -> bool:
        """Whether the range begins and ends at month boundaries."""
        return self.start.day == 1 and self.end.day == 1

    def sentence(self) -> str:
        """The days in words: `1–22 Oct 2026`, `12 Oct – 3 Nov 2026`."""
        first, last = self.start, self.last
        if first == last:
            return f"{first.day} {first:%b %Y}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{last.day} {last:%b %Y}"
        year = "" if first.year == last.year else f" {first.year}"
        return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"


def next_month(day: date) -> date:
    """The first day of the month after the one `day` lies in."""
    return shift_months(day.replace(day=1), 1)


def shift_months(day: date, months: int) -> date:
    """The day `months` later, on the last of the month where the number is missing there."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - months
    return first.replace(day=min(day.day, (following - first).days))


def first_of_quarter(day: date, shift: int = 0) -> date:
    """The first day of the calendar quarter, or of the one `shift` quarters later."""
    return shift_months(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), 3 * shift)


def _fiscal_year(day: date, first_month: int) -> date:
    start = day.replace(month=first_month, day=1)
    return start if start <= day else shift_months(start, -12)


_NAMED: dict[str, tuple[str, Callable[[date, int], DateRange]]] = {
    "today": ("today", lambda t, _: DateRange(t, t + ONE_DAY)),
    "yesterday": ("yesterday", lambda t, _: DateRange(t - ONE_DAY, t)),
    "mtd": ("month to date", lambda t, _: DateRange(t.replace(day=1), t + ONE_DAY)),
    "qtd": ("quarter to date", lambda t, _: DateRange(first_of_quarter(t), t + ONE_DAY)),
    "ytd": ("year to date", lambda t, _: DateRange(t.replace(month=1, day=1), t + ONE_DAY)),
    "fytd": ("fiscal year to date", lambda t, f: DateRange(_fiscal_year(t, f), t + ONE_DAY)),
    "this-month": (
        "this month",
        lambda t, _: DateRange(t.replace(day=1), next_month(t)),
    ),
    "last-month": (
        "last month",
        lambda t, _: DateRange(shift_months(t.replace(day=1), -1), t.replace(day=1)),
    ),
    "last-quarter": (
        "last quarter",
        lambda t, _: DateRange(first_of_quarter(t, -1), first_of_quarter(t)),
    ),
    "last-year": (
        "last year",
        lambda t, _: DateRange(date(t.year - 1, 1, 1), date(t.year, 1, 1)),
    ),
    EVERYTHING: ("all stored days", lambda _t, _f: DateRange(date(1970, 1, 1), date(2200, 1, 1))),
}
_TO_DATE = {"mtd": 1, "qtd": 3, "ytd": 12, "fytd": 12}
_LAST = re.compile(r"last-(\d{1,4})-(days|months)")
_YEAR = re.compile(r"(\d{4})")
_QUARTER = re.compile(r"(\d{4})-[Qq]([1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = r"\d{4}-\d{2}-\d{2}"
_SPAN = re.compile(rf"({_DAY})(?:\.\.({_DAY}))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A token such as `last-30-days`, `mtd`, `2026-10` or `2026-10-03..2026-10-17` (both days in).

    Build it with `Period.parse`, which makes the token canonical: equal periods, equal tokens.
    """

    token: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period a person wrote; raises `QueryError` saying what would be understood."""
        token = text.strip()
        if token.lower() in _NAMED or _relative(token.lower()):
            return cls(token.lower())
        span = _absolute(token)
        if span is None:
            raise QueryError(
                "period", text, "use last-30-days, mtd, 2026-10 or 2026-10-03..2026-10-17"
            )
        return cls(_canonical(span))

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """The absolute period from `first` to `last`, both included."""
        if last < first:
            first, last = last, first
        return cls(_canonical(DateRange(first, last + ONE_DAY)))

    @property
    def is_relative(self) -> bool:
        """Whether the days depend on when it is asked."""
        return _absolute(self.token) is None

    def resolve(self, today: date, fiscal_year_start: int = 1) -> DateRange:
        """The days meant, seen from `today`; relative day counts end with yesterday."""
        if self.token in _NAMED:
            return _NAMED[self.token][1](today, fiscal_year_start)
        relative = _relative(self.token)
        if relative is None:
            span = _absolute(self.token)
            if span is None:
                raise QueryError("period", self.token, "is not a period")
            return span
        count, unit = relative
        if unit == "days":
            return DateRange(today - timedelta(days=count), today)
        first = today.replace(day=1)
        return DateRange(shift_months(first, -count), first)

    def as_far_as(self, last: date, today: date) -> tuple[Period, date]:
        """The period up to `last` and the day to resolve it from, where it reaches further.

        A month, quarter or year still open becomes its to-date period, so that its comparison
        has as many days; other periods end with `last`. One that begins later stays as it is.
        """
        days = self.resolve(today)
        if days.last <= last or days.start > last:
            return self, today
        if self.token in _TO_DATE:
            return self, last
        for token in ("mtd", "qtd", "ytd"):
            months = _TO_DATE[token]
            if days.start == Period(token).resolve(last).start and days.end == shift_months(
                days.start, months
            ):
                return Period(token), last
        if _LAST.fullmatch(self.token) and self.token.endswith("days"):
            return self, last + ONE_DAY
        return Period.between(days.start, last), today

    def previous(self, today: date, fiscal_year_start: int = 1) -> DateRange | None:
        """The period before this one; None where there is nothing before (`all`).

        To-date periods give the same stretch of the month, quarter or year before, whole calendar
        units the unit before, others the same number of days.
        """
        if self.token == EVERYTHING:
            return None
        current = self.resolve(today, fiscal_year_start)
        if self.token in _TO_DATE:
            start = shift_months(current.start, -_TO_DATE[self.token])
            return DateRange(start, min(start + (current.end - current.start), current.start))
        if current.is_whole_months():
            months = _months_between(current)
            return DateRange(shift_months(current.start, -months), current.start)
        return DateRange(current.start - timedelta(days=current.days), current.start)

    def following(self, today: date, fiscal_year_start: int = 1) -> DateRange | None:
        """The period after this one, as `previous` counts; None where that is yet to come."""
        if self.token == EVERYTHING:
            return None
        current = self.resolve(today, fiscal_year_start)
        if current.is_whole_months():
            after = DateRange(current.end, shift_months(current.end, _months_between(current)))
        else:
            after = DateRange(current.end, current.end + (current.end - current.start))
        return after if after.start <= today else None

    def same_weekdays_before(self, today: date, fiscal_year_start: int = 1) -> DateRange | None:
        """The last stretch of as many days before this one that begins on the same weekday.

        None for `all`.
        """
        if self.token == EVERYTHING:
            return None
        current = self.resolve(today, fiscal_year_start)
        back = timedelta(weeks=-(-current.days // 7))
        return DateRange(current.start - back, current.end - back)

    def year_before(self, today: date, fiscal_year_start: int = 1) -> DateRange | None:
        """The same days one year earlier; None for `all`."""
        if self.token == EVERYTHING:
            return None
        current = self.resolve(today, fiscal_year_start)
        start = shift_months(current.start, -12)
        return DateRange(start, max(start + ONE_DAY, shift_months(current.end, -12)))

    def sentence(self) -> str:
        """The period in words."""
        if self.token in _NAMED:
            return _NAMED[self.token][0]
        relative = _relative(self.token)
        if relative is not None:
            return f"last {relative[0]} {relative[1]}"
        return self.resolve(date(2000, 1, 1)).sentence()


def _months_between(span: DateRange) -> int:
    return (span.end.year - span.start.year) * 12 + span.end.month - span.start.month


def _relative(token: str) -> tuple[int, str] | None:
    match = _LAST.fullmatch(token)
    if match is None or not 1 <= int(match[1]) <= LONGEST or match[1].startswith("0"):
        return None
    limit = LONGEST if match[2] == "days" else LONGEST // 30
    return (int(match[1]), match[2]) if int(match[1]) <= limit else None


def _absolute(token: str) -> DateRange | None:
    try:
        return _parse_absolute(token)
    except (ValueError, OverflowError):
        return None


def _parse_absolute(token: str) -> DateRange | None:
    if match := _YEAR.fullmatch(token):
        start = date(int(match[1]), 1, 1)
        return _sane(start, shift_months(start, 12))
    if match := _QUARTER.fullmatch(token):
        start = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return _sane(start, shift_months(start, 3))
    if match := _MONTH.fullmatch(token):
        start = date(int(match[1]), int(match[2]), 1)
        return _sane(start, next_month(start))
    if match := _SPAN.fullmatch(token):
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
        return _sane(first, last + ONE_DAY)
    return None


def _sane(start: date, end: date) -> DateRange | None:
    """The range when it is forward, within the years cost can have, and not absurdly long."""
    if not (date(1990, 1, 1) <= start < end <= date(2200, 1, 1)) or (end - start).days > LONGEST:
        return None
    return DateRange(start, end)


def _canonical(span: DateRange) -> str:
    start, last = span.start, span.last
    if span.is_whole_months():
        months = _months_between(span)
        if months == 1:
            return f"{start:%Y-%m}"
        if months == 3 and start.month % 3 == 1:  # noqa: PLR2004 - a quarter
            return f"{start.year:04}-Q{start.month // 3 + 1}"
        if months == 12 and start.month == 1:  # noqa: PLR2004 - a year
            return f"{start.year:04}"
    if span.days == 1:
        return start.isoformat()
    return f"{start.isoformat()}..{last.isoformat()}"
