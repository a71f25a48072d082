"""Unit prices of what several providers sell: what one of the same unit of the same thing costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from finops_dash.domain.cost_query import CostQuery, Filter, Order
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.domain.units import unit_key
from finops_dash.services.cost import CostReader
from finops_dash.services.overview import View
from finops_dash.services.settled import over, touched_months

USED = (
    Filter("charge_category", ("Usage",)),
    Filter("commitment_status", ("Unused",), negated=True),
)
SUBCATEGORY, CATEGORY = "service_subcategory", "service_category"
NO_SUBCATEGORY = Filter(SUBCATEGORY, ("",))
OTHER = "Other"  # how FOCUS begins the names of what fits nowhere: nothing to compare
AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Price:
    """What a provider's use cost, and how much was used, in the unit of its `Comparable`."""

    provider: str
    cost: Decimal
    quantity: Decimal

    @property
    def each(self) -> Decimal:
        """What one unit cost."""
        return self.cost / self.quantity


@dataclass(frozen=True, slots=True)
class Comparable:
    """A thing that at least two providers bill in the same unit; the cheapest first.

    `level` is the dimension that `thing` is a value of, `units` how the providers spell the unit.
    """

    thing: str
    level: str
    unit: str
    units: tuple[str, ...]
    prices: tuple[Price, ...]

    @property
    def cost(self) -> Decimal:
        """What all of it cost."""
        return total(price.cost for price in self.prices)

    def times(self, price: Price) -> Decimal:
        """The price as a multiple of the cheapest."""
        return price.each / self.prices[0].each

    def of(self, query: CostQuery, provider: str) -> CostQuery:
        """The question about what the provider billed of it."""
        return query.where("provider", provider).where(self.level, self.thing).where(
            "pricing_unit", *self.units
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prices:
    """What can be compared, dearest first; the effective cost of use alone, in one currency."""

    query: CostQuery
    days: DateRange
    things: tuple[Comparable, ...]
    unit: str | None


class PriceService:
    """Compares what providers ask for the same."""

    def __init__(self, cost: CostReader) -> None:
        """Reads through the cost reader, so under the same scope and cache."""
        self._cost = cost

    def prices(self, scope: Scope, view: View) -> Prices:
        """The unit prices over the calendar months that the view touches.

        Over months, whose sums are kept ready with their quantities. A thing is a service
        subcategory of FOCUS, or the category where a bill names none.
        """
        days = touched_months(view)
        query = replace(over(view.query, days), measure="effective_cost")
        query = replace(query, filters=(*query.filters, *USED))
        finer = replace(query, group_by=("provider", SUBCATEGORY, "pricing_unit"))
        rows, unit = self._rows(scope, finer, view)
        things = [row for row in rows if row[SUBCATEGORY]]
        if len(things) < len(rows):
            coarse = replace(finer, group_by=("provider", CATEGORY, "pricing_unit"))
            coarse = replace(coarse, filters=(*coarse.filters, NO_SUBCATEGORY))
            things += self._rows(scope, coarse, view)[0]
        money = self._cost.currencies(scope)
        return Prices(finer, days, comparables(things, money), unit)

    def _rows(
        self, scope: Scope, query: CostQuery, view: View
    ) -> tuple[list[dict[str, Any]], str | None]:
        asked = replace(query, order=Order.NAME)
        answer = self._cost.answer(scope, asked, view.today, ("pricing_quantity",))
        return list(answer.rows), answer.unit


def comparables(
    rows: list[dict[str, Any]], currencies: tuple[str, ...] = ()
) -> tuple[Comparable, ...]:
    """The things that at least two providers bill by the same unit, dearest first.

    Units that say nothing, units of money and what FOCUS calls Other are left out; so is what had
    no price or no quantity. Units are told apart by their spelling, and nothing is converted.
    """
    sums: dict[tuple[str, str, str], dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for row in rows:
        level = SUBCATEGORY if row.get(SUBCATEGORY) else CATEGORY
        thing, unit = row.get(level), row["pricing_unit"]
        key = unit_key(unit) if unit and unit not in currencies else None
        if thing and key and not thing.startswith(OTHER):
            sums[level, thing, key].setdefault(row["provider"] or "", []).append(row)
    found = [_comparable(level, thing, parts) for (level, thing, _), parts in sums.items()]
    kept = [thing for thing in found if len(thing.prices) >= AT_LEAST]
    return tuple(sorted(kept, key=lambda thing: (-thing.cost, thing.thing, thing.unit)))


def _comparable(level: str, thing: str, parts: dict[str, list[dict[str, Any]]]) -> Comparable:
    prices = [
        Price(
            provider,
            total(row["effective_cost"] for row in rows),
            total(row["pricing_quantity"] for row in rows),
        )
        for provider, rows in parts.items()
    ]
    priced = [price for price in prices if price.cost > 0 and price.quantity > 0]
    units = sorted({row["pricing_unit"] for rows in parts.values() for row in rows})
    spelt = max(units, key=lambda unit: (_cost_in(parts, unit), unit))
    ordered = sorted(priced, key=lambda price: (price.each, price.provider))
    return Comparable(thing, level, spelt, tuple(units), tuple(ordered))


def _cost_in(parts: dict[str, list[dict[str, Any]]], unit: str) -> Decimal:
    rows = (row for rows in parts.values() for row in rows if row["pricing_unit"] == unit)
    return total(row["effective_cost"] for row in rows) or ZERO
