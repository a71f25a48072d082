"""What the explorer shows of any question: its key figures, its groups, its course in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import (
    Compare,
    CostQuery,
    Filter,
    Grain,
    Order,
    can_be_asked_for,
)
from finops_dash.domain.money import ZERO, main_currency, total
from finops_dash.domain.period import ONE_DAY, DateRange, Period
from finops_dash.domain.registry import Level, find_dimension, find_measure
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.comparison import earlier_values
from finops_dash.services.cost import CostReader
from finops_dash.services.freshness import FreshnessService

MOST_GROUPS, MOST_COLOURS = 10_000, 20
Group = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Sums over time of the dearest groups and of all `others` (as many as `left`) together.

    Each list has an amount for every bucket (None: no price), and for each bucket the parts and
    the others add up to `whole`, unless the measure is a price, which has no others. `before` is
    the whole of the period compared with.
    """

    buckets: tuple[str, ...]
    parts: dict[Group, list[Decimal | None]]
    whole: list[Decimal | None]
    left: int = 0
    others: list[Decimal | None] | None = None
    before: list[Decimal | None] | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """The total of the question, and what its whole days came to against those before.

    `days` are the days of the period with data that are over; `now` is their sum, `before` that of
    the days compared with (None where there is nothing to compare).
    """

    total: Decimal
    unit: str | None
    charges: int
    days: DateRange
    now: Decimal
    before: Decimal | None
    before_days: DateRange | None


