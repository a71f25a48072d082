"""How a question is shown, in a link and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.components.places import EXPLORER, read_explored
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.look import MOST_PARTS, Chart, Look, look_from_url

LOOKS = st.builds(
    Look, chart=st.sampled_from(Chart), top=st.integers(1, MOST_PARTS), cumulative=st.booleans()
)


@given(LOOKS)
def test_a_look_survives_the_way_to_a_link_and_back(look: Look) -> None:
    query = CostQuery(group_by=("service",), grain=Grain.DAY)
    href = EXPLORER.seen(look).href(query)
    assert read_explored(href.partition("?")[2]) == (query, look, ())


def test_the_usual_look_is_left_out_of_links() -> None:
    assert Look().to_url() == ""


@pytest.mark.parametrize("text", ["chart=pony", "top=0", "top=51", "top=²", "cumulative=1"])
def test_nonsense_becomes_a_notice_that_says_what_to_write(text: str) -> None:
    look, (notice,) = look_from_url(text)
    assert look == Look()
    assert text in notice.sentence()


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    query, look, _ = read_explored(text)
    assert (type(query), type(look)) == (CostQuery, Look)


def test_a_link_that_is_too_long_is_noticed_once() -> None:
    assert len(read_explored("chart=pie&filter=service:" + 40_000 * "x")[2]) == 1
