"""Tags as exporters write them, read into one JSON object."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

_PAIR = re.compile(r"\s*([^=;:,]+?)\s*[=:]\s*([^;,]*?)\s*(?:[;,]|$)")


def read_object(text: str | None) -> dict[str, Any] | None:
    """The flat object that a text holds; None for none; `ValueError` when it cannot be read.

    Understands a JSON object, the same without braces, a list of {key, value} objects, a Python
    literal, and `key=value;key=value`.
    """
    stripped = (text or "").strip()
    if stripped in {"", "{}", "[]", "NULL", "null"}:
        return None
    for attempt in (_json, _json_without_braces, _literal, _pairs):
        found = attempt(stripped)
        if found is not None:
            return found or None
    message = f"neither a JSON object nor a key-value list: {stripped[:80]}"
    raise ValueError(message)


def _json(text: str) -> dict[str, Any] | None:
    try:
        return _as_object(json.loads(text))
    except ValueError:
        return None


def _json_without_braces(text: str) -> dict[str, Any] | None:
    return _json("{" + text + "}") if text.startswith('"') else None


def _literal(text: str) -> dict[str, Any] | None:
    try:
        return _as_object(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _as_object(found: object) -> dict[str, Any] | None:
    if isinstance(found, dict):
        return {str(key): _flat(value) for key, value in found.items()}
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        return {
            str(item.get("key", item.get("Key"))): _flat(item.get("value", item.get("Value")))
            for item in found
            if "key" in item or "Key" in item
        }
    return None


def _flat(value: object) -> object:
    simple = value is None or isinstance(value, str | int | float | bool)
    return value if simple else json.dumps(value, default=str, ensure_ascii=False)


def _pairs(text: str) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    position = 0
    while position < len(text):
        match = _PAIR.match(text, position)
        if match is None:
            return None
        found[match[1]] = match[2]
        position = match.end()
    return found
