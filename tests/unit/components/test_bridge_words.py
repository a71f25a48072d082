"""A bridge in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finops_dash.analytics.bridge import Amount, Contribution, Thing
from finops_dash.components.bridge.controls import between_values, href, place_for
from finops_dash.components.bridge.words import (
    TOGETHER,
    arrowed,
    brief,
    name_of,
    percent,
    place_of,
    unbroken,
    way_of,
)
from finops_dash.domain.bridge_query import BridgeQuery
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.cost_query import CostQuery, Filter

D = Decimal
THING = Thing("AWS", "EC2", "m5", "eu-west-1", "2000", "Dynamic", "Hours", account_name="Team")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.5", "$0.50"), ("881.70", "$882"), ("-881.70", "−$882"), ("4574.93", "$4.57k"),
        ("-4574.93", "−$4.57k"), ("17596", "$17.6k"), ("1361768", "$1.36M"),
    ],
)  # fmt: skip
def test_amounts_beside_bars_are_brief_and_rounded(amount: str, text: str) -> None:
    assert brief(D(amount), "USD") == text


def test_yen_have_no_cents_to_lose() -> None:
    assert brief(D(882), "JPY") == "¥882"


def test_a_change_is_told_by_arrow_sign_and_share() -> None:
    assert arrowed(D("1234.5"), "USD") == "▲\u00a0+$1,234.50"
    assert arrowed(D(-2), "USD") == "▼\u00a0−$2.00"
    assert arrowed(D(0), "USD") == "–"
    assert percent(D(-1), D(8)) == "−12.5\u00a0%"
    assert percent(D(1), D(0)) == "–"


def test_no_line_ends_inside_a_negative_amount() -> None:
    assert unbroken("to −$2") == f"to −{TOGETHER}$2"


def test_a_thing_is_named_by_what_and_where_it_is() -> None:
    assert name_of(THING) == "EC2 · m5"
    assert place_of(THING) == "eu-west-1 · Team · Dynamic"
    assert name_of(Thing("AWS", "EC2", charge="Used", commitment="sp-1")) == "sp-1, use it covers"
    assert (name_of(Thing()), place_of(Thing())) == ("No service", "")


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step.VOLUME, "10 → 2,500 Hours"), (Step.RATE, "USD 0.3 → USD 0.2 per Hours"),
        (Step.NEW, "$3.00 → $500.00"),
    ],
)  # fmt: skip
def test_what_a_thing_was_and_is_depends_on_the_step(step: Step, text: str) -> None:
    was, now = Amount(D(3), D(10)), Amount(D(500), D(2500))
    assert way_of(Contribution(step, THING, D(1), was, now), "USD") == text


def test_a_unit_that_is_a_number_of_something_is_multiplied() -> None:
    thing = Thing(unit="1000 Requests")
    item = Contribution(Step.VOLUME, thing, D(1), Amount(D(1), D(2)), Amount(D(1)))
    assert way_of(item, "USD") == "2 → – × 1000 Requests"


def test_links_keep_what_a_is_and_turn_round_at_its_own_measure() -> None:
    place = place_for(BridgeQuery(from_measure="list_cost", step=Step.UNUSED))
    assert place.href(CostQuery(measure="billed_cost")).endswith("from_measure=list_cost")
    assert "from_measure=effective_cost" in place.href(CostQuery(measure="list_cost"))
    assert "step" not in place.href(CostQuery())


def test_two_values_of_a_dimension_leave_the_other_filters_on_both_sides() -> None:
    kept, gone = Filter("team", ("Core",)), Filter("region", ("x",))
    asked = BridgeQuery(CostQuery(filters=(kept, gone)))
    found = between_values(asked, "region", "a", "b")
    assert found.from_filters == (Filter("region", ("a",)), kept)
    assert found.query.filters == (Filter("region", ("b",)), kept)
    assert "from_filter=region:a&from_filter=team:Core" in href(found)
