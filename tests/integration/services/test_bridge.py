"""Bridges lead between what the cost reader answers, by the steps that the charges make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.components.places import BRIDGE
from finops_dash.domain.bridge_query import read_bridge
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.errors import NothingToCompareError, QueryError
from finops_dash.domain.money import total
from finops_dash.domain.scope import Scope
from finops_dash.services.bridge import BridgeAnswer

TODAY = date(2026, 11, 12)
NEARLY = Fraction(1, 10**12)
LINKS = (
    "",
    "period=last-90-days&compare=last-30-days",
    "period=last-40-days",
    "period=mtd&measure=billed_cost",
    "filter=environment:production&period=last-7-days",
    "filter=sku:~AMAZON&period=last-7-days",
    "from_measure=list_cost",
    "from_measure=contracted_cost&measure=billed_cost&period=last-30-days",
    "measure=list_cost&from_measure=effective_cost",
    "filter=environment:production&from_filter=environment:staging",
    "filter=provider:AWS&from_filter=provider:Microsoft&period=mtd",
    "period=last-30-days&compare=last-7-days",
    "currency=EUR",
    "as_of=2100-01-01T00:00:00Z&period=last-40-days",
)


def bridge_of(services: Services, scope: Scope, link: str, today: date) -> BridgeAnswer:
    found = services.bridge.of(scope, read_bridge(link, BRIDGE.default)[0], today)
    assert found is not None
    return found


@pytest.mark.parametrize("link", LINKS)
def test_both_ends_are_what_the_cost_reader_answers_and_the_steps_lead_between(
    services: Services, demo: Scope, link: str
) -> None:
    today = services.now().date()
    found = bridge_of(services, demo, link, today)
    start, end = (services.cost.answer(demo, q, today) for q in (found.start, found.end))
    assert (found.bridge.start, found.bridge.end) == (start.total, end.total)
    steps = [part.amount for part in found.bridge.steps]
    assert total((start.total, *steps)) == end.total
    assert found.days == (start.days, end.days)


Row = dict[str, str]
KINDS: tuple[tuple[int, Row], ...] = (
    (12, {}),
    (2, {"ChargeCategory": "Purchase", "PricingUnit": "Months"}),
    (2, {"ChargeCategory": "Purchase", "CommitmentDiscountId": "sp-1"}),
    (3, {"PricingCategory": "Committed", "CommitmentDiscountStatus": "Used",
         "CommitmentDiscountId": "sp-1"}),
    (1, {"PricingCategory": "Committed", "CommitmentDiscountStatus": "Unused",
         "CommitmentDiscountId": "sp-1"}),
    (1, {"ChargeCategory": "Credit", "PricingQuantity": ""}),
    (1, {"ChargeCategory": "Tax", "PricingQuantity": ""}),
    (1, {"ChargeCategory": "Adjustment", "PricingQuantity": ""}),
    (1, {"ChargeClass": "Correction"}),
)  # fmt: skip


def amount(random: Random) -> str:
    digits = random.choice((2, 4, 20))
    return str(Decimal(random.randint(-(10 ** (digits + 1)), 10 ** (digits + 3))).scaleb(-digits))


def charge(random: Random, month: int) -> Row:
    changes = random.choices([kind for _, kind in KINDS], [weight for weight, _ in KINDS])[0]
    quantity = random.choice(["", "0", "-1", *(str(random.randint(1, 5000) / 8) for _ in range(9))])
    named = {
        "ServiceName": random.choice(["EC2", "S3"]),
        "SkuId": random.choice(["one", "two", "three" if month == 9 else "four", ""]),
        "RegionId": random.choice(["eu-west-1", "us-east-1"]),
        "SubAccountId": random.choice(["2000", "3000"]),
        "PricingUnit": random.choice(["Hours", "Hours", "GB"]),
        "EffectiveCost": amount(random), "BilledCost": amount(random),
        "ListCost": amount(random), "ContractedCost": amount(random),
        "PricingQuantity": quantity, "ResourceId": f"r-{random.randint(1, 9)}",
    }  # fmt: skip
    day = random.randint(1, 30 if month == 9 else 31)
    return on(f"2026-{month:02}-{day:02}", **(named | changes))


@pytest.fixture
def rows() -> list[Row]:
    """Two months of charges of every kind, with awkward numbers."""
    random = Random(20261112)  # noqa: S311 - no secret
    found = [charge(random, random.choice((9, 10))) for _ in range(400)]
    # A line that is there every month and grows, so that each step moves something.
    return [*found, *(on(f"2026-{m}-05", SkuId="steady", PricingQuantity=q, EffectiveCost=c)
                      for m, q, c in (("09", "10", "7"), ("10", "13", "10")))]  # fmt: skip


def expected(rows: Iterable[Row], *, by_sku: bool) -> dict[Step, Fraction]:
    """The steps from September to October, worked out from the charges in exact fractions."""
    lines: dict[tuple[str, ...], list[list[Fraction]]] = defaultdict(
        lambda: [[Fraction(0), Fraction(0)], [Fraction(0), Fraction(0)]]
    )
    steps: dict[Step, Fraction] = defaultdict(Fraction)
    for row in rows:
        side = 1 if row["ChargePeriodStart"].startswith("2026-10") else 0
        sign, cost = (-1, 1)[side], Fraction(row["EffectiveCost"])
        category, status = row["ChargeCategory"], row.get("CommitmentDiscountStatus")
        apart = {"Credit": Step.CREDITS, "Tax": Step.TAX, "Adjustment": Step.ADJUSTMENTS}
        if category in apart:
            steps[apart[category]] += sign * cost
        elif row.get("ChargeClass") == "Correction":
            steps[Step.ADJUSTMENTS] += sign * cost
        elif status == "Unused" or (category == "Purchase" and row.get("CommitmentDiscountId")):
            steps[Step.COMMITMENTS] += sign * cost
        else:
            if status == "Used":
                contracted = Fraction(row["ContractedCost"])
                steps[Step.COMMITMENTS] += sign * (cost - contracted)
                cost = contracted
            names = ("ServiceName", "RegionId", "SubAccountId", "PricingUnit", "ChargeCategory")
            key = (*(row[name] for name in names), row["SkuId"] if by_sku else "")
            lines[key][side][0] += cost
            lines[key][side][1] += Fraction(row["PricingQuantity"] or 0)
    _compare(lines, steps)
    return {step: value for step, value in steps.items() if value}


def _compare(
    lines: dict[tuple[str, ...], list[list[Fraction]]], steps: dict[Step, Fraction]
) -> None:
    services: dict[tuple[str, ...], list[list[list[Fraction]]]] = defaultdict(list)
    for key, ((was, before), (now, after)) in lines.items():
        if not (was or before):
            steps[Step.NEW] += now
        elif not (now or after):
            steps[Step.REMOVED] -= was
        else:
            days = was * (Fraction(31, 30) - 1) if key[4] == "Usage" else Fraction(0)
            steps[Step.DAYS] += days
            if before > 0 and after > 0:
                services[key[0], key[3], key[4]].append([[was, before], [now, after]])
            else:
                steps[Step.UNMEASURED] += now - was - days
    for (_, _, category), pairs in services.items():
        growth = sum(p[1][1] for p in pairs) / sum(p[0][1] for p in pairs)
        stretch = Fraction(31, 30) if category == "Usage" else Fraction(1)
        for (was, before), (now, after) in pairs:
            steps[Step.VOLUME] += was * (growth - stretch)
            steps[Step.MIX] += was / before * (after - before * growth)
            steps[Step.RATE] += now - was / before * after


@pytest.fixture
def load(services: Services, tmp_path: Path) -> Callable[[Scope, Iterable[Row]], None]:
    """Bring charges into a tenant."""

    def bring(scope: Scope, rows: Iterable[Row]) -> None:
        bill = write_csv(tmp_path / f"{uuid4().hex}.csv", rows)
        services.ingestion.ingest(scope, [str(bill)])

    return bring


@pytest.mark.parametrize(
    ("link", "by_sku"),
    [
        ("period=2026-10&compare=2026-09", True),
        ("period=2026-10&compare=2026-09&filter=!day:2026-01-01", False),
    ],
)
def test_each_step_is_what_the_charges_themselves_say(
    services: Services,
    scope: Scope,
    load: Callable[[Scope, Iterable[Row]], None],
    rows: list[Row],
    link: str,
    by_sku: bool,
) -> None:
    load(scope, rows)
    found = bridge_of(services, scope, link, TODAY)
    assert found.apart.by_sku is by_sku
    wanted = expected(rows, by_sku=by_sku)
    amounts = {part.step: Fraction(part.amount) for part in found.bridge.steps}
    assert amounts.keys() == wanted.keys()
    assert all(abs(amounts[step] - wanted[step]) < NEARLY for step in wanted)
    exact = {Step.NEW, Step.REMOVED, Step.COMMITMENTS, Step.CREDITS, Step.TAX, Step.ADJUSTMENTS}
    assert all(amounts[step] == wanted[step] for step in exact)
    costs = [
        total(
            Decimal(row["EffectiveCost"]) for row in rows if row["ChargePeriodStart"][:7] == month
        )
        for month in ("2026-09", "2026-10")
    ]
    assert [found.bridge.start, found.bridge.end] == costs


def test_no_charge_of_another_tenant_is_in_a_bridge(
    services: Services, scope: Scope, load: Callable[[Scope, Iterable[Row]], None]
) -> None:
    services.tenancy.create(slug := f"theirs-{uuid4().hex[:8]}")
    theirs = services.tenancy.scope(slug, "finops")
    mine = [on("2026-09-05", EffectiveCost="1"), on("2026-10-05", EffectiveCost="3")]
    load(theirs, [{**row, "EffectiveCost": "7654321", "SkuId": "canary"} for row in mine])
    load(scope, mine)
    bridge_of(services, theirs, "period=2026-10", TODAY)
    found = bridge_of(services, scope, "period=2026-10", TODAY)
    assert (found.bridge.start, found.bridge.end) == (1, 3)
    things = [item.thing.sku for part in found.bridge.steps for item in part.dearest]
    assert "canary" not in things


def test_a_month_that_is_not_over_is_led_to_from_the_same_days_before(
    services: Services, scope: Scope, load: Callable[[Scope, Iterable[Row]], None]
) -> None:
    load(scope, [on(f"2026-{m}-{d:02}") for m, last in (("10", 31), ("11", 10))
                 for d in range(1, last + 1)])  # fmt: skip
    found = bridge_of(services, scope, "period=this-month", TODAY)
    assert [span.sentence() for span in found.days] == ["1–10 Oct 2026", "1–10 Nov 2026"]
    assert found.bridge.steps == ()


def test_what_cannot_be_bridged_says_what_to_choose(
    services: Services, scope: Scope, load: Callable[[Scope, Iterable[Row]], None]
) -> None:
    assert services.bridge.of(scope, read_bridge("")[0], TODAY) is None
    load(scope, [on("2026-10-05")])
    with pytest.raises(NothingToCompareError, match="choose a comparison"):
        bridge_of(services, scope, "compare=none", TODAY)
    with pytest.raises(NothingToCompareError, match="begins 5 October 2026, too late"):
        bridge_of(services, scope, "period=2026-10", TODAY)
    with pytest.raises(QueryError, match="choose a month"):
        bridge_of(services, scope, "compare=all", TODAY)
    with pytest.raises(QueryError, match="choose a cost"):
        bridge_of(services, scope, "measure=pricing_quantity", TODAY)


def test_an_earlier_month_that_begins_before_the_data_says_so(
    services: Services, scope: Scope, load: Callable[[Scope, Iterable[Row]], None]
) -> None:
    load(scope, [on("2026-09-20"), on("2026-10-05")])
    found = bridge_of(services, scope, "period=2026-10&compare=2026-09", TODAY)
    assert found.notices == (
        "The data begins 20 September 2026: the days before it count as nothing.",
    )


def test_the_values_offered_for_two_filters_are_the_dearest_first(
    services: Services, scope: Scope, load: Callable[[Scope, Iterable[Row]], None]
) -> None:
    load(scope, [on("2026-10-05", RegionId=name, EffectiveCost=cost)
                 for name, cost in (("b", "1"), ("a", "5"), ("", "9"))])  # fmt: skip
    query = read_bridge("period=2026-10&filter=region:b")[0].query
    assert services.bridge.dearest(scope, query, "region", TODAY) == ("a", "b")
