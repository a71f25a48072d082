"""Any link to a page gives the page: what it got wrong becomes notices, never a failure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.visiting import VIEWS, Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.domain.bridge_query import OWN
from finops_dash.domain.registry import DIMENSIONS, MEASURES
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import KEYS

ONCE = [HealthCheck.function_scoped_fixture]
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.sampled_from([*DIMENSIONS, "tag:team", "tag:", "nothing", ""])
PERIODS = (
    "last-7-days", "mtd", "ytd", "all", "2026-10", "2026-13", "today", "1990-01-01..2199-12-31",
    "2026-10-09..2026-10-03", "last-0-days", "last-9999-days", "2199-12", "last-year",
)  # fmt: skip
WORDS = (
    *MEASURES,
    "day",
    "week",
    "previous-year",
    "previous-period",
    "USD",
    "usd",
    "1",
    "-value",
    "hour",
    "weekday",
    "service",
    "account",
)
LISTS = st.lists(NAMES, max_size=4).map(",".join)
FILTERS = st.tuples(NAMES, st.lists(TEXT | st.sampled_from(["AWS", "~a", "!"]), max_size=3)).map(
    lambda pair: f"{pair[0]}:{'|'.join(pair[1])}"
)
VALUES = TEXT | st.sampled_from(WORDS) | st.sampled_from(PERIODS) | LISTS | FILTERS
LINKS = st.lists(
    st.tuples(
        st.sampled_from([*KEYS, *OWN, "filter", "card", "utm_source", "", "path", "self", "map"])
        | TEXT,
        VALUES,
    ),
    max_size=6,
)


def encoded(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(key)}={quote(value)}" for key, value in pairs)


def stores(layout: object) -> Iterator[dict[str, object]]:
    """Every store of a layout."""
    if isinstance(layout, dict):
        if layout.get("type") == "Store":
            yield layout["props"]
        for item in layout.values():
            yield from stores(item)
    elif isinstance(layout, list):
        for item in layout:
            yield from stores(item)


@pytest.mark.parametrize("path", VIEWS)
@settings(max_examples=100, suppress_health_check=ONCE)
@given(pairs=LINKS)
@example(pairs=[("pathname_", "x"), ("search_", "y")])
@example(pairs=[("period", "all")])
@example(pairs=[("filter", "service:" + "x" * 40_000)])
@example(pairs=[(f"k{n}", "v") for n in range(500)])
@example(pairs=[("filter", "service:a")] * 120)
def test_any_link_gives_the_page(analyst: Visitor, path: str, pairs: list[tuple[str, str]]) -> None:
    response = analyst.layout(path, f"?{encoded(pairs)}" if pairs else "")
    assert response.status_code == 200
    assert not failed(response)
    assert VIEWS[path] in response.text


@pytest.mark.parametrize(
    ("path", "count"),
    [
        *(("/overview", 20), ("/explorer", 30), ("/bridge", 30), ("/heatmap", 30)),
        *(("/multicloud", 20), ("/charges", 30), ("/resources", 30), ("/dashboard", 30)),
    ],
)
def test_what_a_page_makes_of_a_link_is_drawn_by_every_callback(
    analyst: Visitor, path: str, count: int
) -> None:
    @settings(max_examples=count)
    @given(LINKS)
    def each_link(pairs: list[tuple[str, str]]) -> None:
        layout = analyst.layout(path, f"?{encoded(pairs)}").json
        (view,) = [store for store in stores(layout) if store.get("id") == VIEWS[path]]
        for output, response in analyst.draw(path, str(view["data"])).items():
            assert response.status_code == 200, output
            assert not failed(response), (output, pairs)

    each_link()


def test_all_stored_days_are_those_there_are(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    fresh = services.freshness.of(demo)
    assert fresh.first_day is not None
    shown = analyst.draw("/overview", "period=all")
    assert not any(failed(answer) for answer in shown.values())
    (money,) = (answer.text for output, answer in shown.items() if "overview-spent" in output)
    assert f"{fresh.first_day.day} {fresh.first_day:%b} – " in json.dumps(
        json.loads(money), ensure_ascii=False
    )


@pytest.mark.parametrize("path", VIEWS)
def test_nonsense_in_a_link_becomes_notices(analyst: Visitor, path: str) -> None:
    link = "period=sometime&measure=love&filter=colour:red&currency=gold&utm_source=mail"
    page = analyst.layout(path, f"?{link}").json
    drawn = [response.json for response in analyst.draw(path, link).values()]
    shown = json.dumps([page, drawn], ensure_ascii=False)
    for part in link.split("&"):
        assert f"“{part}” was left out" in shown


@pytest.mark.parametrize("path", ["/nowhere", "/overview/x", "/not-found-404", "/%2e%2e"])
def test_an_address_that_leads_nowhere_says_so(analyst: Visitor, path: str) -> None:
    response = analyst.layout(path)
    assert response.status_code == 200
    assert "There is no page at this address" in response.text


def test_the_same_link_shows_two_people_the_same(
    analyst: Visitor, visit: Callable[[Scope], Visitor], demo: Scope
) -> None:
    other = visit(demo)
    link = "period=last-7-days&measure=list_cost&compare=previous-year"
    mine, theirs = analyst.draw("/overview", link), other.draw("/overview", link)
    assert not any(failed(answer) for answer in mine.values())
    assert {name: answer.json for name, answer in mine.items()} == {
        name: answer.json for name, answer in theirs.items()
    }


@pytest.mark.parametrize("what", ["cost", "charges"])
@settings(max_examples=60, suppress_health_check=ONCE)
@given(pairs=LINKS)
@example(pairs=[("period", "all"), ("group_by", "tag:a/b,resource")])
@example(pairs=[("filter", "service:~%_\\|'")])
@example(pairs=[("filter", '!tag:%(x)s %s:a\'); --|{b}|"c"')])
def test_any_query_is_a_file_or_a_sentence_why_not(
    analyst: Visitor, what: str, pairs: list[tuple[str, str]]
) -> None:
    response = analyst.get(f"/export/{what}.csv?{encoded(pairs)}")
    with response:
        refused = response.status_code in {400, 409, 413, 422}
        assert refused or response.status_code == 200
        assert response.mimetype == ("text/plain" if refused else "text/csv")
        assert response.get_data(as_text=True).strip("\ufeff")
