"""Sums over an answer's rows, as the overview's pictures need them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from finops_dash.domain.cost_query import Grain
from finops_dash.domain.money import ZERO, total
from finops_dash.domain.period import shift_months
from finops_dash.services.answers import CostAnswer

OWNERS = ("cost_center", "team")


def share_owned(answer: CostAnswer) -> Decimal | None:
    """The share of the cost that names an owner; None where there is no cost."""
    measure = answer.query.measure
    owned = total(row[measure] for row in answer.rows if any(row[name] for name in OWNERS))
    return owned / answer.total if answer.total else None


def day_totals(answer: CostAnswer) -> dict[str, Decimal]:
    """The answer's sum per day (or month), in order of time; under "" where it is not by time."""
    bucket = answer.query.grain.value
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in answer.rows:
        sums[row.get(bucket, "")] += row[answer.query.measure]
    return dict(sorted(sums.items()))


def beside(answer: CostAnswer, before: CostAnswer | None) -> dict[str, Decimal]:
    """For each of the answer's days (or months), the sum of the one that it is compared with.

    Days are counted from the start of each period, so that a day without cost moves no other.
    """
    if before is None:
        return {}
    earlier, first, start = day_totals(before), answer.days.start, before.days.start
    if answer.query.grain is Grain.DAY:
        shift = first - start
        pairs = {day: (date.fromisoformat(day) - shift).isoformat() for day in day_totals(answer)}
    else:
        months = (first.year - start.year) * 12 + first.month - start.month
        pairs = {
            month: f"{shift_months(date.fromisoformat(f'{month}-01'), -months):%Y-%m}"
            for month in day_totals(answer)
        }
    return {bucket: earlier.get(other, ZERO) for bucket, other in pairs.items()}


def service_totals(answer: CostAnswer) -> dict[str, Decimal]:
    """The answer's sum per service, dearest first."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in answer.rows:
        sums[row["service"] or "No service"] += row[answer.query.measure]
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def movers(answer: CostAnswer, earlier: CostAnswer) -> list[dict[str, Any]]:
    """Services by how much they changed against the period before, largest change first."""
    now = service_totals(answer)
    before = service_totals(earlier)
    changes = [
        {"service": name, "now": now.get(name, ZERO), "before": before.get(name, ZERO)}
        for name in {*now, *before}
    ]
    return sorted(changes, key=lambda row: (-abs(row["now"] - row["before"]), row["service"]))
