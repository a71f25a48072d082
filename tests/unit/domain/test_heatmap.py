"""The view of the heatmap page in its URL: what it says comes back, what it cannot is a notice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.heatmap import HeatView, Map, heat_from_url, heat_to_url
from finops_dash.domain.period import Period
from finops_dash.domain.url import KEYS, from_url

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1)
QUERIES = st.builds(
    lambda name, period, compare: CostQuery(period=Period(period), compare=compare).where(
        "service", name
    ),
    NAMES,
    st.sampled_from(["mtd", "last-7-days", "2026-10"]),
    st.sampled_from(Compare),
)


@given(QUERIES, st.sampled_from(Map))
def test_a_view_survives_the_way_to_a_url_and_back(query: CostQuery, shown: Map) -> None:
    view = HeatView(query, shown)
    assert heat_from_url(heat_to_url(view)) == (view, ())


@given(QUERIES, st.sampled_from(Map))
def test_a_page_may_have_defaults_of_its_own(query: CostQuery, shown: Map) -> None:
    own = CostQuery(compare=Compare.PREVIOUS_PERIOD, period=Period("mtd"))
    view = HeatView(query, shown)
    assert heat_from_url(heat_to_url(view, own), own) == (view, ())


def test_the_calendar_is_what_a_plain_address_shows() -> None:
    assert heat_to_url(HeatView()) == ""
    assert heat_from_url("")[0] == heat_from_url("map=")[0] == HeatView()


@given(NAMES.filter(lambda text: text not in list(Map)))
def test_a_picture_that_there_is_not_becomes_one_notice(text: str) -> None:
    view, notices = heat_from_url({"map": text, "period": "mtd"})
    assert view == HeatView(CostQuery(period=Period("mtd")))
    assert [(notice.key, notice.value) for notice in notices] == [("map", text)]
    assert "calendar, weekday, hour, service, account" in notices[0].sentence()


@pytest.mark.parametrize(
    "text",
    ["?map=hour&period=mtd", "period=mtd&map=hour", "%6Dap=hour&period=mtd",
     "map=calendar&map=hour&period=mtd"],
)  # fmt: skip
def test_the_key_stands_anywhere_and_the_last_one_counts(text: str) -> None:
    assert heat_from_url(text) == (HeatView(CostQuery(period=Period("mtd")), Map.HOUR), ())


@given(st.text(max_size=80) | st.lists(st.sampled_from([*KEYS, "map", "=", "&", "x"])).map("".join))
def test_any_text_is_a_view(text: str) -> None:
    view, notices = heat_from_url(text)
    assert isinstance(view, HeatView)
    assert all(notice.sentence() for notice in notices)


def test_what_else_is_wrong_is_noticed_as_everywhere() -> None:
    _, notices = heat_from_url("map=service&measure=love&utm_source=mail")
    assert set(notices) == set(from_url("measure=love&utm_source=mail")[1])
