"""Dashboards: what stands in their cards, what can be added, and what nonsense becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from support.answers import components, figures, links
from support.people import somebody
from support.visiting import Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.components.dashboard.templates import TEMPLATES, Template
from finops_dash.components.places import dashboard_of
from finops_dash.domain.dashboard import OWN_PERIODS, Card, Figure, Kind
from finops_dash.domain.saved_view import Link, SavedView, Visibility, Wording
from finops_dash.domain.scope import Scope

Visit = Callable[[Scope], Visitor]
SERVICES = "6x5:ask:By service?group_by=service"


def search_of(*cards: str, **query: str) -> str:
    """The query string of a dashboard of these cards."""
    return urlencode([*(("card", card) for card in cards), *query.items()])


def text(answer: Any) -> str:
    return json.dumps(answer.json, ensure_ascii=False)


def save(
    services: Services, who: Any, query: str, path: str = "/explorer", **more: Any
) -> SavedView:
    return services.views.save(who, Link(path, query), Wording("Ours", **more))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_card_of_a_template_is_drawn(analyst: Visitor, template: Template) -> None:
    for place, card in enumerate(template.cards):
        answer = analyst.card(card.text, "", place)
        assert answer.status_code == 200
        assert not failed(answer)
        shown = text(answer)
        assert "was left out" not in shown
        wanted = "kpi-value" if card.kind is Kind.FIGURE else "card-sentence"
        assert wanted in shown, card.text


def test_the_templates_are_offered_where_there_is_no_dashboard_yet(analyst: Visitor) -> None:
    shown = text(analyst.call("board.children", "", []))
    assert "None yet: begin with one of those below" in shown
    for template in TEMPLATES:
        assert json.dumps(dashboard_of(template.cards).href(OWN_PERIODS))[1:-1] in shown


def test_a_figure_of_the_board_is_that_of_the_overview(analyst: Visitor) -> None:
    def value(answer: Any) -> list[str]:
        return [
            part["props"]["children"]
            for part in components(answer.json)
            if part["props"].get("className") == "kpi-value"
        ]

    query = "period=last-30-days&compare=previous-period"
    shown = [
        found for answer in analyst.draw("/overview", query).values() for found in value(answer)
    ]
    cards = [value(analyst.card(f"3x2:figure:{name}"))[0] for name in Figure]
    assert sorted(cards) == sorted(shown)


def test_the_period_the_currency_and_the_filters_of_a_board_hold_in_its_cards(
    analyst: Visitor,
) -> None:
    answer = text(analyst.card(SERVICES, "period=last-month&currency=EUR"))
    assert "last month, in EUR" in answer
    filtered = text(analyst.card(SERVICES, "filter=provider:Microsoft"))
    assert "where Provider is Microsoft" in filtered
    assert "Amazon Elastic Compute Cloud" not in filtered


def test_a_saved_view_is_drawn_as_it_is_now(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    anna = somebody(demo, "analyst")
    view = save(services, anna, "group_by=region&chart=pie&period=last-7-days")
    card = f"6x6:view:{view.slug}"
    (figure,) = figures(analyst.card(card).json)
    assert figure["data"][0]["type"] == "pie"
    frames = text(analyst.call("board.children", search_of(card), None))
    assert '"data-name": "Ours"' in frames
    assert f"saved={view.slug}" in frames
    services.views.delete(anna, view.slug)
    assert "There is no such view" in text(analyst.card(card))
    assert "View not found" in text(analyst.call("board.children", search_of(card), None))


def test_a_private_view_of_somebody_else_stays_private(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    view = save(
        services, somebody(demo, "admin"), "filter=team:Secret", visibility=Visibility.PRIVATE
    )
    answer = text(analyst.card(f"6x6:view:{view.slug}"))
    assert "Secret" not in answer
    assert "There is no such view" in answer


def test_a_view_of_another_tenant_is_not_there(
    visit: Visit, services: Services, demo: Scope, scope: Scope
) -> None:
    view = save(services, somebody(scope), "filter=team:Secret", visibility=Visibility.TENANT)
    answer = text(visit(demo).card(f"6x6:view:{view.slug}"))
    assert "Secret" not in answer
    assert "There is no such view" in answer


def test_only_views_of_the_explorer_can_be_cards(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    view = save(services, somebody(demo, "analyst"), "map=weekday", "/heatmap")
    answer = text(analyst.card(f"6x6:view:{view.slug}"))
    assert "There is no such view" in answer
    bar = text(analyst.call("board-bar.children", search_of("3x2:figure:spend"), None))
    assert view.slug not in bar


def test_a_card_is_added_at_the_end_of_the_dashboard_as_it_was_arranged(analyst: Visitor) -> None:
    body = analyst.body("board-bar.children", search_of(SERVICES), search_of("3x2:figure:idle"))
    body["changedPropIds"] = ["board-arranged.data"]
    shown = analyst.post(body).json
    added = [parse_qs(urlsplit(href).query).get("card", []) for href in links(shown)]
    assert ["3x2:figure:idle", "3x2:figure:spend"] in added
    assert not any(SERVICES in cards for cards in added)


def test_a_full_dashboard_takes_no_more(analyst: Visitor) -> None:
    bar = text(analyst.call("board-bar.children", search_of(*["3x2:figure:spend"] * 24), None))
    assert "24 cards are as many as fit" in bar


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("3x2:figure:profit", "choose one of"),
        ("6x6:view:../../etc", "There is no such view"),
        (["x"], ""), (None, ""), (7, ""), ({"a": 1}, ""),
    ],
)  # fmt: skip
def test_a_strange_card_harms_nothing(analyst: Visitor, card: object, words: str) -> None:
    answer = analyst.card(card)
    assert answer.status_code == 200
    assert not failed(answer)
    assert words in text(answer)


def test_what_a_card_got_wrong_is_said_above_and_the_rest_of_it_is_drawn(analyst: Visitor) -> None:
    card = "6x6:ask:Ours?group_by=colour&period=last-7-days"
    shown = text(analyst.call("board-bar.children", search_of(card, SERVICES), None))
    assert "“group_by=colour” was left out" in shown
    assert "last 7 days" in text(analyst.card(card))


@pytest.mark.parametrize("place", [{}, [], None, {"a": 1}])
def test_a_card_at_no_place_is_refused(analyst: Visitor, place: object) -> None:
    assert analyst.card(SERVICES, "", place).status_code == 400


def test_a_title_is_a_text_and_its_link_one_of_ours(analyst: Visitor) -> None:
    card = Card(Kind.ASK, "<img src=x onerror=alert(1)>?group_by=service", 6, 5)
    shown = analyst.call("board.children", search_of(card.text), {}).json
    assert "<img src=x onerror=alert(1)>" in json.dumps(shown)
    assert all(href.startswith("/explorer?") for href in links(shown))


def test_no_two_components_of_a_dashboard_share_an_id(analyst: Visitor) -> None:
    template = TEMPLATES[0]
    search = dashboard_of(template.cards).href(OWN_PERIODS).partition("?")[2]
    parts = [analyst.call("board.children", search, None).json]
    parts += [analyst.card(card.text, "", place).json for place, card in enumerate(template.cards)]
    names = [
        json.dumps(part["props"]["id"], sort_keys=True)
        for part in components(parts)
        if "id" in part["props"]
    ]
    assert len(names) == len(set(names))
