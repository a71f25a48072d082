"""Rows of cost and quantity as the lines that a bridge compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from data_layer.queries.bridge import QUANTITY
from finops_dash.analytics.bridge import Line, Thing
from finops_dash.analytics.price_levels import Leveled
from finops_dash.domain.money import ZERO

AFTER_COMMITMENTS = ("effective_cost", "billed_cost")
Rows = list[dict[str, Any]]


def lines(rows: Rows, measure: str, *, by_place: bool) -> Iterable[Line]:
    """The rows as lines; the two sides of a bridge between filters have no place in common."""
    for row in rows:
        thing = _thing(row)
        if not by_place:
            thing = replace(thing, region=None, account=None, account_name=None)
        yield _line(row, thing, measure)


def leveled(rows: Rows, from_measure: str, to_measure: str) -> Iterable[Leveled]:
    """The rows as lines in one measure, with what they cost in the other and at list."""
    for row in rows:
        contracted = row["contracted_cost"] or ZERO
        line = replace(_line(row, _thing(row), to_measure), contracted=contracted)
        yield Leveled(line, row[from_measure] or ZERO, row["list_cost"] or ZERO)


def _line(row: dict[str, Any], thing: Thing, measure: str) -> Line:
    """The row's line; only costs after commitments differ from contracted cost by them."""
    cost = row[measure] or ZERO
    return Line(
        thing,
        cost,
        (row["contracted_cost"] or ZERO) if measure in AFTER_COMMITMENTS else cost,
        row[QUANTITY],
        row["charge_category"],
        row["charge_class"],
        row["commitment_discount_status"],
    )


def _thing(row: dict[str, Any]) -> Thing:
    """The thing of a row; use that commitments cover is the same thing as use at standard price."""
    category = row["pricing_category"]
    return Thing(
        provider=row["provider_name"],
        service=row["service_name"],
        sku=row.get("sku_id"),
        region=row["region_id"],
        account=row["sub_account_id"],
        category="Standard" if category == "Committed" else category,
        unit=row["pricing_unit"],
        charge=row["charge_category"],
        commitment=row["commitment_discount_id"],
        account_name=row["sub_account_name"],
    )
