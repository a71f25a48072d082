"""What tests of figures share: names, amounts and days of every kind, and Plotly's schema."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from plotly.graph_objects import Figure as PlotlyFigure

FIRST = date(2026, 9, 28)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<a href='https://evil.example'>free credit</a>",
    "%{x}",
    r"$\frac{1}{0}$",
    "&lt;b&gt;",
    "\u202eecivres\u202c",
    "x" * 10_240,
    "👩‍🚀 rockets",
    "a|b:c\\d,e~f",
    'say "hello"',
    "Others",
    "–",
    " spaces \n and\tlines ",
)
NAMES = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=60
)
AMOUNTS = st.decimals(
    -(10**12), 10**12, allow_nan=False, allow_infinity=False, places=4
) | st.sampled_from([Decimal(0), Decimal("0.0001"), Decimal("1e15"), Decimal(-12)])
SUMS = st.dictionaries(NAMES, AMOUNTS, max_size=25)
DAYS = st.integers(0, 40)


def day(number: int) -> str:
    """A day of the pictures' time, as answers write it."""
    return (FIRST + timedelta(number)).isoformat()


def rows_of(cells: dict[tuple[int, str], Decimal]) -> list[dict[str, Any]]:
    """The rows of an answer by day and service, in order of time."""
    found = [
        {"day": day(number), "service": name, "effective_cost": value}
        for (number, name), value in cells.items()
    ]
    return sorted(found, key=lambda row: row["day"])


CELLS = st.dictionaries(st.tuples(DAYS, NAMES), AMOUNTS, max_size=40)


def held_to_plotly(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure, once Plotly's own schema has taken every word of it."""
    PlotlyFigure(figure)
    return figure


def texts(value: Any) -> list[str]:
    """Every text anywhere in a figure but the links and the rows that only scripts read."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        inner = [item for key, item in value.items() if key not in {"customdata", "meta"}]
        return [text for item in inner for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return []
