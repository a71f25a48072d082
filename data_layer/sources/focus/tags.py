"""Tags as exporters write them, read into one JSON object."""

from __future__ import annotations

import ast
import json
import re
from decimal import Decimal
from math import isfinite
from typing import Any

import orjson

_PLAIN = {str, bool, int, type(None)}  # floats may have lost digits
_PAIR = re.compile(r"\s*([^=;:,]+?)\s*[=:]\s*([^;,]*?)\s*(?:[;,]|$)")


def read_object(text: str | None) -> dict[str, Any] | None:
    """The flat object that a text holds; None for none; `ValueError` when it cannot be read.

    Understands a JSON object, the same without braces, a list of {key, value} objects, a Python
    literal, and `key=value;key=value`.
    """
    stripped = (text or "").strip()
    if stripped in {"", "{}", "[]", "NULL", "null"}:
        return None
    plain = _plain(stripped)
    if plain is not None:
        return plain
    for attempt in (_json, _json_without_braces, _literal, _pairs):
        found = attempt(stripped)
        if found is not None:
            return {_sound(key): _flat(value) for key, value in found.items()} or None
    message = f"neither a JSON object nor a key-value list: {stripped[:80]}"
    raise ValueError(message)


def _plain(text: str) -> dict[str, Any] | None:
    """The object of a JSON text that has nothing to mend, which is nearly every one."""
    if not text.isascii() or "\\" in text:
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    is_plain = isinstance(found, dict) and _PLAIN.issuperset(map(type, found.values()))
    return found or None if is_plain else None


def _json(text: str) -> dict[str, Any] | None:
    try:
        return _as_object(json.loads(text, parse_float=_number, parse_constant=str))
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> float | str:
    """The number, or its text where a float would lose digits of it."""
    number = float(text)
    return number if isfinite(number) and Decimal(repr(number)) == Decimal(text) else text


def _json_without_braces(text: str) -> dict[str, Any] | None:
    return _json("{" + text + "}") if text.startswith('"') else None


def _literal(text: str) -> dict[str, Any] | None:
    try:
        return _as_object(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _as_object(found: object) -> dict[str, Any] | None:
    if isinstance(found, dict):
        return {str(key): value for key, value in found.items()}
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        return {
            str(item.get("key", item.get("Key"))): item.get("value", item.get("Value"))
            for item in found
            if "key" in item or "Key" in item
        }
    return None


def _flat(value: object) -> object:
    """The value as a flat object may hold it: nested ones and numbers JSON lacks become text."""
    if isinstance(value, str):
        return _sound(value)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    return str(value) if isinstance(value, float) else _sound(_dumped(value))


def _dumped(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _sound(text: str) -> str:
    """The text with a mark for what the store cannot hold: halves of characters, and NUL."""
    if text.isascii() and "\0" not in text:
        return text
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    )


def _pairs(text: str) -> dict[str, Any] | None:
    """`key=value;key=value`, also in braces as Athena prints a map; no broken JSON."""
    inside = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    if inside.startswith(("{", "[", '"', "'")):
        return None
    found: dict[str, Any] = {}
    position = 0
    while position < len(inside):
        match = _PAIR.match(inside, position)
        if match is None:
            return None
        found[match[1]] = match[2]
        position = match.end()
    return found
