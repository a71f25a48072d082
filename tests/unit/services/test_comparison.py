"""Rows find what they were before by their group and their place in the period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.period import DateRange
from finops_dash.services.answers import CostAnswer
from finops_dash.services.comparison import earlier_values


def answer(query: CostQuery, start: date, rows: list[dict[str, Any]]) -> CostAnswer:
    days = DateRange(start, date(2027, 1, 1))
    return CostAnswer(query, days, tuple(rows), "USD", "daily_cost", 1)


def compared(
    query: CostQuery,
    now: tuple[date, list[dict[str, Any]]],
    then: tuple[date, list[dict[str, Any]]],
) -> list[Decimal]:
    before = answer(query, *then)
    today = answer(query, *now)
    found = CostAnswer(query, today.days, today.rows, "USD", "daily_cost", 1, (), before)
    return earlier_values(found)


def cost(amount: int, **values: str | None) -> dict[str, Any]:
    return {**values, "effective_cost": Decimal(amount)}


@pytest.mark.parametrize(
    ("start", "now", "earlier_start", "then", "another"),
    [
        (date(2026, 10, 1), "2026-10-03", date(2026, 9, 1), "2026-09-03", "2026-09-04"),
        (date(2026, 3, 1), "2026-03-31", date(2026, 2, 1), "2026-03-03", "2026-02-28"),
    ],
)
def test_a_day_is_held_against_the_day_at_its_place(
    start: date, now: str, earlier_start: date, then: str, another: str
) -> None:
    before = [cost(3, day=then), cost(99, day=another)]
    values = compared(
        CostQuery(grain=Grain.DAY), (start, [cost(5, day=now)]), (earlier_start, before)
    )
    assert values == [Decimal(3)]


@pytest.mark.parametrize(
    ("grain", "start", "now", "earlier_start", "then", "another"),
    [
        ("week", date(2026, 10, 7), "2026-10-12", date(2026, 9, 9), "2026-09-14", "2026-09-07"),
        ("month", date(2026, 1, 1), "2026-02", date(2025, 1, 1), "2025-02", "2025-01"),
        ("month", date(2026, 1, 1), "2026-01", date(2025, 12, 1), "2025-12", "2025-11"),
        ("quarter", date(2026, 4, 1), "2026-Q3", date(2025, 4, 1), "2025-Q3", "2025-Q2"),
    ],
)
def test_a_longer_bucket_is_held_against_the_one_at_its_place(
    grain: str, start: date, now: str, earlier_start: date, then: str, another: str
) -> None:
    before = [cost(3, **{grain: then}), cost(99, **{grain: another})]
    values = compared(
        CostQuery(grain=Grain(grain)), (start, [cost(5, **{grain: now})]), (earlier_start, before)
    )
    assert values == [Decimal(3)]


def test_groups_find_themselves_and_new_ones_were_nothing() -> None:
    query = CostQuery(group_by=("service",))
    values = compared(
        query,
        (date(2026, 10, 1), [cost(5, service="S3"), cost(4, service=None), cost(1, service="new")]),
        (date(2026, 9, 1), [cost(7, service=None), cost(2, service="S3")]),
    )
    assert values == [Decimal(2), Decimal(7), Decimal(0)]


def test_an_answer_that_is_compared_with_nothing_has_no_earlier_values() -> None:
    assert earlier_values(answer(CostQuery(), date(2026, 10, 1), [cost(5)])) == []
