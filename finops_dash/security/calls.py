"""The shape of Dash's calls: what its renderer sends, and nothing that Dash would break on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

DEEPEST = 64
_WILDCARDS = ('["ALL"]', '["MATCH"]', '["ALLSMALLER"]')


def flaw(body: object, callbacks: Mapping[str, Mapping[str, Any]]) -> str | None:
    """What is wrong with the body of a call, in words; None for one that a callback can take."""
    if not isinstance(body, dict) or _depth(body) > DEEPEST:
        return "The body is not the call of a callback."
    output = body.get("output")
    known = callbacks.get(output) if isinstance(output, str) else None
    if known is None or "callback" not in known:  # one of the browser's has none
        return "There is no such callback."
    if not _names(output, body.get("outputs")):
        return "The outputs do not fit the callback."
    for name in ("inputs", "state"):
        if not _fit(body.get(name, []), known.get(name, [])):
            return f"The {name} do not fit the callback."
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(name, str) for name in changed):
        return "What changed is not a list of names."
    return None


def _depth(value: object) -> int:
    """How deeply the value is nested, up to one more than anything of ours is."""
    level: list[object] = [value]
    for depth in range(DEEPEST + 1):
        inner = [item for item in level if isinstance(item, dict | list)]
        if not inner:
            return depth
        level = [part for i in inner for part in (i.values() if isinstance(i, dict) else i)]
    return DEEPEST + 1


def _names(output: object, given: object) -> bool:
    """Whether the outputs given are those that the callback's name lists."""
    if isinstance(given, dict):
        return _key(given) == output
    if not isinstance(given, list) or not given or not all(isinstance(i, dict) for i in given):
        return False
    return f"..{'...'.join(_key(item) for item in given)}.." == output


def _fit(given: object, wanted: Sequence[Mapping[str, str]]) -> bool:
    return (
        isinstance(given, list)
        and len(given) == len(wanted)
        and all(_fits(one, other) for one, other in zip(given, wanted, strict=True))
    )


def _fits(given: object, wanted: Mapping[str, str]) -> bool:
    """Whether an input is the one wanted; where that is a pattern, a list of any that match it."""
    if not any(mark in wanted["id"] for mark in _WILDCARDS):
        return isinstance(given, dict) and _key(given) == f"{wanted['id']}.{wanted['property']}"
    members = given if isinstance(given, list) else [given]
    keys = set(json.loads(wanted["id"]))
    return all(
        isinstance(member, dict)
        and isinstance(member.get("id"), dict)
        and set(member["id"]) == keys
        and member.get("property") == wanted["property"]
        for member in members
    )


def _key(item: Mapping[str, Any]) -> str:
    """The `id.property` of an input or output, as Dash writes it."""
    identity = item.get("id")
    if isinstance(identity, dict):
        identity = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return f"{identity}.{item.get('property')}"
