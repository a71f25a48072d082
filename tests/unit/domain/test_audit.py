"""What is recorded is plain, bounded and no secret; a chain shows where it was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.people import somebody

from finops_dash.domain.audit import (
    COMMAND_LINE,
    NOBODY,
    Action,
    Actor,
    Change,
    SecretError,
    acting,
    acting_as,
    actor_of,
    bounded,
    plain,
)
from finops_dash.domain.audit_chain import (
    START,
    Anchor,
    AnchorError,
    Fault,
    Link,
    canonical_json,
    digest_of,
    moment,
    recanonical,
    walk,
)
from finops_dash.domain.scope import Scope

ANNA = somebody(Scope(1, "acme"), "anna")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


def chain(count: int) -> list[Link]:
    found, newest = [], START
    for number in range(1, count + 1):
        fields = (1, number, "0", "anna", "Anna", None, "", "view.saved", "view:x", None, "{}")
        newest = Anchor(number, digest_of(newest.digest, fields))
        found.append(Link(number, fields, newest.digest))
    return found


def fault_of(links: list[Link], anchor: Anchor | None = None) -> int | None:
    fault = walk(links, anchor).fault
    return fault and fault.event_no


@given(JSON)
def test_what_is_plain_is_written_and_read_again_as_the_same_text(value: object) -> None:
    text = canonical_json(plain(value))
    assert recanonical(json.dumps(json.loads(text), indent=1, ensure_ascii=False)) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1.50"), "1.50"), (1.5, "1.5"), (date(2026, 9, 3), "2026-09-03"),
        (2**70, str(2**70)),
        (datetime(2026, 9, 3, 2, tzinfo=timezone(timedelta(hours=2))), "2026-09-03T00:00:00+00:00"),
        (Action.VIEW_SAVED, "view.saved"), (True, True), (7, 7), (("a", None), ["a", None]),
        ("a\0b", "a�b"), ("\ud800", "?"), ("x" * 9000, "x" * 7999 + "…"),
    ],
)  # fmt: skip
def test_values_of_other_kinds_become_text(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert plain({"name": [value]}) == {"name": [expected]}


def test_long_lists_are_cut() -> None:
    assert plain(list(range(1000))) == list(range(200))


@pytest.mark.parametrize("name", ["token", "client_secret", "Password", "digest", "credentials"])
def test_nothing_with_the_name_of_a_secret_is_recorded(name: str) -> None:
    with pytest.raises(SecretError):
        plain({"connection": {name: "x"}})


def test_texts_are_cut_to_their_length() -> None:
    assert bounded("x" * 200) == "x" * 200
    assert bounded("x" * 201) == "x" * 199 + "…"


def test_a_change_between_values_holds_those_that_differ() -> None:
    change = Change.between(Action.VIEW_REWORDED, "view:x", {"a": 1, "b": 2}, {"a": 1, "b": 3})
    assert (change.before, change.after) == ({"b": 2}, {"b": 3})


def test_a_person_acts_in_the_session_that_is_theirs() -> None:
    theirs = Actor("anna", "Anna", 7, "abc")
    assert actor_of(ANNA) == Actor("anna", "Anna")
    with acting_as(theirs):
        assert actor_of(ANNA) == theirs
    with acting_as(replace(theirs, id="otto")):
        assert actor_of(ANNA) == Actor("anna", "Anna", None, "abc")


def test_nobody_acts_but_where_somebody_was_said_to() -> None:
    with acting_as(NOBODY):
        with acting_as(COMMAND_LINE):
            assert acting.get() == COMMAND_LINE
        assert acting.get() == NOBODY


def test_a_moment_is_the_same_in_every_zone_and_has_its_microseconds() -> None:
    at = datetime(2026, 9, 3, 12, 0, 0, 123456, UTC)
    assert moment(at) == moment(at.astimezone(timezone(timedelta(hours=-9)))) == "1788436800123456"


@pytest.mark.parametrize("text", ["1.0", "1e0", "true", '"1"', "null", "1" * 30, "1" * 5000])
def test_a_number_written_otherwise_is_another_value(text: str) -> None:
    assert recanonical(text) != recanonical("1")


def test_json_deeper_than_python_goes_is_another_value_and_no_error() -> None:
    deep = "[" * 200_000 + "]" * 200_000
    assert recanonical(deep) == deep


def test_a_whole_chain_has_no_fault_and_says_its_newest_event() -> None:
    links = chain(5)
    assert walk(links).newest == Anchor(5, links[-1].digest)
    assert walk(links).fault is None
    assert walk([]).newest == START


def test_an_anchor_of_any_age_fits_the_chain_that_grew_from_it() -> None:
    links = chain(5)
    anchors = [START, *(Anchor(link.event_no, link.digest) for link in links)]
    assert [fault_of(links, anchor) for anchor in anchors] == [None] * 6


def test_a_chain_that_was_cut_off_or_written_anew_does_not_fit_its_anchor() -> None:
    links = chain(5)
    anchor = Anchor(5, links[-1].digest)
    assert walk(links[:3]).fault is None
    assert walk(links[:3], anchor).fault == Fault(
        4, "it is missing, with all up to event 5, which the anchor knows"
    )
    assert fault_of(links, replace(anchor, digest="0" * 64)) == 5
    assert fault_of([], anchor) == 1


def test_an_event_that_is_missing_is_named_with_the_one_that_comes_next() -> None:
    links = chain(5)
    found = walk([*links[:2], *links[3:]])
    assert found.fault == Fault(3, "it is missing: event 4 comes next")
    assert found.newest == Anchor(2, links[1].digest)


@pytest.mark.parametrize("number", [0, -3])
def test_an_event_before_the_first_is_a_fault(number: int) -> None:
    assert fault_of([replace(chain(1)[0], event_no=number), *chain(3)]) == number


def test_an_anchor_prints_as_what_it_is_read_from() -> None:
    anchor = Anchor(12, "a" * 64)
    assert Anchor.parse(f" {anchor}\n") == anchor


@pytest.mark.parametrize("text", ["", "12", f"x:{'a' * 64}", "1:abc", f"-1:{'a' * 64}"])
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(AnchorError, match="is no anchor"):
        Anchor.parse(text)
