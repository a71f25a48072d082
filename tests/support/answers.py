"""What a callback answered, as JSON: its components, figures and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from support.figures import texts


def components(shown: Any) -> Iterator[dict[str, Any]]:
    """Every component of an answer."""
    if isinstance(shown, dict):
        if "namespace" in shown and "props" in shown:
            yield shown
        for item in shown.values():
            yield from components(item)
    elif isinstance(shown, list):
        for item in shown:
            yield from components(item)


def figures(shown: Any) -> list[dict[str, Any]]:
    """Every figure of an answer."""
    return [item["props"]["figure"] for item in components(shown) if item["type"] == "Graph"]


def links(shown: Any) -> list[str]:
    """Every address that an answer leads to: of links, and of parts of figures."""
    found = [item["props"]["href"] for item in components(shown) if "href" in item["props"]]
    parts = [
        part for figure in figures(shown) for trace in figure["data"] for part in _parts(trace)
    ]
    return [*found, *parts]


def _parts(trace: dict[str, Any]) -> list[str]:
    data = trace.get("customdata") or []
    return [part for part in data if isinstance(part, str) and part.startswith("/")]


def words_of(figure: dict[str, Any]) -> list[str]:
    """What a figure shows in words, without the templates' own marks."""
    found = []
    for text in texts({key: figure[key] for key in ("data", "layout")}):
        plain = text
        for mark in ("<br>", "<b>", "</b>", "<extra></extra>"):
            plain = plain.replace(mark, " ")
        found.append(plain)
    return found
