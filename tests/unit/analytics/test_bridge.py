"""Bridges: their parts sum exactly, and each says what happened."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.analytics.bridge import Bridge, Line, Part, Thing, bridged
from finops_dash.analytics.price_levels import Leveled, down
from finops_dash.analytics.price_volume_mix import Side, between
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.money import ZERO, total

D = Decimal
AMOUNTS = st.one_of(
    st.decimals(-(10**9), 10**9, places=20),
    st.decimals(-(10**4), 10**4, places=2),
    st.sampled_from([ZERO, D("1e-20"), D("-0.3"), D("1e30"), D("12345678901234567890.5")]),
)
QUANTITIES = st.none() | st.one_of(
    st.sampled_from([ZERO, D(-2), D("1e-12"), D(744)]), st.decimals(0, 10**6, places=12)
)
FEW = st.sampled_from(["a", "b", None])
THINGS = st.builds(
    Thing, FEW, FEW, sku=FEW, region=st.sampled_from(["x", "y"]), unit=FEW,
    charge=st.sampled_from(["Usage", "Purchase"]), commitment=st.sampled_from([None, None, "c"]),
)  # fmt: skip
LINES = st.builds(
    Line, THINGS, AMOUNTS, AMOUNTS, QUANTITIES,
    st.sampled_from(["Usage", "Usage", "Usage", "Purchase", "Credit", "Tax", "Adjustment"]),
    st.sampled_from([None, None, "Correction"]), st.sampled_from([None, None, "Used", "Unused"]),
)  # fmt: skip
SIDES = st.builds(Side, st.lists(LINES, max_size=60).map(tuple), st.integers(1, 366))


def amounts(bridge: Bridge) -> dict[Step, Decimal]:
    return {part.step: part.amount for part in bridge.steps}


def holds(bridge: Bridge, start: Decimal, end: Decimal, most: int) -> None:
    assert (bridge.start, bridge.end) == (start, end)
    assert total((start, *(part.amount for part in bridge.steps))) == end
    assert bridge.change == total(part.amount for part in bridge.steps)
    for part in bridge.steps:
        assert total((part.rest, *(item.amount for item in part.dearest))) == part.amount
        assert 0 < len(part.dearest) <= most
        sizes = [abs(item.amount) for item in part.dearest]
        assert sizes == sorted(sizes, reverse=True)
        assert len({item.thing for item in part.dearest}) == len(part.dearest)


@given(SIDES, SIDES, st.integers(1, 5))
def test_the_parts_between_two_periods_sum_to_the_difference_exactly(
    a: Side, b: Side, most: int
) -> None:
    start, end = (total(line.cost for line in side.lines) for side in (a, b))
    holds(between(a, b, most), start, end, most)


@given(st.lists(st.builds(Leveled, LINES, AMOUNTS, AMOUNTS), max_size=60), st.integers(1, 5))
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("list_cost", "effective_cost"),
        ("billed_cost", "list_cost"),
        ("effective_cost", "billed_cost"),
    ],
)
def test_the_parts_between_two_measures_sum_to_the_difference_exactly(
    one: str, other: str, lines: list[Leveled], most: int
) -> None:
    start, end = total(x.start for x in lines), total(x.line.cost for x in lines)
    holds(down(lines, one, other, most), start, end, most)


def use(sku: str, cost: str, quantity: str | None, **more: object) -> Line:
    thing = Thing("AWS", "EC2", sku, "eu", "1", "Standard", "Hours", "Usage")
    count = None if quantity is None else D(quantity)
    return replace(Line(thing, D(cost), D(cost), count), **more)  # type: ignore[arg-type]


def told(a: list[Line], b: list[Line], days: tuple[int, int] = (30, 30)) -> dict[Step, Decimal]:
    return amounts(between(Side(tuple(a), days[0]), Side(tuple(b), days[1])))


def test_twice_as_much_of_everything_is_volume_alone() -> None:
    a = [use("small", "10", "10"), use("large", "60", "20")]
    b = [use("small", "20", "20"), use("large", "120", "40")]
    assert told(a, b) == {Step.VOLUME: D(70)}


def test_dearer_by_the_unit_is_rate_alone() -> None:
    assert told([use("small", "10", "10")], [use("small", "12", "10")]) == {Step.RATE: D(2)}


def test_more_of_the_dearer_kind_is_mix_alone() -> None:
    a = [use("small", "10", "10"), use("large", "60", "20")]
    b = [use("small", "5", "5"), use("large", "75", "25")]
    assert told(a, b) == {Step.MIX: D(10)}


def test_a_longer_month_alone_is_days_alone() -> None:
    a, b = [use("small", "300", "600")], [use("small", "310", "620")]
    assert told(a, b, (30, 31)) == {Step.DAYS: D(10)}


def test_a_purchase_does_not_grow_with_the_days_of_the_month() -> None:
    seat = Thing("Lumen", "Observability", unit="Months", charge="Purchase")
    line = Line(seat, D(4800), D(4800), D(1), "Purchase")
    assert told([line], [line], (30, 31)) == {}


def test_what_is_on_one_side_only_is_new_or_removed_whole() -> None:
    found = told([use("old", "7", "7")], [use("young", "9", "3")], (30, 31))
    assert found == {Step.NEW: D(9), Step.REMOVED: D(-7)}


def test_the_three_effects_at_once_are_those_of_the_textbook() -> None:
    a = [use("small", "100", "100"), use("large", "300", "100")]
    b = [use("small", "60", "50"), use("large", "875", "250")]
    # 200 → 300 hours at a mean of 2; 50 small and 250 large instead of 150 each, at 1 and 3;
    # small at 1.2 instead of 1, large at 3.5 instead of 3.
    assert told(a, b) == {Step.VOLUME: D(200), Step.MIX: D(200), Step.RATE: D(135)}


def test_amounts_without_end_are_settled_in_the_rate() -> None:
    a = [use("small", "1", "3"), use("large", "2", "7")]
    b = [use("small", "1", "2"), use("large", "3", "5")]
    found = told(a, b)
    growth = Fraction(7, 10)
    assert abs(Fraction(found[Step.VOLUME]) - 3 * (growth - 1)) < Fraction(1, 10**18)
    assert total(found.values()) == 1


def test_units_of_one_service_are_never_mixed() -> None:
    gb = Thing("AWS", "EC2", "transfer", unit="GB", charge="Usage")
    a = [use("small", "10", "10"), Line(gb, D(1), D(1), D(1_000_000))]
    b = [use("small", "20", "20"), Line(gb, D(1), D(1), D(1_000_000))]
    assert told(a, b) == {Step.VOLUME: D(10)}


@pytest.mark.parametrize(("before", "after"), [(None, None), ("5", None), ("0", "5"), ("-1", "5")])
def test_things_without_a_quantity_on_both_sides_are_a_step_of_their_own(
    before: str | None, after: str | None
) -> None:
    a, b = [use("support", "10", before)], [use("support", "14", after)]
    assert told(a, b) == {Step.UNMEASURED: D(4)}


def test_free_use_that_is_charged_for_now_is_rate() -> None:
    assert told([use("free", "0", "10")], [use("free", "5", "10")]) == {Step.RATE: D(5)}


def test_a_commitment_that_begins_to_cover_use_is_no_lower_price() -> None:
    machine = use("m", "100", "100")
    thing = replace(machine.thing, commitment="sp-1")
    covered = Line(thing, D(60), D(100), D(100), commitment_status="Used")
    bought = Thing("AWS", "EC2", commitment="sp-1", charge="Purchase")
    fee = Line(bought, ZERO, D(70), D(1), "Purchase")
    idle = Line(thing, D(10), D(15), D(15), commitment_status="Unused")
    bridge = between(Side((machine,), 30), Side((covered, fee, idle), 30))
    assert amounts(bridge) == {Step.COMMITMENTS: D(-30)}
    (part,) = bridge.steps
    assert {(i.thing.commitment, i.thing.charge): i.amount for i in part.dearest} == {
        ("sp-1", "Used"): D(-40), ("sp-1", "Unused"): D(10),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"charge_category": "Credit"}, Step.CREDITS),
        ({"charge_category": "Tax"}, Step.TAX),
        ({"charge_category": "Adjustment"}, Step.ADJUSTMENTS),
        ({"charge_class": "Correction"}, Step.ADJUSTMENTS),
    ],
)
def test_credits_taxes_and_adjustments_stand_apart(change: dict[str, str], step: Step) -> None:
    assert told([use("x", "-3", None, **change)], [use("x", "-5", None, **change)]) == {step: D(-2)}


def test_list_leads_to_effective_over_contracted() -> None:
    machine = use("m", "90", "1")
    covered = replace(use("m", "50", "1", commitment_status="Used"), contracted=D(90))
    idle = use("m", "8", "1", commitment_status="Unused")
    credit = use("c", "-4", None, charge_category="Credit")
    odd = use("odd", "3", "1")
    lines = [
        Leveled(machine, D(100), D(100)), Leveled(covered, D(100), D(100)),
        Leveled(idle, D(12), D(12)), Leveled(credit, D(-4), D(-4)), Leveled(odd, ZERO, ZERO),
    ]  # fmt: skip
    found = amounts(down(lines, "list_cost", "effective_cost"))
    assert found == {
        Step.NEGOTIATED: D(-20), Step.COMMITTED: D(-40), Step.UNUSED: D(-4), Step.UNPRICED: D(3),
    }  # fmt: skip


def test_use_without_a_contracted_price_is_no_gift() -> None:
    line = replace(use("m", "90", "1"), contracted=ZERO)
    assert amounts(down([Leveled(line, D(100), D(100))], "list_cost", "effective_cost")) == {
        Step.UNPRICED: D(-10)
    }
    free = replace(line, cost=ZERO)
    assert amounts(down([Leveled(free, D(100), D(100))], "list_cost", "effective_cost")) == {
        Step.NEGOTIATED: D(-100)
    }


def test_many_things_are_named_as_far_as_there_is_room_and_the_rest_is_counted() -> None:
    lines = tuple(use(f"sku-{n}", str(n), None) for n in range(1, 31))
    (part,) = between(Side((), 1), Side(lines, 1)).steps
    assert (len(part.dearest), part.others, part.rest) == (20, 10, D(55))


def test_a_bridge_whose_parts_do_not_sum_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="do not lead to 3"):
        bridged(D(1), D(3), [], [])
    with pytest.raises(ValueError, match="do not sum to 2"):
        Bridge(D(1), (Part(Step.NEW, D(2), ()),), D(3))
