"""Which tag keys name an owner, whatever their spelling.

A key is compared without case, spaces, `_`, `-`, `.`, `:` and `/`, so `Cost-Center`,
`cost_center` and `CostCenter` are one.
"""

from __future__ import annotations

import re
from functools import lru_cache

ALIASES = {
    "cost_center": ("costcenter", "costcentre", "costcentercode", "costcentrecode"),
    "team": ("team", "owner", "ownerteam", "teamname", "squad"),
    "project": ("project", "projectname", "application", "app"),
    "environment": ("environment", "env", "stage"),
}
_IGNORED = re.compile(r"[\s_\-.:/]")


def owner_tags(tags: dict[str, object]) -> dict[str, str | None]:
    """The cost centre, team, project and environment that tags name; None for those they do not.

    Where several keys would do, the first in the order of `ALIASES` that has a value counts.
    """
    found: dict[str, str | None] = dict.fromkeys(ALIASES)
    ranks: dict[str, int] = {}
    for key, value in tags.items():
        meaning = _meaning(key)
        if meaning is None or value is None:
            continue
        (name, rank), text = meaning, str(value).strip()
        if text and rank <= ranks.get(name, rank):
            found[name], ranks[name] = text, rank
    return found


@lru_cache(maxsize=4096)  # a bill has few keys, again and again
def _meaning(key: str) -> tuple[str, int] | None:
    """The owner a key names, and the key's place among its aliases."""
    plain = _IGNORED.sub("", key).lower()
    for name, keys in ALIASES.items():
        if plain in keys:
            return name, keys.index(plain)
    return None
