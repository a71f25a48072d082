"""Bars: parts of a whole, what went up and down, and any answer over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from finops_dash.figures.base import (
    DOWN,
    NO_SHADES,
    OTHERS,
    UP,
    Figure,
    Shades,
    colours,
    fold,
    layout,
    money,
    names_axis,
    symbol,
    unique_labels,
)

NAME, SHORT_NAME = 28, 22
ROOM_FOR_TEXT = 0.75  # of the span of all bars, for the amounts on the right
Href = Callable[[str], str]


def breakdown(
    sums: dict[str, Decimal], currency: str, href: Href | None = None, shades: Shades = NO_SHADES
) -> Figure:
    """Horizontal bars, dearest on top, the tenth and after folded into Others.

    `href` gives the link that a click on a name's bar follows.
    """
    parts = fold({name: float(value) for name, value in sums.items() if value})
    links = [(name, value, _link(name, href)) for name, value in parts.items()]
    return ranked(links, currency, known=shades)


def ranked(
    parts: Sequence[tuple[str, float | Decimal, str]],
    currency: str,
    *,
    share: bool = True,
    known: Shades = NO_SHADES,
) -> Figure:
    """Horizontal bars in the order given: each a name of its own, an amount, a click's link.

    With its `share` of the whole beside it, or the amount itself.
    """
    names, amounts, links = zip(*reversed(parts), strict=True) if parts else ((), (), ())
    values = [float(value) for value in amounts]
    labels = unique_labels(names, NAME)
    shades = colours(reversed(names), known)
    whole = sum(values) or 1
    bar = {
        "type": "bar", "orientation": "h", "y": [labels[name] for name in names], "x": values,
        "marker": {"color": [shades[name] for name in names], "cornerradius": 3},
        "text": [f"{v / whole:.0%}" if share else f"{v:,.4g}" for v in values],
        "textposition": "outside", "cliponaxis": False, "customdata": list(links),
        "hovertemplate": f"%{{y}}<br><b>{money(currency, 'x')}</b><extra></extra>",
    }  # fmt: skip
    axes = layout(margin={"l": 8, "r": 40, "t": 4, "b": 4}, bargap=0.28)
    axes["xaxis"] |= {"showticklabels": False, "showgrid": False}
    axes["yaxis"] = names_axis()
    return {"data": [bar], "layout": axes}


def _link(name: str, href: Href | None) -> str:
    return "" if href is None or name == OTHERS else href(name)


def movers(rows: list[dict[str, Any]], currency: str, href: Href, most: int = 8) -> Figure:
    """What went up (to the right) and down (to the left), the largest change on top."""
    shown = [row for row in rows if row["now"] != row["before"]][:most][::-1]
    change = [float(row["now"] - row["before"]) for row in shown]
    labels = unique_labels([row["service"] for row in shown], SHORT_NAME)
    low, high = min(0.0, *change, 0.0), max(0.0, *change, 0.0)
    end = high + ROOM_FOR_TEXT * (high - low)
    bar = {
        "type": "bar", "orientation": "h", "x": change,
        "y": [labels[row["service"]] for row in shown],
        "marker": {"color": [UP if value > 0 else DOWN for value in change], "cornerradius": 3},
        "customdata": [href(row["service"]) for row in shown],
        "hovertemplate": f"%{{y}}<br><b>{money(currency, 'x')}</b><extra></extra>",
    }  # fmt: skip
    amounts = {
        "type": "scatter", "mode": "text", "x": [end] * len(shown), "y": bar["y"],
        "text": [_signed(value, currency) for value in change], "textposition": "middle left",
        "cliponaxis": False, "hoverinfo": "skip",
    }  # fmt: skip
    axes = layout(bargap=0.32, margin={"l": 8, "r": 8, "t": 4, "b": 4})
    axes["xaxis"] |= {"range": [low, end], "showticklabels": False, "zeroline": True}
    axes["yaxis"] = names_axis()
    return {"data": [bar, amounts], "layout": axes}


def _signed(value: float, currency: str) -> str:
    size = abs(value)
    digits = f"{size / 1000:.1f}k" if size >= 10_000 else f"{size:,.0f}"  # noqa: PLR2004 - as cards do
    return f"{'▲ +' if value > 0 else '▼ −'}{symbol(currency)}{digits}"
