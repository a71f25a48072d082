"""What has changed since a moment is exactly the difference of then and now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import MixedUnitsError, QueryError
from finops_dash.domain.money import total
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services.answers import CostAnswer
from finops_dash.services.since import Since, changes

TODAY = date(2026, 10, 15)
Load = Callable[..., datetime]


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path: Path) -> Load:
    """Deliver rows as the whole of October; gives the moment after."""

    def delivered(*rows: dict[str, str]) -> datetime:
        bill = write_csv(tmp_path / f"{uuid4().hex}.csv", rows)
        services.ingestion.ingest(scope, [str(bill)], source="bill", may_shrink=True)
        return services.now()

    return delivered


def since(services: Services, scope: Scope, text: str, moment: datetime) -> Since | None:
    query = replace(from_url(text)[0], as_of=moment)
    return services.since.changed(scope, query, TODAY, services.now())


def ec2(day: int, cost: str, **more: str) -> dict[str, str]:
    return on(f"2026-10-{day:02}", EffectiveCost=cost, **more)


def test_late_charges_and_corrections_are_named_to_the_last_digit(
    services: Services, scope: Scope, load: Load
) -> None:
    then = load(ec2(1, "10.001"), ec2(2, "5", ServiceName="S3"), ec2(3, "1", ServiceName="Same"))
    load(
        ec2(1, "10.0010000001"), ec2(2, "4", ServiceName="S3"), ec2(3, "1", ServiceName="Same"),
        ec2(4, "7", ServiceName="Late"),
    )  # fmt: skip
    found = since(services, scope, "period=2026-10-01..2026-10-10", then)
    assert found is not None
    (change,) = found.changes
    assert change.unit == "USD"
    assert change.parts == (
        ("Late", Decimal(7)), ("S3", Decimal(-1)), ("Amazon EC2", Decimal("0.0000000001")),
    )  # fmt: skip
    assert change.difference == Decimal("6.0000000001")


def test_the_difference_is_that_of_the_two_answers(
    services: Services, scope: Scope, load: Load
) -> None:
    then = load(*(ec2(day, f"{day}.1", ServiceName=f"s{day % 3}") for day in range(1, 9)))
    load(*(ec2(day, f"{day * 2}.07", ServiceName=f"s{day % 4}") for day in range(1, 12)))
    for text in (
        "period=2026-10", "period=2026-10&group_by=region", "period=2026-10-02..2026-10-05",
        "period=2026-10&filter=service:s1", "measure=list_cost&period=mtd&group_by=day,service",
    ):  # fmt: skip
        query = from_url(text)[0]
        sums = [
            services.cost.answer(scope, replace(query, group_by=(), as_of=moment), TODAY).total
            for moment in (then, None)
        ]
        found = since(services, scope, text, then)
        assert found is not None
        assert total(change.difference for change in found.changes) == sums[1] - sums[0]


def test_currencies_are_named_apart(services: Services, scope: Scope, load: Load) -> None:
    then = load(ec2(1, "1"), ec2(1, "1", BillingCurrency="EUR"))
    load(ec2(1, "3"), ec2(1, "0.5", BillingCurrency="EUR"))
    found = since(services, scope, "period=2026-10", then)
    assert found is not None
    named = {change.unit: change.difference for change in found.changes}
    assert named == {"EUR": Decimal("-0.5"), "USD": Decimal(2)}
    one = since(services, scope, "period=2026-10&currency=EUR", then)
    assert one is not None
    assert [change.unit for change in one.changes] == ["EUR"]


def test_nothing_changed_is_nothing(services: Services, scope: Scope, load: Load) -> None:
    then = load(ec2(1, "1"))
    load(ec2(1, "1"))
    found = since(services, scope, "period=2026-10", then)
    assert found is not None
    assert found.changes == ()


def test_a_period_that_goes_on_says_that_newer_days_are_in_it(
    services: Services, scope: Scope, load: Load
) -> None:
    then = load(ec2(1, "1"))
    past = since(services, scope, "period=2026-10-01", then)
    coming = since(services, scope, f"period={then.date() + timedelta(days=3)}", then)
    assert past is not None
    assert coming is not None
    assert (past.has_newer_days, coming.has_newer_days) == (False, True)


def test_a_question_of_now_or_of_a_moment_ahead_has_nothing_to_say(
    services: Services, scope: Scope, load: Load
) -> None:
    load(ec2(1, "1"))
    query = from_url("period=2026-10")[0]
    assert services.since.changed(scope, query, TODAY, services.now()) is None
    assert since(services, scope, "period=2026-10", services.now() + timedelta(days=1)) is None


def test_what_is_not_kept_for_earlier_moments_is_refused(
    services: Services, scope: Scope, load: Load
) -> None:
    then = load(ec2(1, "1"), ec2(1, "1", ConsumedUnit="GB", SkuId="other"))
    with pytest.raises(QueryError, match="as they stand now only"):
        since(services, scope, "period=2026-10&group_by=resource", then)
    with pytest.raises(MixedUnitsError):
        since(services, scope, "period=2026-10&measure=consumed_quantity", then)


def test_another_tenants_late_charges_are_not_ours(
    services: Services, scope: Scope, load: Load, tmp_path: Path
) -> None:
    then = load(ec2(1, "1"))
    services.tenancy.create(slug := f"abroad-{uuid4().hex[:8]}")
    abroad = services.tenancy.scope(slug)
    bill = write_csv(tmp_path / "abroad.csv", [ec2(1, "1000000")])
    services.ingestion.ingest(abroad, [str(bill)])
    ours, theirs = (since(services, one, "period=2026-10", then) for one in (scope, abroad))
    assert ours is not None
    assert ours.changes == ()
    assert theirs is not None
    assert theirs.changes[0].difference == Decimal(1_000_000)


AMOUNTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.decimals(allow_nan=False, allow_infinity=False, places=9),
    max_size=6,
)


@given(AMOUNTS, AMOUNTS)
def test_the_parts_sum_to_the_whole(then: Any, now: Any) -> None:
    def answer(sums: dict[str, Decimal]) -> CostAnswer:
        rows = tuple({"service": name, "effective_cost": sum_} for name, sum_ in sums.items())
        return CostAnswer(CostQuery(group_by=("service",)), DateRange(TODAY, TODAY), rows, "USD")

    found = changes(answer(then), answer(now), "service")
    difference = total([*now.values(), *(value.copy_negate() for value in then.values())])
    assert total(change.difference for change in found) == difference
    assert all(amount for change in found for _, amount in change.parts)
