"""The bridge's page: what it says is what the service found, and each state has its link."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from support.answers import components, figures, links
from support.visiting import Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.components.money import full
from finops_dash.components.places import BRIDGE
from finops_dash.domain.bridge_query import read_bridge
from finops_dash.domain.scope import Scope

ANSWER = "bridge-answer.children"


def shown(visitor: Visitor, link: str = "") -> dict[str, Any]:
    """The answer of the page's callback, by component."""
    response = visitor.call(ANSWER, link)
    assert response.status_code == 200
    assert not failed(response)
    found: dict[str, Any] = response.json["response"]
    return found


def text(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "from_measure=list_cost",
        "filter=environment:production&from_filter=environment:staging&period=mtd",
    ],
)
def test_the_waterfall_and_the_table_are_the_bridge_of_the_service(
    analyst: Visitor, services: Services, demo: Scope, link: str
) -> None:
    asked = read_bridge(f"{link}&currency=USD", BRIDGE.default)[0]
    found = services.bridge.of(demo, asked, services.now().date())
    assert found is not None
    answer = shown(analyst, link)["bridge-answer"]
    (figure,) = figures(answer)
    bridge = found.bridge
    amounts = [bridge.start, *(part.amount for part in bridge.steps), bridge.end]
    assert figure["data"][0]["x"] == [float(amount) for amount in amounts]
    assert all(full(amount, "USD") in text(answer) for amount in (bridge.start, bridge.end))
    (exact,) = [
        json.loads(item["props"]["data-table"])["rows"]
        for item in components(answer)
        if "data-table" in item["props"]
    ]
    numbers = [Decimal(row[1]) for row in exact]
    assert sum(numbers[:-1]) == numbers[-1] == bridge.end


def test_a_step_leads_to_its_things_which_sum_to_it(analyst: Visitor) -> None:
    (figure,) = figures(shown(analyst)["bridge-answer"])
    names = figure["layout"]["yaxis"]["ticktext"]
    (volume,) = [
        link
        for name, link in zip(names, figure["data"][0]["customdata"], strict=True)
        if name == "Volume"
    ]
    assert volume == "/bridge?currency=USD&step=volume"
    assert "Volume: what it is made of" in text(shown(analyst, "step=volume"))
    assert "Volume: what it is made of" not in text(shown(analyst, "step=credits"))


def test_every_link_of_the_page_is_a_state_that_can_be_read(analyst: Visitor) -> None:
    for link in (
        "",
        "from_measure=list_cost",
        "filter=environment:production&from_filter=environment:staging",
    ):
        for found in links(shown(analyst, link)):
            if found.startswith("/bridge"):
                query = found.partition("?")[2]
                assert read_bridge(query, BRIDGE.default)[1] == (), found


def test_choosing_the_measure_that_it_leads_from_turns_the_bridge_round(analyst: Visitor) -> None:
    found = links(shown(analyst, "from_measure=list_cost")["bridge-bar"])
    assert "/bridge?measure=list_cost&currency=USD&from_measure=effective_cost" in found


@pytest.mark.parametrize(
    ("link", "notice"),
    [
        ("from_measure=profit", "from_measure=profit” was left out"),
        ("from_filter=planet:Mars", "from_filter=planet:Mars” was left out"),
        ("step=sideways", "step=sideways” was left out"),
        ("step=unused", "Unused moves nothing here"),
        ("compare=none", "choose a comparison"),
        ("compare=1999-01", "too late to compare"),
        ("compare=all", "choose a month"),
        ("measure=pricing_quantity", "choose a cost"),
        ("from_measure=list_cost&from_filter=team:Core", "choose one of both"),
        ("filter=service:nobody", "No cost for this filter and period"),
    ],
)
def test_nonsense_is_said_and_the_controls_stay(analyst: Visitor, link: str, notice: str) -> None:
    answer = shown(analyst, link)
    assert notice in text(answer["bridge-answer"])
    assert "Two periods" in text(answer["bridge-bar"])


def test_a_view_of_anything_is_answered(analyst: Visitor) -> None:
    for view in (None, 7, ["a"], {"b": 1}):
        assert not failed(analyst.call(ANSWER, view))


def test_other_currencies_are_named_and_can_be_chosen(analyst: Visitor) -> None:
    assert "without what is billed in EUR" in text(shown(analyst)["bridge-bar"])
    assert "€" in text(shown(analyst, "currency=EUR")["bridge-answer"])


Visit = Callable[[Scope], Visitor]


def test_asking_for_anothers_names_finds_nothing(visit: Visit, scope: Scope, demo: Scope) -> None:
    assert "No cost for this filter and period" in text(shown(visit(scope)))
    assert "From $" in text(shown(visit(demo)))
