"""How fresh the data is, and what an answer is based on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from data_layer.queries.stored import freshness_of, loading_of, loads_of
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import to_url
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader

MOST_LOADS = 20


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """What one source has brought."""

    name: str
    provider: str | None
    first_day: date
    last_day: date
    loaded_at: datetime
    row_count: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """The last day any source has, when something was last loaded, and each source's own."""

    sources: tuple[SourceFreshness, ...]

    @property
    def first_day(self) -> date | None:
        """The first day with data; None for an empty tenant."""
        return min((source.first_day for source in self.sources), default=None)

    @property
    def data_through(self) -> date | None:
        """The last day with data; None for an empty tenant."""
        return max((source.last_day for source in self.sources), default=None)

    @property
    def loaded_at(self) -> datetime | None:
        """When the newest slice was loaded; None for an empty tenant."""
        return max((source.loaded_at for source in self.sources), default=None)


@dataclass(frozen=True, slots=True)
class LoadUsed:
    """A load that brought some of the days of an answer."""

    load_id: int
    source: str
    finished_at: datetime | None
    row_count: int


@dataclass(frozen=True, slots=True)
class Basis:
    """Why an answer says what it says."""

    query: str
    sentence: str
    definition: str
    days: DateRange
    unit: str | None
    table: str
    row_count: int
    unpriced_count: int
    loads: tuple[LoadUsed, ...]
    freshness: Freshness
    data_version: int

    def as_json(self) -> dict[str, Any]:
        """The basis in the shape that the command line and the API print."""
        return {
            "query": self.query,
            "sentence": self.sentence,
            "definition": self.definition,
            "first_day": self.days.start.isoformat(),
            "last_day": self.days.last.isoformat(),
            "unit": self.unit,
            "table": self.table,
            "rows": self.row_count,
            "rows_without_list_price": self.unpriced_count,
            "data_version": self.data_version,
            "data_through": _iso(self.freshness.data_through),
            "loaded_at": _iso(self.freshness.loaded_at),
            "loads": [
                {
                    "load": used.load_id,
                    "source": used.source,
                    "finished_at": _iso(used.finished_at),
                    "rows": used.row_count,
                }
                for used in self.loads
            ],
        }


class FreshnessService:
    """Says how far the data reaches and which loads stand behind an answer."""

    def __init__(self, cost: CostReader) -> None:
        """Reads through the cost reader, so under the same scope and cache."""
        self._cost = cost

    def of(self, scope: Scope) -> Freshness:
        """The tenant's freshness; no sources when nothing was ever loaded."""
        return self._cost.cached(scope, "freshness", (), lambda _: self._read(scope))

    def is_loading(self, scope: Scope) -> bool:
        """Whether a bill of the tenant is being loaded at this moment."""
        return bool(self._cost.fetch(scope, loading_of(scope.tenant_id)))

    def basis(self, scope: Scope, answer: CostAnswer) -> Basis:
        """What the answer is based on; the newest loads first, at most 20."""
        statement = loads_of(answer.days, scope.tenant_id, MOST_LOADS)
        loads = self._cost.cached(
            scope,
            "loads",
            answer.days,
            lambda _: tuple(
                LoadUsed(row["load_id"], row["name"], row["finished_at"], int(row["row_count"]))
                for row in self._cost.fetch(scope, statement)
            ),
        )
        return _basis(answer, self._cost.counts(scope, answer), loads, self.of(scope))

    def _read(self, scope: Scope) -> Freshness:
        rows = self._cost.fetch(scope, freshness_of(scope.tenant_id))
        return Freshness(tuple(_source(row) for row in rows))


def _source(row: dict[str, Any]) -> SourceFreshness:
    return SourceFreshness(
        row["name"],
        row["provider_name"],
        row["first_day"],
        row["last_day"],
        row["loaded_at"],
        int(row["row_count"]),
    )


def _basis(
    answer: CostAnswer,
    counts: tuple[int, int],
    loads: tuple[LoadUsed, ...],
    freshness: Freshness,
) -> Basis:
    query = answer.query
    return Basis(
        to_url(query),
        query.sentence(),
        find_measure(query.measure).definition,
        answer.days,
        answer.unit,
        answer.table,
        *counts,
        loads,
        freshness,
        answer.data_version,
    )


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
