"""Resources: found by id, name or tag, and the story of one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from data_layer.queries.resources import (
    history_of,
    is_one_of,
    places_of,
    resources_of,
    says,
)
from finops_dash.domain.cost_query import (
    Compare,
    CostQuery,
    Filter,
    Grain,
    Order,
    can_be_asked_for,
)
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import ONE_DAY, DateRange, Period
from finops_dash.domain.permissions import require
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cache import AnswerCache
from finops_dash.services.cost import CostReader
from finops_dash.services.freshness import FreshnessService
from finops_dash.services.resource_index import (
    Pairs,
    Placing,
    Resource,
    ResourceIndex,
    index_of,
    placing_of,
    terms_of,
)

READ = "costs:read"
PAGE = 100
MOST_HELD = 60_000  # names and cost keys of resources that a process keeps, some 40 MB
MOST_MATCHING = 20_000
MOST_NEIGHBOURS = 10
ROOM = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Priced:
    """A resource and what it cost in the months asked about."""

    resource: Resource
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Found:
    """The resources charged in some whole months that a search leaves, in the query's order.

    `elsewhere` is how many more the search leaves that were not charged then, or not so.
    """

    months: DateRange
    unit: str | None
    costs: tuple[tuple[str, Decimal], ...]
    elsewhere: int
    query: CostQuery

    @property
    def total(self) -> Decimal:
        """What they cost together, exactly."""
        return total(cost for _, cost in self.costs)


@dataclass(frozen=True, slots=True)
class Span:
    """How a resource was named, placed and tagged from a first to a last day."""

    name: str
    type: str
    placing: Placing
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Story:
    """A resource through all stored days, its spans the latest first."""

    id: str
    spans: tuple[Span, ...]

    @property
    def latest(self) -> Span:
        """How it stands on its last day."""
        return self.spans[0]

    @property
    def title(self) -> str:
        """What people call it."""
        return self.latest.name or self.id

    @property
    def tag_sets(self) -> tuple[tuple[Pairs, date, date], ...]:
        """Each distinct set of tags it carried, with the first and the last day, latest first."""
        found: dict[Pairs, tuple[date, date]] = {}
        for span in self.spans:
            first, last = found.get(span.placing.tags, (span.first, span.last))
            found[span.placing.tags] = (min(first, span.first), max(last, span.last))
        return tuple((tags, *days) for tags, days in found.items())


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Other resources beside one, dearest first or most alike, over some whole months.

    Beside each stands how many of the tags it shares; `count` is how many there are in all.
    """

    months: DateRange
    unit: str | None
    rows: tuple[tuple[Priced, int], ...]
    count: int


