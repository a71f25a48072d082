"""Somebody signed in, as services ask who it is."""

from __future__ import annotations

from typing import Protocol

from finops_dash.domain.scope import Scope


class Person(Protocol):
    """Who asks: `id` is theirs for good, `name` is how others call them."""

    @property
    def id(self) -> str:
        """What their views, stars and notes are kept under."""
        ...

    @property
    def name(self) -> str:
        """Their name."""
        ...

    @property
    def scope(self) -> Scope:
        """Their tenant and role."""
        ...
