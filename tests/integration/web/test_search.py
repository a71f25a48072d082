"""The search: pages, values and tags by a part of their name, each with a link that works."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from support.visiting import Visitor

from finops_dash.components.places import read_explored


def found(visitor: Visitor, text: str) -> list[dict[str, str]]:
    answer = visitor.get(f"/_search?q={quote(text)}")
    assert answer.status_code == 200
    listed: list[dict[str, str]] = answer.json["found"]
    return listed


def test_without_a_text_the_pages_are_found(analyst: Visitor) -> None:
    assert {"Overview", "Explorer"} <= {one["name"] for one in found(analyst, "")}
    assert {one["kind"] for one in found(analyst, "")} == {"Page"}


def test_values_are_found_whatever_the_case_and_lead_to_themselves(analyst: Visitor) -> None:
    listed = [one for one in found(analyst, "aMAzon") if one["kind"] == "Service"]
    assert 1 <= len(listed) <= 5
    for one in listed:
        query, _, notices = read_explored(one["href"].partition("?")[2])
        assert notices == ()
        assert query.narrowed == {"service": one["name"]}


def test_a_tag_leads_to_its_groups(analyst: Visitor) -> None:
    (tag,) = [
        one for one in found(analyst, "team") if (one["kind"], one["name"]) == ("Tag", "team")
    ]
    assert read_explored(tag["href"].partition("?")[2])[0].group_by == ("tag:team",)


@pytest.mark.parametrize("text", ["%", "\\", "'; DROP TABLE", "x" * 5000, "\u202e", "\x00"])
def test_any_text_is_searched_for(analyst: Visitor, text: str) -> None:
    assert isinstance(found(analyst, text), list)


def test_the_version_grows_with_the_data(analyst: Visitor) -> None:
    assert analyst.get("/_version").json["version"] >= 1


@pytest.mark.parametrize("path", ["/_search?q=a", "/_version"])
def test_nothing_is_found_by_strangers(stranger: Visitor, path: str) -> None:
    assert stranger.get(path).status_code == 401