class ResourceService:
    """Finds resources, and tells of one, under a scope."""

    def __init__(self, cost: CostReader, freshness: FreshnessService) -> None:
        """Costs come from `cost`; the resources of each tenant are kept per version of its data."""
        self._cost = cost
        self._freshness = freshness
        self._kept = AnswerCache(size=20, room=ROOM)

    def find(self, scope: Scope, query: CostQuery, text: str, today: date) -> Found:
        """The resources that were charged in the whole months of the period, and match the text.

        Raises `MixedCurrenciesError` where they are billed in several and the query names none.
        """
        require(scope.role, READ)
        answer = self._by_resource(scope, query, today)
        costs = {str(row["resource"]): row[query.measure] or ZERO for row in answer.rows}
        elsewhere = 0
        if terms_of(text):
            matching = self._matching(scope, text)
            elsewhere = len(matching) - len(matching & costs.keys())
            costs = {name: cost for name, cost in costs.items() if name in matching}
        ordered = tuple(costs.items())
        if query.order is Order.NAME:
            titles = {name: one.title for name, one in self.described(scope, list(costs)).items()}
            ordered = tuple(sorted(ordered, key=lambda item: _by_name(titles, item[0])))
        return Found(answer.days, answer.unit, ordered, elsewhere, answer.query)

    def page(self, scope: Scope, found: Found, start: int) -> list[Priced]:
        """A hundred of the resources found, from the `start`-th on."""
        shown = found.costs[max(start, 0) : max(start, 0) + PAGE]
        known = self.described(scope, [name for name, _ in shown])
        return [Priced(known[name], cost) for name, cost in shown if name in known]

    def one(self, scope: Scope, resource_id: str) -> Story | None:
        """The resource through all stored days; None where the tenant has none of that id."""
        require(scope.role, READ)
        fresh = self._freshness.of(scope)
        if not resource_id or not can_be_asked_for(resource_id) or fresh.first_day is None:
            return None
        last = fresh.data_through or fresh.first_day
        days = DateRange(fresh.first_day, last + ONE_DAY)
        query = CostQuery().where("resource", resource_id)

        def read(_: int) -> Story | None:
            rows = self._cost.fetch(scope, history_of(query, days, scope.tenant_id))
            return Story(resource_id, tuple(_span(row) for row in rows)) if rows else None

        return self._cost.cached(scope, "resource", resource_id, read)

    def beside(self, scope: Scope, story: Story, query: CostQuery, today: date) -> Neighbours:
        """The other resources of the same account, service and region, dearest first."""
        place = story.latest.placing
        same = replace(query, filters=(), order=Order.DEAREST)
        for dimension, value in (
            ("billing_account", place.billing_account),
            ("sub_account", place.account),
            ("service", place.service),
            ("region", place.region),
        ):
            same = same.where(dimension, value) if can_be_asked_for(value) else same
        answer = self._by_resource(scope, same, today)
        costs = {str(row["resource"]): row[query.measure] or ZERO for row in answer.rows}
        costs.pop(story.id, None)
        known = self.described(scope, list(costs)[:MOST_NEIGHBOURS])
        own = set(place.tags)
        rows = [
            (Priced(one, costs[name]), len(own & set(one.placing.tags)))
            for name, one in known.items()
        ]
        return Neighbours(answer.days, answer.unit, tuple(rows), len(costs))

    def alike(self, scope: Scope, story: Story, query: CostQuery, today: date) -> Neighbours:
        """The other resources that share its tags: those that share most first, then by cost."""
        bare = replace(query, filters=(), order=Order.DEAREST)
        answer = self._by_resource(scope, bare, today)
        costs = {str(row["resource"]): row[query.measure] or ZERO for row in answer.rows}
        own = set(story.latest.placing.tags)
        shared = [
            (Priced(one, costs[name]), count)
            for name, one in self._tagged_alike(scope, story).items()
            if name in costs and name != story.id
            if (count := len(own & set(one.placing.tags)))
        ]
        shared.sort(key=lambda row: (-row[1], -row[0].cost, row[0].resource.id))
        return Neighbours(answer.days, answer.unit, tuple(shared[:MOST_NEIGHBOURS]), len(shared))

    def described(self, scope: Scope, ids: list[str]) -> dict[str, Resource]:
        """What is known of the resources, in the order of their ids."""
        index = self._index(scope) or self._narrowed(scope, is_one_of(ids))
        return {name: index.by_id[name] for name in ids if name in index.by_id}

    def _by_resource(self, scope: Scope, query: CostQuery, today: date) -> CostAnswer:
        """The cost of each resource over the whole months that the period touches."""
        fresh, days = self._freshness.of(scope), query.period.resolve(today)
        through = fresh.data_through or today
        if fresh.first_day is not None and days.start < fresh.first_day < days.end:
            days = DateRange(fresh.first_day, days.end)
        months = (days.until(through) if days.start <= through else days).whole_months()
        asked = replace(
            query,
            group_by=("resource",),
            filters=(*query.filters, Filter("resource", ("",), negated=True)),
            period=Period.between(months.start, months.last),
            grain=Grain.NONE,
            compare=Compare.NONE,
            limit=None,
        )
        return self._cost.answer(scope, asked, today)

    def _matching(self, scope: Scope, text: str) -> set[str]:
        index = self._index(scope)
        if index is not None:
            return index.search(text)
        conditions = (says(term, scope.tenant_id) for term in terms_of(text))
        return set(self._narrowed(scope, *conditions).by_id)

    def _tagged_alike(self, scope: Scope, story: Story) -> dict[str, Resource]:
        """The resources that may share a tag; of very many only those that share every tag."""
        index = self._index(scope)
        if index is not None:
            return index.by_id
        pairs = (f"{key}={value}" for key, value in story.latest.placing.tags)
        conditions = [says(pair, scope.tenant_id) for pair in pairs]
        return self._narrowed(scope, *conditions).by_id if conditions else {}

    def _index(self, scope: Scope) -> ResourceIndex | None:
        """All resources of the tenant; None where there are too many to keep."""
        version = self._cost.data_version(scope)

        def read() -> ResourceIndex | None:
            rows = self._cost.fetch(scope, resources_of(scope.tenant_id, MOST_HELD + 1))
            return None if len(rows) > MOST_HELD else self._indexed(scope, rows, None)

        return self._kept.get((scope.tenant_id, version), read)

    def _narrowed(self, scope: Scope, *conditions: Any) -> ResourceIndex:  # noqa: ANN401 - of SQL
        rows = self._cost.fetch(scope, resources_of(scope.tenant_id, MOST_MATCHING, *conditions))
        return self._indexed(scope, rows, sorted({row["cost_key"] for row in rows}))

    def _indexed(
        self, scope: Scope, rows: list[dict[str, Any]], cost_keys: list[int] | None
    ) -> ResourceIndex:
        places = self._cost.fetch(scope, places_of(scope.tenant_id, cost_keys))
        return index_of(rows, {row["cost_key"]: placing_of(row) for row in places})


def _by_name(titles: dict[str, str], name: str) -> tuple[str, str]:
    return titles.get(name, name).casefold(), name


def _span(row: dict[str, Any]) -> Span:
    return Span(
        row["resource_name"] or "",
        row["resource_type"] or "",
        placing_of(row),
        row["first"],
        row["last"],
    )
