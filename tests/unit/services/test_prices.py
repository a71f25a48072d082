"""Unit prices: only of the same thing by the same unit, and only where two providers bill it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.money import total
from finops_dash.domain.units import unit_key
from finops_dash.services.comparable_prices import comparables

AMOUNTS = st.decimals(-100, 10**6, allow_nan=False, places=6)


def row(provider: str | None, thing: str | None, unit: str | None, cost: str, quantity: str | None,
        **more: Any) -> dict[str, Any]:  # fmt: skip
    found = None if quantity is None else Decimal(quantity)
    return {
        "provider": provider, "service_subcategory": thing, "pricing_unit": unit,
        "effective_cost": Decimal(cost), "pricing_quantity": found, **more,
    }  # fmt: skip


ROWS = st.lists(
    st.builds(
        lambda provider, thing, unit, cost, quantity: row(
            provider, thing, unit, str(cost), None if quantity is None else str(quantity)
        ),
        st.sampled_from(["AWS", "Microsoft", "Google Cloud", None]),
        st.sampled_from(["Virtual Machines", "Object Storage", "Other (Compute)"]),
        st.sampled_from(["Hours", "Hrs", "GB-Months", "GB", "Units", "USD", None]),
        AMOUNTS,
        AMOUNTS | st.none(),
    ),
    max_size=30,
)


def test_the_cheapest_stands_first_and_the_others_as_multiples() -> None:
    (thing,) = comparables(
        [
            row("AWS", "Virtual Machines", "Hours", "30", "10"),
            row("Microsoft", "Virtual Machines", "Hrs", "20", "10"),
            row("Microsoft", "Virtual Machines", "Hours", "10", "5"),
        ]
    )
    assert [(p.provider, p.each) for p in thing.prices] == [
        ("Microsoft", Decimal(2)),
        ("AWS", Decimal(3)),
    ]
    assert thing.times(thing.prices[1]) == Decimal("1.5")
    assert (thing.unit, thing.units, thing.cost) == ("Hours", ("Hours", "Hrs"), Decimal(60))


def test_what_only_one_provider_bills_in_a_unit_is_not_compared() -> None:
    rows = [
        row("AWS", "Virtual Machines", "Hours", "30", "10"),
        row("Microsoft", "Virtual Machines", "vCore-Hours", "30", "10"),
        row("Google Cloud", "Object Storage", "Hours", "30", "10"),
    ]
    assert comparables(rows) == ()


def test_a_bill_without_subcategories_is_compared_by_category() -> None:
    rows = [
        row("AWS", None, "Hours", "30", "10", service_category="Compute"),
        row("Microsoft", None, "Hours", "30", "10", service_category="Compute"),
    ]
    (thing,) = comparables(rows)
    assert (thing.level, thing.thing) == ("service_category", "Compute")


@given(ROWS)
def test_every_comparison_is_of_one_unit_of_two_providers_and_loses_nothing(
    rows: list[dict[str, Any]],
) -> None:
    for thing in comparables(rows, ("USD",)):
        assert len({price.provider for price in thing.prices}) == len(thing.prices) >= 2
        assert len({unit_key(unit) for unit in thing.units}) == 1
        assert not thing.thing.startswith("Other")
        assert not {"Units", "USD"} & set(thing.units)
        each = [price.each for price in thing.prices]
        assert each == sorted(each)
        for price in thing.prices:
            mine = [r for r in rows if (r["provider"] or "") == price.provider
                    and r["service_subcategory"] == thing.thing
                    and r["pricing_unit"] in thing.units]  # fmt: skip
            assert price.cost == total(r["effective_cost"] for r in mine) > 0
            assert price.quantity == total(r["pricing_quantity"] for r in mine) > 0
