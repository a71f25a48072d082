"""Units are the same however they are spelt, and never where they only look alike."""

from __future__ import annotations

import pytest

from finops_dash.domain.units import unit_key

SAME = [
    ("Hours", "hours", "Hour", "1 Hour", "Hrs", "hr", " Hours "),
    ("GB-Months", "GB-Month", "GB Months", "GB/Month", "GB-Mo", "GB per Month"),
    ("vCore-Hours", "vCore Hours", "vcore-hour"),
    ("1000000 Requests", "1000000 Request"),
]
APART = [
    "Hours", "100 Hours", "GB", "Gb", "GiB", "MB", "GB-Months", "GiB-Months", "GB-Hours",
    "1000000 Requests", "10000 Requests", "Requests", "vCore-Hours", "Core-Seconds",
]  # fmt: skip


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_of_one_unit_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({unit_key(spelling) for spelling in spellings}) == 1


def test_units_that_differ_have_keys_of_their_own() -> None:
    keys = [unit_key(unit) for unit in APART]
    assert None not in keys
    assert len(set(keys)) == len(APART)


@pytest.mark.parametrize("unit", ["Units", "units", "1", "10000", "Count", "", " ", "-", "each"])
def test_a_unit_that_says_nothing_has_no_key(unit: str) -> None:
    assert unit_key(unit) is None
