"""Links to resources carry any id there is, and pages with keys of their own keep them."""

from __future__ import annotations

import posixpath
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.components.keyed_place import CHARGES, KeyedPlace
from finops_dash.components.resource_links import (
    RESOURCES,
    ids_named,
    resource_href,
    resource_link,
)
from finops_dash.domain.cost_query import LONGEST_VALUE, CostQuery, Order
from finops_dash.domain.period import Period

IDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)


@given(IDS)
@pytest.mark.parametrize(
    "extra", ["", ".", "..", "...", "%2E", "a/../b", "//x", 'q"<>?#&', "a b+c"]
)
def test_the_path_of_a_resource_names_its_id(extra: str, drawn: str) -> None:
    for name in (drawn, extra or "x"):
        path = urlsplit(resource_href(name)).path
        assert path.count("/") == 2
        assert posixpath.normpath(path) == path
        assert name in ids_named(path.removeprefix("/resources/"))


def test_an_id_that_no_link_can_carry_stays_words() -> None:
    for name in ("", "x" * (LONGEST_VALUE + 1), "nul\0"):
        assert resource_href(name) == ""
        assert type(resource_link("words", name)).__name__ == "Span"


def test_a_link_keeps_period_measure_and_currency_alone() -> None:
    query = CostQuery("list_cost", period=Period("mtd"), currency="EUR", order=Order.NAME)
    href = resource_href("i-1", query.where("service", "x"))
    assert href == "/resources/i-1?measure=list_cost&period=mtd&currency=EUR"


def test_a_page_keeps_its_own_keys_in_each_of_its_links() -> None:
    place = RESOURCES.at("search=team%3DPay+web&period=mtd")
    assert place.text("search") == "team=Pay web"
    query, notices = place.read("search=team%3DPay+web&period=mtd")
    assert (query.period, notices) == (Period("mtd"), ())
    assert place.href(query) == "/resources?period=mtd&search=team%3DPay%20web"
    assert place.at(place.href(query).partition("?")[2]) == place
    assert place.with_own(search="").href(CostQuery()) == "/resources"


@given(st.text(max_size=30) | st.none() | st.integers() | st.lists(st.text(max_size=5)))
def test_whatever_stands_for_a_url_is_a_page(source: object) -> None:
    place = CHARGES.at(source)  # type: ignore[arg-type] # what a browser may send
    assert isinstance(place, KeyedPlace)
    assert place.href(place.read(source)[0]).startswith("/charges")  # type: ignore[arg-type]


def test_parameters_count_as_their_text_does() -> None:
    given = {"columns": ["Tags", "InvoiceId"], "period": "mtd"}
    assert CHARGES.at(given).text("columns") == "InvoiceId"
    assert CHARGES.at("x" * 40_000).own == ()
    assert CHARGES.at("&".join(f"k{n}=v" for n in range(400))).own == ()
