"""What the PDF of a page says: numbers and tables in text, and what they are based on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from finops_dash.components.kpi_card import change_words, value_words
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import Notice
from finops_dash.services.freshness import Basis
from finops_dash.services.key_figures import KeyFigure


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure as text: its name, its value, how it changed, what it is."""

    label: str
    value: str
    change: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a caption; the last `numbers` columns hold numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a page says, as text; the pictures come from who sees it."""

    title: str
    question: str
    days: str
    currency: str
    figures: tuple[Figure, ...]
    table: Table | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Page:
    """How a page is read from its query string, and what is printed of what was read.

    `make` gives None for a tenant without data.
    """

    read: Callable[[str], tuple[Any, tuple[Notice, ...]]]
    make: Callable[[Scope, Any], Report | None]


def as_text(figure: KeyFigure, currency: str) -> Figure:
    """A key figure as its card says it."""
    value, change = value_words(figure, currency), change_words(figure, currency)[0]
    return Figure(figure.label, value, change, figure.sentence)
