"""What a person can go to by name: values of dimensions, and keys of tags."""

from __future__ import annotations

from dataclasses import dataclass

from finops_dash.domain.cost_query import can_be_asked_for
from finops_dash.domain.registry import TAG, find_dimension
from finops_dash.domain.scope import Scope
from finops_dash.services.cost import CostReader

SEARCHED = ("provider", "billing_account", "sub_account", "service", "region", "team", "project")
MOST_OF_A_KIND, MOST_READ = 5, 5000


@dataclass(frozen=True, slots=True)
class Found:
    """A value of a dimension; or, without a value, a dimension to group by."""

    dimension: str
    value: str | None

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return find_dimension(self.dimension).label if self.value is not None else "Tag"

    @property
    def name(self) -> str:
        """What it is called."""
        return self.dimension.removeprefix(TAG) if self.value is None else self.value


class SearchService:
    """Finds what is named like what somebody types."""

    def __init__(self, cost: CostReader) -> None:
        """Reads values through the cost reader, so under the same scope and cache."""
        self._cost = cost

    def find(self, scope: Scope, text: str) -> tuple[Found, ...]:
        """The values and tag keys that contain the text, whatever the case: some of each kind.

        Those that begin with it come first; nothing for no text.
        """
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        found = [
            Found(name, value)
            for name in SEARCHED
            for value in _best(wanted, self._cost.values(scope, name, MOST_READ))
        ]
        tags = _best(wanted, self._cost.tag_keys(scope))
        return (*found, *(Found(f"{TAG}{key}", None) for key in tags))


def _best(wanted: str, values: tuple[str, ...]) -> list[str]:
    matching = [v for v in values if wanted in v.casefold() and can_be_asked_for(v)]
    return sorted(matching, key=lambda v: not v.casefold().startswith(wanted))[:MOST_OF_A_KIND]
