"""A search finds what every one of its words speaks of, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.services.resource_index import (
    MOST_TERMS,
    Placing,
    ResourceIndex,
    index_of,
    placing_of,
    terms_of,
)

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


def placing(**tags: Any) -> Placing:
    row = dict.fromkeys(
        ("service_name", "billing_account_id", "sub_account_id", "sub_account_name", "region_id")
    )
    return placing_of({**row, "provider_name": "AWS", "tags": tags})


def row(name: str, key: int = 1, title: str | None = None, month: int = 10) -> dict[str, Any]:
    return {
        "resource_id": name, "resource_name": title, "resource_type": None, "cost_key": key,
        "last_month": date(2026, month, 1),
    }  # fmt: skip


@pytest.fixture(scope="module")
def index() -> ResourceIndex:
    placings = {1: placing(team="Core Platform", env="prod"), 2: placing(Team="Web", n=7)}
    rows = [
        row("i-1", 1, "Machine One"), row("i-2", 2, "machine two"), row("arn:x/ÄÖ=1", 2),
        row("moved", 1, "old name", 9), row("moved", 2, "new name", 10),
        row("line\nbreak", 1), row("of a later load", 99),
    ]  # fmt: skip
    return index_of(rows, placings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("i-1", {"i-1"}),
        ("MACHINE", {"i-1", "i-2"}),
        ("machine core", {"i-1"}),
        ("core platform", {"i-1", "moved", "line\nbreak"}),
        ("team=core", {"i-1", "moved", "line\nbreak"}),
        ("TEAM=", {"i-1", "i-2", "arn:x/ÄÖ=1", "moved", "line\nbreak"}),
        ("team=platform", set()),
        ("eam=web", set()),
        ("n=7", {"i-2", "arn:x/ÄÖ=1", "moved"}),
        ("öÖ", set()),
        ("äö=1", {"arn:x/ÄÖ=1"}),
        ("old", {"moved"}),
        ("break", {"line\nbreak"}),
        ("team", set()),
        ("%", set()),
        ("", set()),
        ("later", set()),
    ],
)
def test_words_are_found_in_ids_names_and_tags(
    index: ResourceIndex, text: str, found: set[str]
) -> None:
    assert index.search(text) == found


def test_a_resource_is_shown_as_its_last_month_has_it(index: ResourceIndex) -> None:
    moved = index.by_id["moved"]
    assert (moved.name, moved.names) == ("new name", ("new name", "old name"))
    assert moved.placing.tags == (("Team", "Web"), ("n", "7"))
    assert index.by_id["arn:x/ÄÖ=1"].title == "arn:x/ÄÖ=1"


def test_a_long_search_counts_its_first_words_alone() -> None:
    assert len(terms_of(" ".join(str(n) for n in range(99)))) == MOST_TERMS


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert index_of([], {}).search("x") == set()


@given(
    names=st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT, TEXT), max_size=8),
    searched=TEXT | st.sampled_from(["a=", "=", "\x1f", "\n", "a b"]),
)
def test_a_search_finds_what_looking_at_each_would(
    names: list[tuple[str, str, str, str]], searched: str
) -> None:
    rows, placings, said = [], {}, {}
    for number, (name, title, key, value) in enumerate(names):
        if any(row["resource_id"] == name for row in rows):
            continue
        placings[number] = placing(**{key: value}) if key else placing()
        rows.append(row(name, number, title))
        pair = [f"{key}={value}"] if key else []
        said[name] = ([name, title, value if key else ""], pair)
    clean = lambda text: text.casefold().replace("\n", " ").replace("\x1f", " ")  # noqa: E731
    terms = terms_of(searched)
    wanted = {
        name
        for name, (texts, pairs) in said.items()
        if terms
        and all(
            any(term in clean(text) for text in texts)
            or ("=" in term and any(clean(pair).startswith(term) for pair in pairs))
            for term in terms
        )
    }
    assert index_of(rows, placings).search(searched) == wanted
