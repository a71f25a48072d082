"""Owners are found under whatever name a tag has for them."""

from __future__ import annotations

import pytest

from finops_dash.domain.tag_aliases import ALIASES, owner_tags


@pytest.mark.parametrize(
    ("tags", "owners"),
    [
        ({}, {}),
        ({"Cost-Center": "CC-1", "ENV": "prod"}, {"cost_center": "CC-1", "environment": "prod"}),
        ({"owner": "one", "team": "two"}, {"team": "two"}),
        ({"team": " ", "squad": "three", "owner": None}, {"team": "three"}),
        ({"Team": "earlier", "team": "later"}, {"team": "later"}),
        ({"Team": "earlier", "team": ""}, {"team": "earlier"}),
        ({"app": 7}, {"project": "7"}),
    ],
)
def test_the_best_key_that_has_a_value_names_the_owner(
    tags: dict[str, object], owners: dict[str, str]
) -> None:
    assert owner_tags(tags) == dict.fromkeys(ALIASES) | owners
