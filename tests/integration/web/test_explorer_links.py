"""Links of the explorer: each is its state, for everybody alike; hostile ones harm nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.answers import figures
from support.visiting import Visitor, failed

from data_layer.queries.cost import cost_by
from data_layer.queries.relations import rollup_for
from finops_dash.bootstrap import Services
from finops_dash.components.places import EXPLORER, read_explored
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.errors import QueryError
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope

MANY = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = ("provider", "sub_account", "service", "region", "team", "sku", "tag:team", "resource")
QUERIES = st.builds(
    CostQuery,
    measure=st.sampled_from(["effective_cost", "billed_cost", "effective_unit_price"]),
    group_by=st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple),
    filters=st.lists(
        st.builds(
            Filter,
            st.sampled_from(NAMES),
            st.lists(st.sampled_from(["AWS", "", "a|b:c,d~e\\", "Ü 100%"]), min_size=1).map(tuple),
            st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    period=st.sampled_from(["last-7-days", "mtd", "2026-10", "last-90-days"]).map(Period),
    grain=st.sampled_from([grain for grain in Grain if grain is not Grain.HOUR]),
    compare=st.sampled_from([*Compare, Period("last-month")]),
    currency=st.sampled_from([None, "USD"]),
)
LOOKS = st.builds(
    Look, chart=st.sampled_from(Chart), top=st.integers(1, 50), cumulative=st.booleans()
)
MARK = "zqxj"
HOSTILE = (
    f"'; DROP TABLE {MARK}--", f'{MARK}" OR 1=1', f"%{MARK}\\_%", f"\u202e{MARK}", f"{MARK}\x00",
    f"{MARK}' UNION SELECT 1", f"$1{MARK}", f"%(tenant_id)s{MARK}", f":{MARK}", f"{MARK}|~!|:",
    f"tag:{MARK}'", f"{{{MARK}}}", "9" * 400 + MARK, f"<script>{MARK}", f"%00{MARK}", f"\\{MARK}",
)  # fmt: skip
KEYS = ("measure", "group_by", "filter", "period", "grain", "compare", "currency", "as_of",
        "limit", "order", "chart", "top", "cumulative", MARK)  # fmt: skip


def test_200_links_open_to_their_state_and_give_it_back(
    visit: Callable[[Scope], Visitor], demo: Scope
) -> None:
    visitor = visit(demo)

    @MANY
    @given(QUERIES, LOOKS)
    def each(query: CostQuery, look: Look) -> None:
        search = EXPLORER.seen(look).href(query).partition("?")[2]
        assert read_explored(search) == (query, look, ())
        layout = visitor.layout("/explorer", f"?{search}" if search else "").json
        (stored,) = {
            part["props"]["data"]
            for part in _stores(layout)
            if part["props"].get("id") == "explorer-view"
        }
        assert read_explored(stored) == (query, look, ())

    each()


def _stores(found: object) -> list[dict[str, dict[str, str]]]:
    if isinstance(found, dict):
        inner = [part for value in found.values() for part in _stores(value)]
        return [found, *inner] if found.get("type") == "Store" else inner
    return [part for value in found for part in _stores(value)] if isinstance(found, list) else []


def test_a_picture_is_the_same_for_a_second_person(
    visit: Callable[[Scope], Visitor], demo: Scope
) -> None:
    first, second = visit(demo), visit(demo)
    second.sign_in("viewer")

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(QUERIES, LOOKS)
    def each(query: CostQuery, look: Look) -> None:
        search = EXPLORER.seen(look).href(query).partition("?")[2]
        drawn = first.draw("/explorer", search)
        assert not [output for output, answer in drawn.items() if failed(answer)], search
        for output, answer in second.draw("/explorer", search).items():
            assert figures(answer.json) == figures(drawn[output].json)
        assert first.rows(search) == second.rows(search)

    each()


def hostile_links(count: int) -> list[str]:
    """Links in which any key has any hostile value, some of them halfway right."""
    chosen = random.Random(7)  # noqa: S311 - the same links in each run
    halves = ("service:", "!provider:~", "tag:", "2026-10..", "last-", "", "day,", "effective_cost")

    def value() -> str:
        return chosen.choice(halves) + chosen.choice(HOSTILE)

    def link() -> str:
        pairs = [(chosen.choice(KEYS), value()) for _ in range(chosen.randint(1, 5))]
        return "&".join(f"{key}={chosen.choice((quote, str))(text)}" for key, text in pairs)

    return [link() for _ in range(count)]


def test_10000_hostile_links_are_read_and_bring_no_sql_of_theirs(services: Services) -> None:
    today = services.now().date()
    for text in hostile_links(10_000):
        query, _, notices = read_explored(text)
        assert all(notice.sentence() for notice in notices)
        try:
            days = query.period.resolve(today)
            statement = cost_by(query, rollup_for(query, days), 1, by_unit=False)
        except QueryError:
            continue
        assert MARK not in statement.text


@pytest.mark.parametrize("number", range(4))
def test_hostile_links_are_answered_by_every_callback(
    visit: Callable[[Scope], Visitor], demo: Scope, number: int
) -> None:
    visitor = visit(demo)
    for text in hostile_links(10_000)[number * 25 : number * 25 + 25]:
        for output, answer in visitor.draw("/explorer", text).items():
            assert answer.status_code == 200, (output, text)
            assert not failed(answer), (output, text)
        options = visitor.get(f"/_options/service?search={quote(MARK)}&{quote(text)}")
        assert options.status_code == 200


@pytest.mark.parametrize("name", ["nonsense", "day", "tag:", f"{MARK}'--", "a/b/c"])
def test_values_of_a_dimension_there_is_not_are_refused_in_words(
    analyst: Visitor, name: str
) -> None:
    answer = analyst.get(f"/_options/{quote(name, safe='')}")
    assert answer.status_code == 400
    assert name.removeprefix("tag:") in answer.json["error"]


def test_values_are_for_people_who_are_signed_in(stranger: Visitor) -> None:
    assert stranger.get("/_options/service").status_code == 401