class ExplorationService:
    """Answers what the explorer shows, each part by the smallest question that can."""

    def __init__(self, cost: CostReader, freshness: FreshnessService) -> None:
        """Stands on the cost reader and on what knows how far the data reaches."""
        self._cost = cost
        self._freshness = freshness

    def settled(self, scope: Scope, query: CostQuery) -> CostQuery:
        """The question as the explorer puts it.

        In the main currency unless it names one or keeps them apart; and what is grouped by day
        or month is a course in time.
        """
        times = [n for n in query.group_by if find_dimension(n).level is Level.TIME]
        if times:
            kept = tuple(name for name in query.group_by if name not in times)
            grain = Grain("day" if "day" in times else "month")
            finest = query.grain if query.grain is not Grain.NONE else grain
            query = replace(query, group_by=kept, grain=finest)
        currencies = self._cost.currencies(scope)
        if query.currency or "billing_currency" in query.group_by or len(currencies) <= 1:
            return query
        return replace(query, currency=main_currency(currencies))

    def headline(self, scope: Scope, query: CostQuery, today: date) -> Headline:
        """The key figures; against the period before where the question compares with none."""
        plain = replace(query, group_by=(), grain=Grain.NONE, limit=None, order=Order.DEAREST)
        whole = self._cost.answer(scope, replace(plain, compare=Compare.NONE), today)
        charges, _ = self._cost.counts(scope, whole)
        compared = plain
        if query.compare is Compare.NONE:
            compared = replace(plain, compare=Compare.PREVIOUS_PERIOD)
        now = self._over(scope, compared, today)
        before = now.before
        if before is None:
            return Headline(whole.total, whole.unit, charges, now.days, now.total, None, None)
        return Headline(
            whole.total, whole.unit, charges, now.days, now.total, before.total, before.days
        )

    def begins_too_late(self, scope: Scope, query: CostQuery, today: date) -> date | None:
        """The first day with data, where that is after the start of the days compared with."""
        since, days = self._freshness.of(scope).first_day, comparison_days(query, today)
        return since if since and days and days.start < since else None

    def dearest(self, scope: Scope, dimension: str, today: date) -> tuple[str, ...]:
        """The twenty dearest values of a dimension over the last year, whatever else is asked.

        The order in which colours are given out, so that a value has one on every page.
        """
        level = find_dimension(dimension).level
        if level not in {Level.SERVICE, Level.COST}:
            return ()
        asked = self.settled(
            scope,
            CostQuery(group_by=(dimension,), period=Period("last-12-months"), limit=MOST_COLOURS),
        )
        key = (dimension, today.replace(day=1))

        def read(_: int) -> tuple[str, ...]:
            rows = self._cost.answer_once(scope, asked, today).rows
            return tuple(row[dimension] for row in rows if row[dimension])

        return self._cost.cached(scope, "dearest", key, read)

    def groups(self, scope: Scope, query: CostQuery, today: date) -> CostAnswer:
        """One row per group, or per step of time where it has none; with what each was before."""
        if not query.group_by:
            return self._cost.answer(scope, replace(query, limit=None, order=Order.NAME), today)
        limit = query.limit or MOST_GROUPS
        return self._cost.answer(scope, replace(query, grain=Grain.NONE, limit=limit), today)

    def compared(self, scope: Scope, query: CostQuery, today: date) -> CostAnswer | None:
        """The groups over the whole days with data only, and before; None without comparison."""
        if query.compare is Compare.NONE or self.begins_too_late(scope, query, today):
            return None
        grouped = query if not query.group_by else replace(query, grain=Grain.NONE)
        return self._over(scope, replace(grouped, limit=None, order=Order.NAME), today)

    def course(self, scope: Scope, query: CostQuery, today: date, top: int) -> Course:
        """The question over time; of its groups the `top` dearest, and what has no value."""
        alone = replace(query, group_by=(), limit=None, order=Order.NAME)
        if self.begins_too_late(scope, query, today):
            alone = replace(alone, compare=Compare.NONE)
        answer = self._cost.answer(scope, alone, today)
        measure, bucket = query.measure, query.grain.value
        buckets = tuple(row[bucket] for row in answer.rows)
        whole = [row[measure] for row in answer.rows]
        before = None if answer.before is None else list[Decimal | None](earlier_values(answer))
        if not query.group_by:
            return Course(buckets, {(): whole}, whole, before=before)
        found = self.groups(scope, replace(query, compare=Compare.NONE), today)
        chosen = _dearest(found, top)
        parts = self._parts(scope, query, today, chosen, buckets)
        left = len(found.rows) - len(chosen)
        is_price = find_measure(measure).kind == "price"
        others = None if is_price or not left else _rest(whole, parts)
        return Course(buckets, parts, whole, left, others, before)

    def _parts(
        self,
        scope: Scope,
        query: CostQuery,
        today: date,
        chosen: list[Group],
        buckets: tuple[str, ...],
    ) -> dict[Group, list[Decimal | None]]:
        """The course of each group: asked of their values alone, for all would be many rows."""
        asked = replace(query, compare=Compare.NONE, limit=None, order=Order.NAME)
        narrowed = [
            Filter(name, tuple({group[place] or "" for group in chosen}))
            for place, name in enumerate(query.group_by)
            if all(can_be_asked_for(group[place] or "") for group in chosen)
        ]
        if chosen:
            asked = replace(asked, filters=(*query.filters, *narrowed))
        answer = self._cost.answer(scope, asked, today)
        place_of = {bucket: place for place, bucket in enumerate(buckets)}
        empty: Decimal | None = ZERO if find_measure(query.measure).kind == "money" else None
        parts: dict[Group, list[Decimal | None]] = {g: [empty] * len(buckets) for g in chosen}
        for row in answer.rows:
            group = group_of(row, query)
            if group in parts:
                parts[group][place_of[row[query.grain.value]]] = row[query.measure]
        return parts

    def courses(
        self, scope: Scope, query: CostQuery, today: date, groups: list[Group]
    ) -> dict[Group, list[Decimal | None]]:
        """The course in time of some groups, each with an amount for every step of the period."""
        alone = replace(query, group_by=(), compare=Compare.NONE, limit=None, order=Order.NAME)
        buckets = tuple(
            row[query.grain.value] for row in self._cost.answer(scope, alone, today).rows
        )
        return self._parts(scope, query, today, groups, buckets)

    def _over(self, scope: Scope, query: CostQuery, today: date) -> CostAnswer:
        """The answer for the days that are over and have data; alone where nothing lies before."""
        through = self._freshness.of(scope).data_through
        last = today - ONE_DAY if through is None else min(through, today - ONE_DAY)
        period, seen_from = query.period.as_far_as(last, today)
        settled = replace(query, period=period)
        if self.begins_too_late(scope, settled, seen_from):
            settled = replace(settled, compare=Compare.NONE)
        return self._cost.answer(scope, settled, seen_from)


def group_of(row: dict[str, Any], query: CostQuery) -> Group:
    """The values of a row's groups, in the order in which the question names them."""
    return tuple(row[name] for name in query.group_by)


def _dearest(answer: CostAnswer, top: int) -> list[Group]:
    """The groups to tell apart: the dearest that have a value, then the one that has none."""
    query = answer.query
    nothing = (None,) * len(query.group_by)
    measure = query.measure
    rows = sorted(answer.rows, key=lambda row: -(row[measure] or ZERO))
    groups = [group_of(row, query) for row in rows]
    named = [group for group in groups if group != nothing][:top]
    return [*named, *([nothing] if nothing in groups else [])]


def _rest(
    whole: list[Decimal | None], parts: dict[Group, list[Decimal | None]]
) -> list[Decimal | None]:
    """What is left of the whole in each step of time when the parts are taken away."""
    return [
        total([amount, *(-(part[place] or ZERO) for part in parts.values())])
        for place, amount in enumerate(whole)
    ]


def folded(answer: CostAnswer, top: int) -> tuple[dict[Group, Decimal], dict[Group, Decimal]]:
    """The sums of the dearest groups, and those of all others."""
    chosen = _dearest(answer, top)
    query = answer.query
    sums = {group_of(row, query): row[query.measure] or ZERO for row in answer.rows}
    kept = {group: sums.pop(group) for group in chosen}
    return kept, sums
