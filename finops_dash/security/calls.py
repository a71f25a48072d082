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
    name = body.get("output")
    output = name if isinstance(name, str) else ""
    known = callbacks.get(output)
    if known is None or "callback" not in known:  # one of the browser's has none
        return "There is no such callback."
    if not _names(output, body.get("outputs")):
        return "The outputs do not fit the callback."
    for part in ("inputs", "state"):
        if not _fit(body.get(part, []), known.get(part, [])):
            return f"The {part} do not fit the callback."
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


def _names(output: str, given: object) -> bool:
    """Whether the outputs given are those that the callback's name lists."""
    are_several = output.startswith("..")
    wanted = output[2:-2].split("...") if are_several else [output]
    told = given if are_several else [given]
    return (
        isinstance(told, list)
        and len(told) == len(wanted)
        and all(_is(item, *name.rsplit(".", 1)) for item, name in zip(told, wanted, strict=True))
    )


def _fit(given: object, wanted: Sequence[Mapping[str, str]]) -> bool:
    return (
        isinstance(given, list)
        and len(given) == len(wanted)
        and all(_fits(one, other) for one, other in zip(given, wanted, strict=True))
    )


def _fits(given: object, wanted: Mapping[str, str]) -> bool:
    """Whether an input is the one wanted; where that is a pattern, a list of any that match it."""
    is_pattern = any(mark in wanted["id"] for mark in _WILDCARDS)
    members = given if is_pattern and isinstance(given, list) else [given]
    return all(_is(member, wanted["id"], wanted["property"]) for member in members)


def _is(given: object, identity: str, name: str) -> bool:
    """Whether that is the property of the component, or of one that matches the pattern."""
    if not isinstance(given, dict) or given.get("property") != name:
        return False
    if not any(mark in identity for mark in _WILDCARDS):
        return _key(given.get("id")) == identity
    own, wanted = given.get("id"), json.loads(identity)
    return (
        isinstance(own, dict)
        and set(own) == set(wanted)
        and all(_one(own[key], value) for key, value in wanted.items())
    )


def _one(own: object, wanted: object) -> bool:
    """Whether a part of an identity is what the pattern has there, or may stand for it."""
    return isinstance(own, str | int | float) if isinstance(wanted, list) else own == wanted


def _key(identity: object) -> object:
    """An identity as Dash writes it in the name of a callback."""
    if isinstance(identity, dict):
        return json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return identity
