"""A bill whose names try to be something else: markup, formulas, templates, marks of our own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from support.figures import HOSTILE
from support.focus import on, write_csv

NAMES = (
    *HOSTILE,
    "*",
    "constructor",
    "{row}{column}",
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "=1+1",
    "100%",
    "?a=b#c",
    "+ plus & minus",
)
LAST = date.today() - timedelta(days=1)  # noqa: DTZ011 - bills of these days, wherever the test runs


def write_hostile(folder: Path) -> Path:
    """A file with two days of charges under each name: as service, account, resource and tags."""
    rows = []
    for days_ago in (0, 1, 40):
        for number, name in enumerate(NAMES):
            named = {
                "ServiceName": name, "SubAccountId": name, "SubAccountName": name,
                "ResourceId": f"{name} {number}", "ResourceName": name, "RegionId": name,
                "Tags": _tags(name), "EffectiveCost": str(100 + number * (1 + days_ago)),
            }  # fmt: skip
            rows.append(on((LAST - timedelta(days=days_ago)).isoformat(), **named))
    return write_csv(folder / "hostile.csv", rows)


def _tags(name: str) -> str:
    import json

    return json.dumps({"team": name, name: name})
