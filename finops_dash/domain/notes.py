"""Notes on days of cost: what one says, what it is about, and which questions it speaks to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.period import DateRange, Period
from finops_dash.domain.registry import Level, find_dimension
from finops_dash.domain.texts import required
from finops_dash.domain.url import from_url, to_url

LONGEST_NOTE = 500
LONGEST_STRETCH = 366
LONGEST_SCOPE = 8000


class NoteRefusedError(FinOpsError):
    """A note that cannot be kept as it was written."""


class UnknownNoteError(FinOpsError):
    """No note of this number that the person may delete."""

    def __init__(self) -> None:
        super().__init__("There is no such note any more.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as it is written: its days, both included, what it is about, and its text."""

    first: date
    last: date
    text: str
    filters: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        """Check the text and the days."""
        object.__setattr__(self, "text", required("The note", self.text, LONGEST_NOTE, lines=True))
        if self.last < self.first:
            message = "The last day is before the first."
            raise NoteRefusedError(message)
        if (self.last - self.first).days >= LONGEST_STRETCH:
            message = f"A note is on {LONGEST_STRETCH} days at most: choose a shorter stretch."
            raise NoteRefusedError(message)
        if len(scope_text(self.filters)) > LONGEST_SCOPE:
            message = "The filters are too many for a note: choose fewer, or the whole tenant."
            raise NoteRefusedError(message)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is kept. `filters` is what it is about; none is the whole tenant."""

    note_id: int
    first: date
    last: date
    filters: tuple[Filter, ...]
    text: str
    author: str
    author_name: str
    written_at: datetime

    @property
    def days(self) -> str:
        """Its days in words."""
        return Period.between(self.first, self.last).resolve(self.first).sentence()

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return " and ".join(item.sentence() for item in self.filters) or "the whole tenant"

    def is_in(self, days: DateRange) -> bool:
        """Whether any of its days is among these."""
        return self.first < days.end and self.last >= days.start


def scope_text(filters: tuple[Filter, ...]) -> str:
    """The filters as they stand in a query string."""
    return to_url(CostQuery(filters=filters))


def scope_of(text: str) -> tuple[Filter, ...]:
    """The filters that the text names."""
    return from_url(text)[0].filters


def speaks_to(filters: tuple[Filter, ...], query: CostQuery) -> bool:
    """Whether a note on cost with these filters speaks to what the query shows.

    It does when the query looks at nothing but (a part of) that cost: when each filter of the
    note follows from a filter of the query on the same dimension. A note on the whole tenant
    speaks to every query; one on EC2 to EC2 in one region, but not to all services, of whose
    sum it would explain a part at most.
    """
    return all(any(_follows(note, asked) for asked in query.filters) for note in filters)


def _follows(note: Filter, asked: Filter) -> bool:
    """Whether every row that `asked` keeps is one that `note` keeps."""
    if note == asked:
        return True
    is_time = find_dimension(note.dimension).level is Level.TIME  # whose values may hold others
    if note.dimension != asked.dimension or asked.contains or is_time:
        return False
    values, kept = set(asked.values), set(note.values)
    if note.contains:
        found = (_contains(value, note.values) for value in values)
        return not asked.negated and (not any(found) if note.negated else all(found))
    if note.negated:
        return kept <= values if asked.negated else not kept & values
    return not asked.negated and values <= kept


def _contains(value: str, texts: tuple[str, ...]) -> bool:
    return any(text.lower() in value.lower() for text in texts)
