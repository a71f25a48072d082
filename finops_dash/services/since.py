"""What has changed in an answer since the moment that a link asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_dash.domain.cost_query import Compare, CostQuery, Grain, Order
from finops_dash.domain.money import ZERO, exactly, total
from finops_dash.domain.registry import Level, find_dimension, find_measure
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader

CURRENCY, SERVICE = "billing_currency", "service"


@dataclass(frozen=True, slots=True)
class Change:
    """What came or went in one currency (or unit): in all, and by part, the largest first."""

    unit: str | None
    parts: tuple[tuple[str, Decimal], ...]

    @property
    def difference(self) -> Decimal:
        """The exact sum of the parts."""
        return total(amount for _, amount in self.parts)


@dataclass(frozen=True, slots=True)
class Since:
    """What an answer says now beyond what it said at `as_of`; `dimension` names the parts."""

    as_of: datetime
    dimension: str
    changes: tuple[Change, ...]
    has_newer_days: bool


class SinceService:
    """Holds answers of then against those of now."""

    def __init__(self, cost: CostReader) -> None:
        """Reads both through the cost reader, so under the same scope and cache."""
        self._cost = cost

    def changed(self, scope: Scope, query: CostQuery, today: date, now: datetime) -> Since | None:
        """What has changed since the query's `as_of`; None where it asks for no earlier moment.

        Cut by the query's first group (by service without one), so that its parts can be named.
        Raises the `FinOpsError` that the query's own answer would.
        """
        if query.as_of is None or query.as_of >= now:
            return None
        dimension = _dimension(query)
        groups: tuple[str, ...] = (dimension,)
        if find_measure(query.measure).kind == "money" and dimension != CURRENCY:
            groups = (dimension, CURRENCY)
        asked = replace(
            query, group_by=groups, grain=Grain.NONE, compare=Compare.NONE, limit=None,
            order=Order.NAME,
        )  # fmt: skip
        then = self._cost.answer(scope, asked, today)
        current = self._cost.answer(scope, replace(asked, as_of=None), today)
        newer = current.days.last >= query.as_of.date()
        return Since(query.as_of, dimension, changes(then, current, dimension), newer)


def _dimension(query: CostQuery) -> str:
    names = (n for n in query.group_by if find_dimension(n).level is not Level.TIME)
    return next(names, SERVICE)


def changes(then: CostAnswer, now: CostAnswer, dimension: str) -> tuple[Change, ...]:
    """The differences of two answers to one question, by unit; parts that stayed are left out."""
    before, after = _amounts(then, dimension), _amounts(now, dimension)
    found: dict[str | None, list[tuple[str, Decimal]]] = {}
    with exactly():
        for unit, name in {**before, **after}:
            amount = after.get((unit, name), ZERO) - before.get((unit, name), ZERO)
            if amount:
                found.setdefault(unit, []).append((name, amount))
    ordered = sorted(found.items(), key=lambda item: str(item[0]))
    return tuple(Change(unit, _largest_first(parts)) for unit, parts in ordered)


def _amounts(answer: CostAnswer, dimension: str) -> dict[tuple[str | None, str], Decimal]:
    return {
        (_unit(row, answer), str(row[dimension] or "")): row[answer.query.measure] or ZERO
        for row in answer.rows
    }


def _unit(row: dict[str, Any], answer: CostAnswer) -> str | None:
    return str(row[CURRENCY]) if CURRENCY in answer.query.group_by else answer.unit


def _largest_first(parts: Iterable[tuple[str, Decimal]]) -> tuple[tuple[str, Decimal], ...]:
    return tuple(sorted(parts, key=lambda part: (-abs(part[1]), part[0])))
