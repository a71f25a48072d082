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
    sources = _sources(tuple(tags))
    return {name: _first_text(tags, keys) for name, keys in sources}


def _first_text(tags: dict[str, object], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = tags[key]
        if value is not None and (text := str(value).strip()):
            return text
    return None


@lru_cache(maxsize=4096)  # a bill has few sets of keys, again and again
def _sources(keys: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each owner with the keys that name it, the best first; of two spellings, the later."""
    plain = [(_IGNORED.sub("", key).lower(), key) for key in reversed(keys)]
    return tuple(
        (name, tuple(key for alias in aliases for word, key in plain if word == alias))
        for name, aliases in ALIASES.items()
    )
