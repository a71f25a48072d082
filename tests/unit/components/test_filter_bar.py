"""The filter bar: each choice is a link that changes one thing and keeps the rest."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.markup import classed, kind, links, words

from finops_dash.components.filter_bar import COMPARISONS, PRESETS, SHOWN_MEASURES, filter_bar
from finops_dash.components.places import EXPLORER, OVERVIEW, Place
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.period import Period

TODAY = date(2026, 11, 24)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)
NARROWED = CostQuery(
    measure="billed_cost",
    group_by=("service",),
    filters=(
        Filter("service", ("Amazon EC2", "a|b:c,d~e\\")),
        Filter("provider", ("",), negated=True),
    ),
    period=Period("2026-10"),
    grain=Grain.DAY,
    compare=Compare.NONE,
    currency="USD",
    limit=5,
)


def bar(
    query: CostQuery, currencies: tuple[str, ...] = ("EUR", "USD"), place: Place = EXPLORER
) -> Any:
    return filter_bar(place, query, currencies, TODAY)


def differing(one: CostQuery, other: CostQuery) -> set[str]:
    return {f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)}


@pytest.mark.parametrize("place", [EXPLORER, OVERVIEW])
def test_each_choice_changes_one_thing_alone(place: Place) -> None:
    found = kind(classed(bar(NARROWED, place=place), "menu-list"), "A")
    assert len(found) == len(PRESETS) + len(SHOWN_MEASURES) + len(COMPARISONS) + 2
    for link in found:
        chosen, notices = place.read(link.href.partition("?")[2])
        assert link.href.startswith(place.path)
        assert not notices
        assert len(differing(chosen, NARROWED)) <= 1


def test_each_menu_marks_what_is_chosen() -> None:
    menus = kind(bar(replace(NARROWED, period=Period("mtd"))), "Details")
    marked = [
        words(link.children)
        for menu in menus
        for link in kind(menu, "A")
        if getattr(link, "aria-current", None)
    ]
    assert marked == ["Month to date", "Billed cost", "No comparison", "USD"]


def test_a_menu_says_what_it_is_and_what_it_stands_at() -> None:
    names = [getattr(item, "aria-label") for item in kind(bar(NARROWED), "Summary")]
    assert names == [
        "Period: 1–31 Oct 2026", "Measure: Billed cost", "Compare: No comparison", "Currency: USD",
    ]  # fmt: skip


def test_choices_replace_the_url_so_that_back_leaves_the_page() -> None:
    assert {getattr(link, "data-view") for link in kind(bar(NARROWED), "A")} == {"replace"}


def test_a_pill_takes_its_own_filter_away() -> None:
    pills = classed(bar(NARROWED), "pill")
    assert [words(pill) for pill in pills] == [
        "Provider is not empty ×", "Service is Amazon EC2 or a|b:c,d~e\\ ×",
    ]  # fmt: skip
    for pill, item in zip(pills, NARROWED.filters, strict=True):
        (link,) = kind(pill, "A")
        left, _ = EXPLORER.read(link.href.partition("?")[2])
        assert left == replace(NARROWED, filters=tuple(f for f in NARROWED.filters if f != item))
        assert getattr(link, "aria-label").startswith("Remove the filter: ")


@given(TEXT, TEXT.filter(bool))
def test_links_keep_any_value_and_tag(value: str, key: str) -> None:
    query = CostQuery(filters=(Filter("service", (value,)), Filter(f"tag:{key}", (value,))))
    for address in links(classed(bar(query), "menu-list")).values():
        assert EXPLORER.read(address.partition("?")[2])[0].filters == query.filters


def test_currencies_are_offered_only_where_there_are_several() -> None:
    assert "Currency" not in words(bar(NARROWED, ("USD",)))
    assert "without what is billed in EUR, JPY" in words(bar(NARROWED, ("EUR", "JPY", "USD")))
    assert "without" not in words(bar(replace(NARROWED, currency=None)))


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("2026-10-03..2026-10-17", "2026-10-03", "2026-10-17"),
        ("last-7-days", "2026-11-17", "2026-11-23"),
        ("2026-11", "2026-11-01", "2026-11-24"),
        ("all", "1990-01-01", "2026-11-24"),
    ],
)
def test_the_custom_range_shows_the_days_in_force(token: str, first: str, last: str) -> None:
    (picker,) = kind(bar(CostQuery(period=Period(token))), "DatePickerRange")
    assert (picker.start_date, picker.end_date) == (first, last)


def test_the_days_meant_are_written_out() -> None:
    assert "17–23 Nov 2026, UTC" in words(bar(CostQuery(period=Period("last-7-days"))))
