"""Which tag keys name an owner, whatever their spelling.

A key is compared without case, spaces, `_`, `-`, `.`, `:` and `/`, so `Cost-Center`,
`cost_center` and `CostCenter` are one.
"""

from __future__ import annotations

import re

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
    plain = {_IGNORED.sub("", key).lower(): value for key, value in tags.items()}
    return {name: _first(plain, keys) for name, keys in ALIASES.items()}


def _first(tags: dict[str, object], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = tags.get(key)
        if value is not None and str(value).strip():
            return str(value).strip()
    return None
