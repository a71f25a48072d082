"""Providers side by side: what they cost, grew by, and ask for the same thing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finops_dash.domain.cost_query import CostQuery, Grain, Order
from finops_dash.domain.money import ZERO, exactly, total
from finops_dash.domain.period import DateRange, next_month
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader
from finops_dash.services.grid import Grid, Slot, by_cost, over_time, summed
from finops_dash.services.overview import View
from finops_dash.services.settled import over, settled, whole_months

MOST_PROVIDERS, MOST_REGIONS, MOST_CATEGORIES, MONTHS = 6, 5, 10, 12


@dataclass(frozen=True, slots=True)
class Side:
    """One provider (or the rest of them): its cost, the cost before, its share, its regions.

    `before` is None where nothing is compared, `share` where there is no cost to have a share of.
    `regions` are the dearest five and their rest, which sum to `now`.
    """

    slot: Slot
    now: Decimal
    before: Decimal | None
    share: Decimal | None
    regions: tuple[tuple[Slot, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """The providers of a view, dearest first, and the two queries that found them."""

    query: CostQuery
    by_region: CostQuery
    days: DateRange
    before: DateRange | None
    sides: tuple[Side, ...]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Laid:
    """A grid whose rows are of one dimension and whose columns are of another, with its query."""

    query: CostQuery
    days: DateRange
    grid: Grid
    unit: str | None


@dataclass(frozen=True, slots=True)
class Courses:
    """Cost per month and provider, over months that the data holds whole.

    `rows` of the grid are providers, its columns months; `since` has the first of these months
    that each provider has charges from the first day of.
    """

    query: CostQuery
    grid: Grid
    since: dict[str, str]
    unit: str | None

    def index(self, row: int) -> dict[str, Decimal]:
        """The row's months as a share of its first whole one with cost, which is 100."""
        slot = self.grid.rows[row]
        begins = "" if slot.is_rest else self.since.get(slot.values[0], "")
        months = {
            column.values[0]: cost or ZERO
            for column, cost in zip(self.grid.columns, self.grid.cells[row], strict=True)
            if column.values[0] >= begins
        }
        first = next((month for month, cost in months.items() if cost > 0), None)
        if first is None:
            return {}
        base = months[first]
        return {month: cost / base * 100 for month, cost in months.items() if month >= first}


class MulticloudService:
    """Answers what the page of all providers shows."""

    def __init__(self, cost: CostReader) -> None:
        """Reads through the cost reader, so under the same scope and cache."""
        self._cost = cost

    def sides(self, scope: Scope, view: View) -> Sides:
        """Each provider's cost with what it was before, and its regions."""
        query = replace(settled(view), group_by=("provider",))
        answer = self._cost.answer(scope, query, view.today)
        by_region = replace(over(query, view.days), group_by=("provider", "region"))
        found = self._cost.answer(scope, replace(by_region, order=Order.NAME), view.today)
        now, before = _per_provider(answer), _per_provider(answer.before)
        cells = summed(
            ((row["provider"] or "", row["region"] or ""), row[query.measure] or ZERO)
            for row in found.rows
        )
        slots = _providers(now, before)
        whole = total(now.values())
        sides = tuple(_side(slot, now, before, whole, cells, answer.before) for slot in slots)
        compared = answer.before.days if answer.before else None
        return Sides(query, by_region, view.days, compared, sides, answer.unit)

    def categories(self, scope: Scope, view: View) -> Laid:
        """The dearest service categories by provider."""
        query = replace(over(view.query, view.days), group_by=("service_category", "provider"))
        answer = self._cost.answer(scope, replace(query, order=Order.NAME), view.today)
        cells = summed(
            ((row["service_category"] or "", row["provider"] or ""), row[query.measure] or ZERO)
            for row in answer.rows
        )
        grid = by_cost(cells, MOST_CATEGORIES, MOST_PROVIDERS)
        return Laid(query, view.days, grid, answer.unit)

    def courses(self, scope: Scope, view: View) -> Courses | None:
        """Cost per month over the last twelve whole months; None where the data holds none."""
        months = whole_months(view, MONTHS)
        if months is None:
            return None
        query = replace(over(view.query, months), group_by=("provider",), grain=Grain.MONTH)
        by_day = replace(query, grain=Grain.DAY, order=Order.NAME)
        answer = self._cost.answer(scope, by_day, view.today)
        cells = summed(
            ((row["provider"] or "", row["day"][:7]), row[query.measure] or ZERO)
            for row in answer.rows
        )
        return Courses(query, over_time(cells, MOST_PROVIDERS), _since(answer), answer.unit)


def _since(answer: CostAnswer) -> dict[str, str]:
    """The first month that each provider has charges from the first day of."""
    firsts: dict[str, date] = {}
    for row in answer.rows:
        firsts.setdefault(row["provider"] or "", date.fromisoformat(row["day"]))
    months = {name: day if day.day == 1 else next_month(day) for name, day in firsts.items()}
    return {name: f"{month:%Y-%m}" for name, month in months.items()}


def _per_provider(answer: CostAnswer | None) -> dict[str, Decimal]:
    if answer is None:
        return {}
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    with exactly():
        for row in answer.rows:
            found[row["provider"] or ""] += row[answer.query.measure] or ZERO
    return dict(found)


def _providers(now: dict[str, Decimal], before: dict[str, Decimal]) -> tuple[Slot, ...]:
    """The dearest providers, those that only cost something before after them, then the rest."""
    names = sorted(
        {*now, *before}, key=lambda name: (-now.get(name, ZERO), -before.get(name, ZERO), name)
    )
    kept, others = tuple(names[:MOST_PROVIDERS]), len(names) - MOST_PROVIDERS
    slots = tuple(Slot((name,)) for name in kept)
    return (*slots, Slot(kept, is_rest=True, count=others)) if others > 0 else slots


def _side(  # noqa: PLR0913 - one private step of `sides`
    slot: Slot,
    now: dict[str, Decimal],
    before: dict[str, Decimal],
    whole: Decimal,
    cells: dict[tuple[str, str], Decimal],
    compared: CostAnswer | None,
) -> Side:
    def inside(name: str) -> bool:
        return (name in slot.values) is not slot.is_rest

    cost = total(amount for name, amount in now.items() if inside(name))
    earlier = total(amount for name, amount in before.items() if inside(name))
    theirs = summed(
        ((region, ""), amount) for (name, region), amount in cells.items() if inside(name)
    )
    laid = by_cost(theirs, MOST_REGIONS, 1)
    regions = tuple(
        (region, line[0] or ZERO) for region, line in zip(laid.rows, laid.cells, strict=True)
    )
    share = cost / whole if whole > 0 else None
    return Side(slot, cost, earlier if compared else None, share, regions)
