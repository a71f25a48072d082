"""Names that try to be markup, formulas or marks of our own are only ever names."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from support.answers import components, figures, links, words_of
from support.hostile import NAMES, write_hostile
from support.visiting import VIEWS, Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.components.places import EXPLORER, read_explored
from finops_dash.domain.cost_query import LONGEST_VALUE, CostQuery
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url, to_url

CUTS = ("service", "sub_account", "region", "team", "resource_name", "tag:%{x}")
ANSWER = "explorer-answer.children"
LINKABLE = [name for name in NAMES if len(name) <= LONGEST_VALUE]


@pytest.fixture(scope="module")
def hostile(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """A tenant whose every name is hostile, its own included."""
    slug = f"hostile-{uuid4().hex[:8]}"
    services.tenancy.create(slug, "<script>alert(1)</script>")
    scope = services.tenancy.scope(slug, "finops")
    bill = write_hostile(tmp_path_factory.mktemp("hostile"))
    services.ingestion.ingest(scope, [str(bill)])
    return scope


@pytest.fixture
def visitor(visit: Callable[[Scope], Visitor], hostile: Scope) -> Visitor:
    """Somebody of that tenant."""
    return visit(hostile)


def overview(visitor: Visitor, search: str = "") -> list[Any]:
    """What every callback of the overview answers."""
    found = visitor.draw("/overview", search)
    assert not [output for output, answer in found.items() if failed(answer)]
    return [answer.json for answer in found.values()]


def explored(visitor: Visitor, search: str) -> Any:
    answer = visitor.call(ANSWER, search)
    assert not failed(answer), search
    return answer.json


def drill_searches() -> list[str]:
    """The overview on each level of the drill-down."""
    return [
        "",
        "filter=provider:AWS",
        *(to_url(CostQuery().where("sub_account", n)) for n in LINKABLE),
    ]


def held(figure: dict[str, Any]) -> None:
    """The figure shows no markup, no template and no formula but its own."""
    for text in words_of(figure):
        bare = re.sub(r"%\{(?:x|y|z|text|label|value|customdata|percentRoot)[^}]*\}", "", text)
        assert not re.search(r"[<>&]|%\{|\$[^%,\d\s]", bare), text


@pytest.mark.parametrize("search", drill_searches()[:6])
def test_no_markup_reaches_a_figure_of_the_overview(visitor: Visitor, search: str) -> None:
    drawn = figures(overview(visitor, search))
    assert len(drawn) >= 4
    for figure in drawn:
        held(figure)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("grain", ["none", "day"])
def test_no_markup_reaches_a_figure_of_the_explorer(visitor: Visitor, cut: str, grain: str) -> None:
    asked = to_url(from_url({"group_by": cut, "grain": grain, "period": "last-90-days"})[0])
    (figure,) = figures(explored(visitor, asked))
    held(figure)


def test_every_link_leads_to_a_page_of_ours_that_understands_it(visitor: Visitor) -> None:
    found = [href for search in drill_searches() for href in links(overview(visitor, search))]
    assert len(set(found)) > len(LINKABLE)
    for href in found:
        assert href == "" or re.match(
            r"/(overview|explorer|export/(cost|charges)\.[a-z]+)(\?|$)", href
        ), href
        _, notices = from_url(
            href.partition("?")[2].replace("{row}", "x").replace("{column}", "2026-10")
        )
        assert not notices, href


def test_a_bar_leads_to_what_it_is_called(visitor: Visitor) -> None:
    (figure,) = figures(explored(visitor, "group_by=service&period=last-90-days"))
    (bar,) = figure["data"]
    led = [
        item.values
        for href in bar["customdata"]
        for item in read_explored(href.partition("?")[2])[0].filters
    ]
    assert len(led) >= 8
    assert {name for (name,) in led} <= {*LINKABLE, ""}


@pytest.mark.parametrize("name", LINKABLE)
def test_each_name_can_be_asked_for_and_is_found(visitor: Visitor, name: str) -> None:
    asked = CostQuery(group_by=("sub_account",)).where("service", name)
    rows = visitor.rows(EXPLORER.href(asked).partition("?")[2])
    assert [row["c0"] for row in rows] == [name]


def test_a_name_longer_than_any_link_is_shown_but_leads_nowhere(visitor: Visitor) -> None:
    (endless,) = set(NAMES) - set(LINKABLE)
    shown = overview(visitor, "filter=provider:AWS")
    assert endless[:20] in json.dumps(shown)
    assert not [href for href in links(shown) if endless[:2000] in href]


@pytest.mark.parametrize("name", LINKABLE)
def test_a_level_down_is_that_accounts_alone(
    visitor: Visitor, services: Services, hostile: Scope, name: str
) -> None:
    asked = from_url("filter=provider:AWS")[0].where("sub_account", name)
    today = services.now().date()
    view = services.overview.view(hostile, asked, today)
    assert view is not None
    level, answer = services.overview.drill(hostile, view)
    assert (level, [row["service"] for row in answer.rows]) == ("service", [name])
    shown = visitor.call("overview-drill.children", to_url(asked)).json
    crumbs = json.dumps([c for c in components(shown) if c["type"] == "Nav"], ensure_ascii=False)
    assert json.dumps(name, ensure_ascii=False)[1:-1] in crumbs


def test_a_page_carries_names_as_text_alone(visitor: Visitor) -> None:
    for path in VIEWS:
        page = visitor.layout(path).json
        assert not [c for c in components(page) if "dangerously" in json.dumps(c["props"])[:4000]]
        assert "<script>alert(1)</script>" in json.dumps(
            page
        )  # the tenant's name, a text of React's
    assert "<script>alert" not in visitor.get("/overview").text


def test_the_file_of_resources_holds_no_formula(visitor: Visitor) -> None:
    answer = visitor.call("overview-file.data", 1, "")
    content = answer.json["response"]["overview-file"]["data"]["content"]
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) > len(LINKABLE) / 2
    for *names, amount in rows[1:]:
        assert float(amount)
        assert not any(name.startswith(("=", "+", "-", "@")) for name in names)


def test_why_speaks_of_a_hostile_name_in_its_own_words(visitor: Visitor) -> None:
    for name in LINKABLE:
        query = to_url(CostQuery().where("service", name))
        answer = visitor.call(
            "..why-panel.is_open...why-body.children..", {"query": query, "at": 1}
        )
        assert not failed(answer)
        assert answer.json["response"]["why-panel"]["is_open"] is True
