"""The codec: canonical, total, and its own inverse."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain, Order
from finops_dash.domain.period import Period
from finops_dash.domain.registry import DIMENSIONS, MEASURES
from finops_dash.domain.url import from_url, to_url

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)
KEY = TEXT.filter(bool)
NAMES = st.sampled_from(sorted(DIMENSIONS)) | KEY.map(lambda key: "tag:" + key)
PERIODS = st.one_of(
    st.sampled_from(["mtd", "qtd", "ytd", "fytd", "last-month", "all", "last-7-days", "2026-Q3"]),
    st.integers(1, 999).map(lambda n: f"last-{n}-days"),
    st.dates(date(2000, 1, 1), date(2040, 1, 1)).map(lambda day: day.isoformat()),
).map(Period.parse) | st.tuples(
    st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.dates(date(2020, 1, 1), date(2027, 1, 1))
).map(lambda days: Period.between(*days))


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    contains = draw(st.booleans())
    values = draw(st.lists(KEY if contains else TEXT, min_size=1, max_size=4))
    return Filter(draw(NAMES), tuple(values), draw(st.booleans()), contains)


QUERIES = st.builds(
    CostQuery,
    measure=st.sampled_from(sorted(MEASURES)),
    group_by=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    filters=st.lists(filters(), max_size=4).map(tuple),
    period=PERIODS,
    grain=st.sampled_from(Grain),
    compare=st.sampled_from(Compare) | PERIODS,
    currency=st.none() | st.sampled_from(["USD", "EUR", "JPY"]),
    as_of=st.none()
    | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    limit=st.none() | st.integers(1, 1000),
    order=st.sampled_from(Order),
)


@given(QUERIES)
def test_a_query_survives_the_way_to_a_url_and_back(query: CostQuery) -> None:
    assert from_url(to_url(query)) == (query, ())


@given(QUERIES, st.sampled_from(Compare), st.sampled_from(["mtd", "last-30-days"]))
def test_a_page_may_have_defaults_of_its_own(
    query: CostQuery, compare: Compare, period: str
) -> None:
    own = CostQuery(compare=compare, period=Period(period))
    assert from_url(to_url(query, own), own) == (query, ())
    assert to_url(own, own) == ""


@given(QUERIES)
def test_a_url_is_canonical(query: CostQuery) -> None:
    url = to_url(query)
    assert to_url(from_url("?" + url)[0]) == url


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    query, notices = from_url(text)
    assert isinstance(query, CostQuery)
    assert all(notice.sentence() for notice in notices)


@given(st.sampled_from(["filter", "period", "limit", "as_of", "group_by", "order"]), TEXT)
def test_any_value_of_a_known_key_is_read_or_noticed(key: str, value: str) -> None:
    query, notices = from_url({key: value})
    assert notices or from_url(to_url(query))[0] == query


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("measure=profit", "is none of effective_cost"),
        ("utm=x", "known keys are"),
        ("period=2026-13", "use last-30-days"),
        ("filter=service", "write dimension:value"),
        ("filter=drop table:x", "is none of"),
        ("limit=0", "between 1 and"),
        ("limit=many", "whole number"),
        ("grain=fortnight", "choose one of"),
        ("as_of=yesterday", "write a time"),
        ("currency=Euro", "ISO 4217"),
        ("group_by=service,service", "different dimensions"),
        ("filter=service:~", "contains needs a text"),
    ],
)
def test_nonsense_becomes_a_notice_that_says_what_would_do(url: str, reason: str) -> None:
    query, notices = from_url(url)
    assert query == CostQuery()
    assert reason in notices[0].sentence()


def test_a_link_that_is_too_long_or_has_too_many_parts_is_left_out_whole() -> None:
    assert "longer" in from_url("a" * 40_000)[1][0].reason
    assert "too many" in from_url("&".join(["a=1"] * 300))[1][0].reason
    assert "too many filters" in from_url("&".join(["filter=service:a"] * 60))[1][-1].reason


def test_a_link_as_a_person_writes_it() -> None:
    query, notices = from_url(
        "measure=billed_cost&group_by=service&filter=service:Amazon EC2|AWS Lambda"
        "&filter=!team:&filter=tag:aws\\:createdBy:~bot&period=2026-10-01..2026-10-31"
    )
    assert notices == ()
    assert query.period == Period("2026-10")
    assert Filter("service", ("AWS Lambda", "Amazon EC2")) in query.filters
    assert Filter("team", ("",), negated=True) in query.filters
    assert Filter("tag:aws:createdBy", ("bot",), contains=True) in query.filters
    assert query.sentence() == (
        "Billed cost by service, 1–31 Oct 2026, where Service is AWS Lambda or Amazon EC2 and "
        "Tag aws:createdBy contains bot and Team is not empty"
    )
