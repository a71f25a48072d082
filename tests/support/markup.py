"""Component trees as tests read them: every component, its words, its links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def walk(shown: Any) -> Iterator[Component]:
    """The component and everything in it, in the order of the page."""
    if isinstance(shown, list | tuple):
        for item in shown:
            yield from walk(item)
    elif isinstance(shown, Component):
        yield shown
        yield from walk(getattr(shown, "children", None))


def kind(shown: Any, *names: str) -> list[Component]:
    """The components of these types: `kind(card, "A", "Link")`."""
    return [item for item in walk(shown) if type(item).__name__ in names]


def classed(shown: Any, name: str) -> list[Component]:
    """The components with that class."""
    return [item for item in walk(shown) if name in (getattr(item, "className", "") or "").split()]


def words(shown: Any) -> str:
    """All text, as one line."""
    return " ".join(_texts(shown)).strip()


def links(shown: Any) -> dict[str, str]:
    """Every link's address by its words."""
    return {words(item.children): item.href for item in kind(shown, "A", "Link")}


def _texts(shown: Any) -> Iterator[str]:
    if isinstance(shown, str | int | float):
        yield str(shown)
    elif isinstance(shown, list | tuple):
        for item in shown:
            yield from _texts(item)
    elif isinstance(shown, Component):
        yield from _texts(getattr(shown, "children", None))
