"""`BridgeQuery`: from which cost to which, and the step looked at; as a URL, and back.

B is a `CostQuery` under its usual keys. A differs from it in one thing: its period (`compare`), its
measure (`from_measure=list_cost`) or its filters (`from_filter=…`, written as `filter` is, as many
as there are). `step` names the step whose contributors are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import parse_qsl

from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.errors import QueryError
from finops_dash.domain.registry import find_measure
from finops_dash.domain.url import DEFAULT, LONGEST_QUERY, Notice, from_url, to_url

MEASURE, FILTER, STEP = "from_measure", "from_filter", "step"
OWN = (MEASURE, FILTER, STEP)
MOST_PARTS = 200
Source = str | Mapping[str, str | Sequence[str]]


class Way(StrEnum):
    """What A and B differ in."""

    PERIODS = "periods"
    MEASURES = "measures"
    FILTERS = "filters"


@dataclass(frozen=True, slots=True)
class BridgeQuery:
    """A bridge to `query` from its comparison, from another measure, or from other filters."""

    query: CostQuery = DEFAULT
    from_measure: str | None = None
    from_filters: tuple[Filter, ...] = ()
    step: Step | None = None

    def __post_init__(self) -> None:
        """Check that A is a cost, and another than B in one thing alone."""
        object.__setattr__(self, "from_filters", tuple(sorted(set(self.from_filters))))
        if self.from_measure is None:
            return
        if find_measure(self.from_measure).kind != "money":
            raise QueryError(MEASURE, self.from_measure, "is a quantity: choose a cost")
        if self.from_measure == self.query.measure:
            raise QueryError(MEASURE, self.from_measure, "is the measure it leads to: choose two")
        if self.from_filters:
            reason = "leads from other filters already: choose one of both"
            raise QueryError(MEASURE, self.from_measure, reason)

    @property
    def way(self) -> Way:
        """What A and B differ in."""
        if self.from_measure is not None:
            return Way.MEASURES
        return Way.FILTERS if self.from_filters else Way.PERIODS

    def to_url(self, default: CostQuery = DEFAULT) -> str:
        """The canonical query string (without `?`)."""
        parts = [to_url(self.query, default)]
        if self.from_measure is not None:
            parts.append(f"{MEASURE}={self.from_measure}")
        if self.from_filters:
            others = to_url(CostQuery(filters=self.from_filters))
            parts += [f"from_{part}" for part in others.split("&")]
        if self.step is not None:
            parts.append(f"{STEP}={self.step}")
        return "&".join(part for part in parts if part)


def read_bridge(
    source: Source, default: CostQuery = DEFAULT
) -> tuple[BridgeQuery, tuple[Notice, ...]]:
    """The bridge a query string (or parsed parameters) describes, and what was left out of it."""
    pairs = _pairs(source)
    if pairs is None:
        query, notices = from_url(source, default)
        return BridgeQuery(query), notices
    own: dict[str, list[str]] = {name: [] for name in OWN}
    others: dict[str, list[str]] = {}
    for key, text in pairs:
        (own if key in OWN else others).setdefault(key, []).append(text)
    query, notices = from_url(others, default)
    found, more = _read(BridgeQuery(query), {name: list(filter(None, own[name])) for name in OWN})
    return found, (*notices, *more)


def _pairs(source: Source) -> list[tuple[str, str]] | None:
    """The keys and texts, in order; None where the string is one that no link can be."""
    if isinstance(source, str):
        text = source.removeprefix("?")
        try:
            kept = len(text) <= LONGEST_QUERY
            return parse_qsl(text, True, max_num_fields=MOST_PARTS) if kept else None  # noqa: FBT003 - blank values too
        except ValueError:
            return None
    lists = ((k, v if isinstance(v, list | tuple) else [v]) for k, v in source.items())
    return [(key, str(text)) for key, texts in lists for text in texts]


def _read(found: BridgeQuery, own: Mapping[str, Sequence[str]]) -> tuple[BridgeQuery, list[Notice]]:
    """The bridge with what its own keys say, and what of it could not be understood."""
    filters, wrong = from_url({"filter": own[FILTER]})
    notices = [replace(notice, key=FILTER) for notice in wrong]
    found = replace(found, from_filters=filters.filters)
    for text in own[MEASURE][-1:]:
        try:
            found = replace(found, from_measure=text)
        except QueryError as error:
            notices.append(Notice(MEASURE, text, error.reason))
    for text in own[STEP][-1:]:
        if text in list(Step):
            found = replace(found, step=Step(text))
        else:
            notices.append(Notice(STEP, text, f"choose one of {', '.join(Step)}"))
    return found, notices
