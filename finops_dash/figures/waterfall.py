"""A waterfall: from one total to another, what raises it rightwards, what lowers it leftwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from finops_dash.figures.base import (
    ACCENT,
    DOWN,
    PALE,
    UP,
    Figure,
    label,
    layout,
    names_axis,
    symbol,
)

ROOM_FOR_TEXT = 0.5  # of the span of all bars, for the amounts on the right
NARROW = 0.5  # steps that take less of the way from nothing than this are shown from near them
MARGIN = 0.12
NAME = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, what it adds (a total: is), that as text beside it and in full, its link."""

    name: str
    value: float
    text: str
    full: str
    link: str = ""


def waterfall(start: Bar, steps: Sequence[Bar], end: Bar, currency: str) -> Figure:
    """Horizontal, so that names and amounts have room on a phone: A on top, then each step, then B.

    `layout.meta.base` is where the axis begins; above 0 where the steps would be slivers otherwise.
    """
    bars = (start, *steps, end)
    levels = list(accumulate((start.value, *(bar.value for bar in steps))))
    low, high = _reach([*levels, end.value])
    names, places = [label(bar.name, NAME) for bar in bars], list(range(len(bars)))
    hover = [f"{name}<br><b>{bar.full}</b>" for name, bar in zip(names, bars, strict=True)]
    trace = {
        "type": "waterfall", "orientation": "h", "y": places,
        "x": [bar.value for bar in bars],
        "measure": ["absolute", *("relative" for _ in steps), "total"],
        "increasing": {"marker": {"color": UP}}, "decreasing": {"marker": {"color": DOWN}},
        "totals": {"marker": {"color": ACCENT}},
        "connector": {"line": {"color": PALE, "width": 1}, "mode": "between"},
        "hovertext": hover, "hoverinfo": "text", "textposition": "none",
        "customdata": [bar.link for bar in bars],
    }  # fmt: skip
    edge = high + ROOM_FOR_TEXT * (high - low)
    amounts = {
        "type": "scatter", "mode": "text", "x": [edge] * len(bars), "y": places,
        "text": [bar.text for bar in bars], "textposition": "middle left",
        "cliponaxis": False, "hoverinfo": "skip",
    }  # fmt: skip
    axes = layout(waterfallgap=0.38, margin={"l": 8, "r": 8, "t": 4, "b": 8}, meta={"base": low})
    axes["xaxis"] |= {"range": [low, edge], "tickprefix": symbol(currency), "tickformat": "~s",
                      "showgrid": True, "nticks": 5}  # fmt: skip
    # Names by place: two of them may read alike, and would be one bar.
    axes["yaxis"] = names_axis() | {"autorange": "reversed", "zeroline": False,
                                    "tickvals": places, "ticktext": names}  # fmt: skip
    return {"data": [trace, amounts], "layout": axes}


def _reach(levels: Sequence[float]) -> tuple[float, float]:
    """Where the axis begins and the bars end."""
    low, high = min(levels), max(levels)
    if low > 0 and high - low < NARROW * high:
        return low - max(MARGIN * (high - low), high / 1000), high
    if high < 0 and high - low < -NARROW * low:
        return low, high + max(MARGIN * (high - low), -low / 1000)
    return min(low, 0.0), max(high, 0.0) or 1.0
