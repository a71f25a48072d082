"""Prices: answers whose measure is money divided by a quantity, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from finops_dash.domain.cost_query import MOST_ROWS, CostQuery, Order
from finops_dash.domain.errors import MixedCurrenciesError
from finops_dash.domain.registry import find_measure
from finops_dash.services.answers import CostAnswer

Ask = Callable[[CostQuery, tuple[str, ...]], CostAnswer]


def priced(query: CostQuery, currencies: tuple[str, ...], ask: Ask) -> CostAnswer:
    """The price per row, beside the money and the quantity it is made of, in the query's order.

    `ask` answers for these two. A row without a quantity has no price (None); prices are
    quotients, of 28 digits. The unit reads `USD per Hours`.
    """
    measure = find_measure(query.measure)
    if measure.parts is None:
        return ask(query, ())
    money, quantity = measure.parts
    if query.currency is None and len(currencies) > 1 and "billing_currency" not in query.group_by:
        raise MixedCurrenciesError(currencies)
    asked = replace(query, measure=quantity, limit=None, order=Order.NAME)
    found = ask(asked, (money,))
    answer = _as_price(found, query, currencies)
    if found.before is None:
        return answer
    return replace(answer, before=_as_price(found.before, replace(query, limit=None), currencies))


def _as_price(found: CostAnswer, query: CostQuery, currencies: tuple[str, ...]) -> CostAnswer:
    money, quantity = find_measure(query.measure).parts or ("", "")
    rows = []
    for row in found.rows:
        price = row[money] / row[quantity] if row[quantity] else None
        groups = {name: value for name, value in row.items() if name not in (money, quantity)}
        rows.append({**groups, query.measure: price, money: row[money], quantity: row[quantity]})
    currency = query.currency or (currencies[0] if len(currencies) == 1 else None)
    unit = f"{currency} per {found.unit}" if currency and found.unit else None
    limit = query.limit or MOST_ROWS
    shown = tuple(_in_order(rows, query)[:limit])
    return replace(found, query=query, rows=shown, unit=unit, before=None)


def _in_order(rows: list[dict[str, Any]], query: CostQuery) -> list[dict[str, Any]]:
    """By time first, then dearest or cheapest price, no price last; they come by name."""
    if query.order is Order.NAME:
        return rows
    sign = -1 if query.order is Order.DEAREST else 1
    buckets = [n for n in ("hour", "day", "week", "month", "quarter") if rows and n in rows[0]]

    def place(row: dict[str, Any]) -> tuple[object, ...]:
        price = row[query.measure]
        return (*(row[n] for n in buckets), price is None, sign * (price or 0))

    return sorted(rows, key=place)
