"""A note speaks to what looks at the cost it is about, and to nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.notes import (
    Draft,
    Note,
    NoteRefusedError,
    scope_of,
    scope_text,
    speaks_to,
)
from finops_dash.domain.period import DateRange
from finops_dash.domain.texts import TextError
from finops_dash.domain.url import from_url

DAY = date(2026, 11, 12)
VALUES = ("", "a", "ab", "B", "bc")
FILTERS = st.builds(
    lambda dimension, values, negated, contains: Filter(
        dimension, tuple(v for v in values if v) or ("a",) if contains else tuple(values),
        negated, contains,
    ),
    st.sampled_from(["service", "team"]),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3),
    st.booleans(),
    st.booleans(),
)  # fmt: skip


def keeps(item: Filter, value: str) -> bool:
    """Whether the filter keeps a row with that value, row by row."""
    if item.contains:
        found = any(text.lower() in value.lower() for text in item.values)
    else:
        found = value in item.values
    return found is not item.negated


def asked(text: str) -> CostQuery:
    return from_url(text)[0]


@given(st.lists(FILTERS, max_size=3), st.lists(FILTERS, max_size=3))
def test_every_row_of_a_query_that_a_note_speaks_to_is_one_it_is_about(
    about: list[Filter], filters: list[Filter]
) -> None:
    if not speaks_to(tuple(about), CostQuery(filters=tuple(filters))):
        return
    for service in VALUES:
        for team in VALUES:
            row = {"service": service, "team": team}
            if all(keeps(item, row[item.dimension]) for item in filters):
                assert all(keeps(item, row[item.dimension]) for item in about)


@pytest.mark.parametrize(
    ("about", "query", "expected"),
    [
        ("", "filter=service:EC2", True),
        ("filter=service:EC2", "", False),
        ("filter=service:EC2", "filter=service:EC2&filter=region:eu", True),
        ("filter=service:EC2|S3", "filter=service:S3", True),
        ("filter=service:S3", "filter=service:EC2|S3", False),
        ("filter=!service:Tax", "filter=service:EC2", True),
        ("filter=!service:Tax", "filter=service:Tax", False),
        ("filter=!service:Tax", "filter=!service:Tax|Support", True),
        ("filter=!service:Tax|Support", "filter=!service:Tax", False),
        ("filter=service:~ec", "filter=service:EC2", True),
        ("filter=service:EC2", "filter=service:~EC2", False),
        ("filter=!service:~ec", "filter=service:S3", True),
        ("filter=service:EC2&filter=team:Core", "filter=service:EC2", False),
        ("filter=!month:2026-10", "filter=day:2026-10-05", False),
        ("filter=month:2026-10", "filter=month:2026-10", True),
    ],
)
def test_a_note_speaks_to_a_part_of_what_it_is_about(
    about: str, query: str, expected: bool
) -> None:
    assert speaks_to(asked(about).filters, asked(query)) is expected


@given(st.lists(FILTERS, max_size=3))
def test_what_a_note_is_about_survives_being_kept(filters: list[Filter]) -> None:
    kept = CostQuery(filters=tuple(filters)).filters
    assert scope_of(scope_text(kept)) == kept


@pytest.mark.parametrize("text", ["", " \n ", "x" * 501, "a\0b", "evil\u202egnp", 5, None])
def test_a_note_that_cannot_be_kept_says_why(text: object) -> None:
    with pytest.raises(TextError, match=r"^The note "):
        Draft(DAY, DAY, text)  # type: ignore[arg-type]


def test_days_the_wrong_way_round_or_too_many_are_refused() -> None:
    with pytest.raises(NoteRefusedError, match="before the first"):
        Draft(DAY, DAY - timedelta(days=1), "x")
    with pytest.raises(NoteRefusedError, match="366 days at most"):
        Draft(DAY, DAY + timedelta(days=366), "x")
    with pytest.raises(NoteRefusedError, match="too many for a note"):
        Draft(DAY, DAY, "x", (Filter("service", tuple(f"{n:030}" for n in range(400))),))


def test_a_note_says_its_days_and_what_it_is_about() -> None:
    filters = asked("filter=service:EC2").filters
    note = Note(1, DAY, DAY, filters, "x", "anna", "Anna", datetime(2026, 11, 13, tzinfo=UTC))
    assert (note.days, note.about) == ("12 Nov 2026", "Service is EC2")
    assert note.is_in(DateRange(DAY, DAY + timedelta(days=1)))
    assert not note.is_in(DateRange(DAY + timedelta(days=1), DAY + timedelta(days=9)))
