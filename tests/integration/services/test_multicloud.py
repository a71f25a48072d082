"""Providers side by side: every sum is the bill's, the folded parts make the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.components.places import MULTICLOUD
from finops_dash.domain.money import total
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.services.overview import View

FIRST, LAST = date(2026, 7, 10), date(2026, 10, 20)
TODAY = LAST + timedelta(days=1)
PROVIDERS = [f"Cloud {letter}" for letter in "ABCDEFGH"]
LINKS = (
    "",
    "period=2026-09",
    "period=last-7-days&compare=none",
    "period=last-30-days&filter=provider:Cloud A|Cloud H",
)


def bill() -> Iterator[dict[str, str]]:
    random, names = Random(3), count()  # noqa: S311 - a bill, no secret
    day = FIRST
    while day <= LAST:
        for place, provider in enumerate(PROVIDERS):
            cost = Decimal(random.randint(100, 9000)) / 100 * (place + 1)
            yield on(
                day.isoformat(), ProviderName=provider, EffectiveCost=str(cost),
                RegionId=random.choice(["", *(f"region {n}" for n in range(9))]),
                ServiceCategory=random.choice(["Compute", "Storage", "Databases", ""]),
                ServiceSubcategory="Virtual Machines" if place % 2 else "Object Storage",
                PricingUnit="Hours" if place < 6 else "hours",
                PricingQuantity=str(random.randint(1, 50)), ResourceId=f"r{next(names)}",
                BillingAccountId=provider,
            )  # fmt: skip
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(bill())


@pytest.fixture(scope="module")
def company(
    services: Services, rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Scope:
    slug = f"clouds-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    found = services.tenancy.scope(slug, "finops")
    file = write_csv(tmp_path_factory.mktemp("clouds") / "bill.csv", rows)
    services.ingestion.ingest(found, [str(file)])
    return found


def view_of(services: Services, scope: Scope, link: str, today: date = TODAY) -> View:
    view = services.overview.view(scope, MULTICLOUD.read(link)[0], today)
    assert view is not None
    return view


def expected(
    rows: list[dict[str, str]], view: View, days: DateRange, key: Callable[[dict[str, str]], Any]
) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows:
        kept = all(row["ProviderName"] in item.values for item in view.query.filters)
        if date.fromisoformat(row["ChargePeriodStart"][:10]) in days and kept:
            found[key(row)] += Decimal(row["EffectiveCost"])
    return dict(found)


@pytest.mark.parametrize("link", LINKS)
def test_the_sides_are_the_bill_and_their_regions_make_them(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    found = services.multicloud.sides(company, view)
    per = expected(rows, view, view.days, lambda row: row["ProviderName"])
    assert total(side.now for side in found.sides) == total(per.values())
    for side in found.sides:
        if not side.slot.is_rest:
            assert side.now == per[side.slot.values[0]]
        assert side.now == total(cost for _, cost in side.regions)
        assert side.share == side.now / total(per.values())
    kept = [side.now for side in found.sides if not side.slot.is_rest]
    assert kept == sorted(kept, reverse=True)


@pytest.mark.parametrize("link", LINKS)
def test_growth_is_against_the_whole_period_before(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    found = services.multicloud.sides(company, view)
    if found.before is None:
        assert "compare=none" in link
        assert all(side.before is None for side in found.sides)
        return
    before = expected(rows, view, found.before, lambda _: None)
    assert total(side.before for side in found.sides) == total(before.values())


def test_eight_providers_are_six_and_the_rest(services: Services, company: Scope) -> None:
    found = services.multicloud.sides(company, view_of(services, company, ""))
    assert [side.slot.is_rest for side in found.sides] == [False] * 6 + [True]
    assert found.sides[-1].slot.count == 2


def test_one_who_only_cost_something_before_is_still_there(
    services: Services, load: Callable[..., None], scope: Scope
) -> None:
    load("2026-09-01", "2026-09-20", name="a.csv", ProviderName="Old")
    load("2026-10-01", "2026-10-02", name="b.csv", ProviderName="New", BillingAccountId="2")
    view = view_of(services, scope, "period=2026-10", date(2026, 11, 1))
    found = services.multicloud.sides(scope, view)
    assert [(side.slot.values, side.now, side.before) for side in found.sides] == [
        (("New",), Decimal(3), Decimal(0)),
        (("Old",), Decimal(0), Decimal("1.5")),
    ]


@pytest.mark.parametrize("link", LINKS)
def test_categories_sum_to_the_bill(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    grid = services.multicloud.categories(company, view).grid
    assert grid.total == total(expected(rows, view, view.days, lambda _: None).values())
    names = {slot.values[0] for slot in grid.rows}
    assert names == {"Compute", "Storage", "Databases", ""}


def test_months_are_whole_and_an_index_begins_with_a_hundred(
    services: Services, company: Scope, rows: list[dict[str, str]]
) -> None:
    view = view_of(services, company, "")
    found = services.multicloud.courses(company, view)
    assert found is not None
    assert [slot.values[0] for slot in found.grid.columns] == ["2026-08", "2026-09"]
    days = DateRange(date(2026, 8, 1), date(2026, 10, 1))
    assert found.grid.total == total(expected(rows, view, days, lambda _: None).values())
    for place, line in enumerate(found.grid.cells):
        august, september = line
        assert august is not None
        assert september is not None
        assert found.index(place) == {"2026-08": 100, "2026-09": september / august * 100}


def test_a_provider_that_came_within_a_month_is_indexed_from_its_first_whole_one(
    services: Services, load: Callable[..., None], scope: Scope
) -> None:
    load("2026-07-01", "2026-08-01", "2026-09-01", name="a.csv", ProviderName="Early")
    load("2026-08-20", "2026-09-01", "2026-09-30", name="b.csv", ProviderName="Late",
         BillingAccountId="2")  # fmt: skip
    found = services.multicloud.courses(scope, view_of(services, scope, "", date(2026, 10, 1)))
    assert found is not None
    by_name = {slot.values[0]: found.index(n) for n, slot in enumerate(found.grid.rows)}
    assert list(by_name["Late"]) == ["2026-09"]
    assert list(by_name["Early"]) == ["2026-07", "2026-08", "2026-09"]


def test_data_of_less_than_a_month_has_no_course(
    services: Services, load: Callable[..., None], scope: Scope
) -> None:
    load("2026-10-05", "2026-10-06")
    view = view_of(services, scope, "", date(2026, 10, 7))
    assert services.multicloud.courses(scope, view) is None


@pytest.mark.parametrize("link", LINKS)
def test_a_unit_price_is_the_cost_of_use_over_its_quantity(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    found = services.prices.prices(company, view)
    spent: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in rows:
        kept = all(row["ProviderName"] in item.values for item in view.query.filters)
        if date.fromisoformat(row["ChargePeriodStart"][:10]) in found.days and kept:
            sums = spent[row["ServiceSubcategory"], row["ProviderName"]]
            sums[0] += Decimal(row["EffectiveCost"])
            sums[1] += Decimal(row["PricingQuantity"])
    drawn = {(t.thing, p.provider): [p.cost, p.quantity] for t in found.things for p in t.prices}
    things = {thing for thing, _ in spent}
    assert drawn == {
        key: sums
        for key, sums in spent.items()
        if sum(thing == key[0] for thing, _ in spent) > 1 and things
    }
    for thing in found.things:
        for price in thing.prices:
            asked = thing.of(found.query, price.provider)
            assert services.cost.answer(company, asked, TODAY).total == price.cost


def test_what_commitments_left_unused_is_in_no_price(
    services: Services, load: Callable[..., None], scope: Scope
) -> None:
    thing = {"ServiceSubcategory": "Virtual Machines", "PricingQuantity": "10"}
    load("2026-10-01", name="a.csv", ProviderName="A", EffectiveCost="20", **thing)
    load("2026-10-01", name="b.csv", ProviderName="B", BillingAccountId="2", EffectiveCost="30",
         **thing)  # fmt: skip
    load("2026-10-01", name="c.csv", ProviderName="B", BillingAccountId="3", EffectiveCost="70",
         CommitmentDiscountStatus="Unused", CommitmentDiscountId="c", **thing)  # fmt: skip
    load("2026-10-01", name="d.csv", ProviderName="A", BillingAccountId="4", EffectiveCost="500",
         ChargeCategory="Purchase", **thing)  # fmt: skip
    view = view_of(services, scope, "period=2026-10", date(2026, 11, 1))
    (found,) = services.prices.prices(scope, view).things
    assert [(price.provider, price.each) for price in found.prices] == [("A", 2), ("B", 3)]
