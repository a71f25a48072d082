"""`CostQuery`: which cost, cut how. Everything that shows, stores or sends cost speaks it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import Period
from finops_dash.domain.registry import LENGTH, find_dimension, find_measure

MOST_DIMENSIONS = 3
MOST_VALUES = 500
LONGEST_VALUE = 2000
MOST_ROWS = 100_000
LAST_30_DAYS = Period("last-30-days")


class Grain(StrEnum):
    """How finely the answer is cut in time."""

    NONE = "none"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Compare(StrEnum):
    """What the period is held against, where it is not a period of its own."""

    NONE = "none"
    PREVIOUS_PERIOD = "previous-period"
    PREVIOUS_WEEKDAYS = "previous-weekdays"
    PREVIOUS_YEAR = "previous-year"


class Order(StrEnum):
    """How the rows of an answer are sorted; ties by name."""

    DEAREST = "-value"
    CHEAPEST = "value"
    NAME = "name"


def can_be_asked_for(value: str) -> bool:
    """Whether a filter can name the value: there may be longer ones than a link can carry."""
    return len(value) <= LONGEST_VALUE and "\0" not in value


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """Keeps the rows whose dimension is (or is not) one of the values; `""` means no value.

    With `contains`, a row matches when its value contains one of the texts, whatever the case.
    """

    dimension: str
    values: tuple[str, ...]
    negated: bool = False
    contains: bool = False

    def __post_init__(self) -> None:
        """Check the dimension and put the values in their one order."""
        find_dimension(self.dimension)
        values = tuple(sorted(set(self.values)))
        if not values:
            raise QueryError("filter", self.dimension, "needs at least one value")
        if len(values) > MOST_VALUES:
            raise QueryError("filter", self.dimension, f"has more than {MOST_VALUES} values")
        for value in values:
            if not can_be_asked_for(value):
                raise QueryError(
                    "filter", self.dimension, "has a value that is too long or not text"
                )
        if self.contains and "" in values:
            raise QueryError("filter", self.dimension, "contains needs a text")
        object.__setattr__(self, "values", values)

    def sentence(self) -> str:
        """The filter in words: `Provider is AWS or Microsoft`."""
        label = find_dimension(self.dimension).label
        words = [value or "empty" for value in self.values]
        shown = " or ".join(words[:3]) + (f" or {len(words) - 3} more" if len(words) > 3 else "")  # noqa: PLR2004 - room for three
        if self.contains:
            return f"{label} {'does not contain' if self.negated else 'contains'} {shown}"
        return f"{label} {'is not' if self.negated else 'is'} {shown}"


@dataclass(frozen=True, slots=True)
class CostQuery:
    """A question about cost. Frozen, validated, and in one canonical form."""

    measure: str = "effective_cost"
    group_by: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    period: Period = LAST_30_DAYS
    grain: Grain = Grain.NONE
    compare: Compare | Period = Compare.NONE
    currency: str | None = None
    as_of: datetime | None = None
    limit: int | None = None
    order: Order = Order.DEAREST

    def __post_init__(self) -> None:
        """Check every part and put the parts whose order has no meaning in one order."""
        find_measure(self.measure)
        for name in self.group_by:
            if find_dimension(name) is LENGTH:
                raise QueryError("group_by", name, "is only to filter by")
        if len(self.group_by) > MOST_DIMENSIONS or len(set(self.group_by)) < len(self.group_by):
            raise QueryError(
                "group_by",
                ",".join(self.group_by),
                f"takes up to {MOST_DIMENSIONS} different dimensions",
            )
        if self.currency is not None and not _is_currency(self.currency):
            raise QueryError("currency", self.currency, "is not a three-letter ISO 4217 code")
        if self.as_of is not None and self.as_of.tzinfo is None:
            raise QueryError("as_of", self.as_of, "needs a time zone")
        if self.limit is not None and not 1 <= self.limit <= MOST_ROWS:
            raise QueryError("limit", self.limit, f"is not between 1 and {MOST_ROWS}")
        object.__setattr__(self, "filters", tuple(sorted(set(self.filters))))

    @property
    def narrowed(self) -> dict[str, str]:
        """The one value that each dimension is narrowed to, by dimension."""
        plain = (item for item in self.filters if not item.negated and not item.contains)
        return {item.dimension: item.values[0] for item in plain if len(item.values) == 1}

    def where(self, dimension: str, *values: str) -> CostQuery:
        """The same question, narrowed to the dimension's values (replacing its `is` filter)."""
        kept = tuple(f for f in self.filters if f.dimension != dimension or f.negated or f.contains)
        return replace(self, filters=(*kept, Filter(dimension, values)))

    def sentence(self) -> str:
        """The question in words; the subtitle of each chart."""
        parts = [find_measure(self.measure).label]
        if self.group_by:
            labels = [_inside_sentence(find_dimension(name).label) for name in self.group_by]
            parts.append("by " + " and ".join(labels))
        if self.grain is not Grain.NONE:
            parts.append(f"per {self.grain}")
        text = " ".join(parts) + f", {self.period.sentence()}"
        if self.filters:
            text += ", where " + " and ".join(f.sentence() for f in self.filters)
        if self.currency:
            text += f", in {self.currency}"
        return text + _against(self.compare)


def _against(compare: Compare | Period) -> str:
    if isinstance(compare, Period):
        return f", against {compare.sentence()}"
    return "" if compare is Compare.NONE else f", against the {_COMPARED[compare]}"


_COMPARED = {
    Compare.PREVIOUS_PERIOD: "previous period",
    Compare.PREVIOUS_WEEKDAYS: "same weekdays before",
    Compare.PREVIOUS_YEAR: "previous year",
}


def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()  # noqa: PLR2004 - ISO 4217


def _inside_sentence(label: str) -> str:
    """The label without its capital, unless it is an abbreviation."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]
