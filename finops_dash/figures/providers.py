"""Providers beside one another: by category, by region, by month, by unit price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

from finops_dash.figures.base import Figure, label, layout, money, names_axis, symbol

ROOM_FOR_TEXT = 1.4  # times the longest bar, for the amounts behind the bars
SYMBOLS = ("circle-open", "diamond-open", "square-open", "triangle-up-open", "x-open")
TICKS = (  # of multiples on a logarithmic axis, up to where each reaches
    (2, (1, 1.25, 1.5, 2)),
    (6, (1, 1.5, 2.5, 5)),
    (1000, (1, 3, 10, 30, 100, 300)),
)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as pictures show it."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount of one provider on one row, how it is written, and where a click leads."""

    row: str
    value: float
    words: str
    href: str = ""


def grouped(
    rows: Sequence[str], bars: Sequence[tuple[Provider, Sequence[Bar]]], unit: str
) -> Figure:
    """Rows from the top down, on each a bar per provider, the first on top."""
    data = [
        {
            "type": "bar", "orientation": "h", "name": label(provider.name),
            "y": [bar.row for bar in theirs], "x": [bar.value for bar in theirs],
            "customdata": [bar.href for bar in theirs], "text": [bar.words for bar in theirs],
            "textposition": "outside", "cliponaxis": False,
            "marker": {"color": provider.colour, "cornerradius": 3},
            "hovertemplate": f"%{{y}}<br>{label(provider.name)}: <b>{money(unit, 'x')}</b>"
            "<extra></extra>",
        }
        for provider, theirs in bars
    ]  # fmt: skip
    values = [bar.value for _, theirs in bars for bar in theirs]
    ends = [ROOM_FOR_TEXT * end for end in (min([0.0, *values]), max([0.0, *values]))]
    axes = layout(barmode="group", bargap=0.25, bargroupgap=0.06, hovermode="closest")
    axes["xaxis"] |= {"showticklabels": False, "range": ends}
    axes["yaxis"] = {
        **names_axis(), "type": "category", "autorange": "reversed",
        "categoryorder": "array", "categoryarray": list(rows),
    }  # fmt: skip
    return {"data": data, "layout": axes}


def lines(courses: Sequence[tuple[Provider, Mapping[str, float]]], unit: str | None) -> Figure:
    """A line per provider over months: amounts, or, without a unit, an index of 100."""
    amount = money(unit, "y") if unit is not None else "%{y:,.1f}"
    data = [
        {
            "type": "scatter", "mode": "lines+markers", "name": label(provider.name),
            "x": list(months), "y": list(months.values()),
            "line": {"color": provider.colour, "width": 2, "dash": "solid"},
            "marker": {"color": provider.colour, "size": 5},
            "hovertemplate": f"{label(provider.name)}: {amount}<extra></extra>",
        }
        for provider, months in courses
    ]  # fmt: skip
    axes = layout(hovermode="x unified")
    axes["xaxis"] |= {"type": "date", "hoverformat": "%B %Y"}
    if unit is None:
        axes["yaxis"] |= {"tickformat": ",.0f"}
        axes["shapes"] = [{
            "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 100, "y1": 100,
            "line": {"color": "#7A869A", "width": 1, "dash": "dot"}, "layer": "below",
        }]  # fmt: skip
    else:
        axes["yaxis"] |= {"tickprefix": symbol(unit), "rangemode": "tozero"}
    return {"data": data, "layout": axes}


@dataclass(frozen=True, slots=True)
class Dot:
    """A provider's price of a thing, as a multiple of the cheapest, and how it is written."""

    row: str
    times: float
    words: str
    href: str = ""


def prices(rows: Sequence[str], dots: Sequence[tuple[Provider, Sequence[Dot]]]) -> Figure:
    """Things from the top down, on each a dot per provider: how many times the cheapest it asks."""
    every = [dot for _, theirs in dots for dot in theirs]
    data: list[Figure] = [_span(row, [dot.times for dot in every if dot.row == row])
                          for row in rows]  # fmt: skip
    data += [
        {
            "type": "scatter", "mode": "markers", "name": label(provider.name),
            "x": [dot.times for dot in theirs], "y": [dot.row for dot in theirs],
            "customdata": [dot.href for dot in theirs],
            "text": [label(dot.words, 80) for dot in theirs],
            "marker": {
                "color": provider.colour, "size": 12, "symbol": SYMBOLS[number % len(SYMBOLS)],
                "line": {"width": 3, "color": provider.colour},
            },
            "hovertemplate": f"%{{y}}<br>{label(provider.name)}: <b>%{{text}}</b><extra></extra>",
        }
        for number, (provider, theirs) in enumerate(dots)
    ]  # fmt: skip
    axes = layout(hovermode="closest", margin={"l": 8, "r": 16, "t": 4, "b": 8})
    highest = max((dot.times for dot in every), default=1.0)
    ticks = next((ticks for end, ticks in TICKS if highest <= end), TICKS[-1][1])
    axes["xaxis"] |= {
        "type": "log", "showgrid": True, "range": [log10(0.95), log10(max(1.2, highest) * 1.08)],
        "tickvals": list(ticks), "ticktext": [f"{tick} ×" for tick in ticks],
    }  # fmt: skip
    axes["yaxis"] = {
        **names_axis(), "type": "category", "autorange": "reversed",
        "categoryorder": "array", "categoryarray": list(rows),
    }  # fmt: skip
    return {"data": data, "layout": axes}


def _span(row: str, times: Sequence[float]) -> Figure:
    """A line from the cheapest to the dearest."""
    return {
        "type": "scatter", "mode": "lines", "x": [min(times), max(times)], "y": [row, row],
        "line": {"color": "rgba(122,134,154,0.5)", "width": 3}, "hoverinfo": "skip",
    }  # fmt: skip
