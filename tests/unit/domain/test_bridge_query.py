"""The bridge's codec: canonical, total, and its own inverse."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.bridge_query import BridgeQuery, Way, read_bridge
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.cost_query import Compare, CostQuery, Filter
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import Period

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)
NAMES = st.sampled_from(["service", "team", "provider", "tag:a:b,c|d~e&f=g"])
FILTERS = st.lists(
    st.builds(
        Filter, NAMES, st.lists(TEXT, min_size=1, max_size=3).map(tuple), negated=st.booleans()
    ),
    max_size=3,
).map(tuple)
QUERIES = st.builds(
    CostQuery,
    measure=st.sampled_from(["effective_cost", "billed_cost"]),
    filters=FILTERS,
    period=st.sampled_from(["mtd", "last-month", "2026-10"]).map(Period),
    compare=st.sampled_from(Compare) | st.just(Period("2026-09")),
)
STEPS = st.none() | st.sampled_from(Step)
BRIDGES = st.one_of(
    st.builds(BridgeQuery, QUERIES, from_filters=FILTERS, step=STEPS),
    st.builds(
        BridgeQuery,
        QUERIES,
        from_measure=st.sampled_from(["list_cost", "contracted_cost"]),
        step=STEPS,
    ),
)
DEFAULT = CostQuery(period=Period("last-month"), compare=Compare.PREVIOUS_PERIOD)


@given(BRIDGES, st.sampled_from([CostQuery(), DEFAULT]))
def test_a_bridge_survives_the_way_to_a_url_and_back(
    bridge: BridgeQuery, default: CostQuery
) -> None:
    url = bridge.to_url(default)
    assert read_bridge(url, default) == (bridge, ())
    assert read_bridge("?" + url, default)[0].to_url(default) == url


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found, notices = read_bridge(text)
    assert isinstance(found, BridgeQuery)
    assert all(notice.sentence() for notice in notices)


@given(st.sampled_from(["from_measure", "from_filter", "step"]), TEXT.filter(bool))
def test_any_value_of_its_own_keys_is_read_or_noticed(key: str, value: str) -> None:
    found, notices = read_bridge({key: value})
    assert notices or read_bridge(found.to_url()) == (found, ())


@pytest.mark.parametrize(
    ("url", "key", "reason"),
    [
        ("from_measure=profit", "from_measure", "is none of"),
        ("from_measure=pricing_quantity", "from_measure", "is a quantity"),
        ("from_measure=effective_cost", "from_measure", "choose two"),
        ("from_measure=list_cost&from_filter=team:Core", "from_measure", "choose one of both"),
        ("from_filter=planet:Mars", "from_filter", "is none of"),
        ("step=sideways", "step", "choose one of days"),
        ("utm=x", "utm", "known keys are"),
    ],
)
def test_nonsense_becomes_a_notice_that_says_what_would_do(url: str, key: str, reason: str) -> None:
    (notice,) = read_bridge(url)[1]
    assert notice.key == key
    assert reason in notice.reason


def test_a_link_that_is_too_long_or_has_too_many_parts_is_left_out_whole() -> None:
    for text in ("step=rate&" + "a" * 40_000, "&".join(["step=rate"] * 300)):
        found, notices = read_bridge(text)
        assert found == BridgeQuery()
        assert [notice.key for notice in notices] == ["link"]


def test_what_differs_names_the_way() -> None:
    assert read_bridge("")[0].way is Way.PERIODS
    assert read_bridge("from_measure=list_cost")[0].way is Way.MEASURES
    assert read_bridge("filter=team:A&from_filter=team:B")[0].way is Way.FILTERS


def test_a_bridge_cannot_be_made_from_a_measure_to_itself() -> None:
    with suppress(QueryError):
        BridgeQuery(CostQuery(measure="list_cost"), from_measure="list_cost")
        pytest.fail("it was made")
