"""Any question over time: stacked bars or areas, lines, and the period before as a dotted line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate

from finops_dash.domain.look import Chart
from finops_dash.figures.base import (
    GREY,
    OTHERS,
    Figure,
    Shades,
    colours,
    layout,
    money,
    symbol,
    unique_labels,
)

NAME = 48
Amounts = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the picture: its name, its amounts per step of time, and where a click leads."""

    name: str
    amounts: Amounts
    href: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """What is drawn: the steps of time, the parts, what was before; from `partial` on not whole.

    `shades` are the colours that parts have on every page.
    """

    buckets: Sequence[str]
    parts: Sequence[Line]
    unit: str
    before: Amounts | None = None
    partial: str | None = None
    grain: str = "day"
    shades: Shades = field(default_factory=dict)


def over_time(lines: Lines, chart: Chart, *, cumulative: bool = False) -> Figure:
    """The picture; `cumulative` adds each part up from the first step to the last."""
    names = [part.name for part in lines.parts]
    shades, labels = colours(names, lines.shades), unique_labels(names, NAME)
    draw = _TRACES.get(chart, _bar)
    data = []
    for part in lines.parts:
        values = _values(part.amounts, cumulative=cumulative)
        trace = draw(lines, values, shades[part.name])
        told = f"{labels[part.name]}: {money(lines.unit, 'y')}<extra></extra>"
        data.append({**trace, "name": labels[part.name], "hovertemplate": told})
        if part.href:
            data[-1]["meta"] = {"href": part.href}
    if lines.before is not None:
        data.append(_before(lines, _values(lines.before, cumulative=cumulative)))
    axes = layout(barmode="relative", bargap=0.25, hovermode="x unified")
    axes["yaxis"]["tickprefix"] = symbol(lines.unit)
    axes["xaxis"] |= _time_axis(lines)
    return {"data": data, "layout": axes}


_HOVER = {"hour": "%a %-d %b %Y, %H:00", "month": "%B %Y"}
_TICK = {"day": "%-d %b", "week": "%-d %b", "month": "%b\n%Y"}
MOST_TICKS = 14


def _time_axis(lines: Lines) -> Figure:
    """An axis of dates; of few steps each has its name, for Plotly would name moments between."""
    if lines.grain == "quarter":
        return {"type": "category"}
    axis: Figure = {"type": "date", "hoverformat": _HOVER.get(lines.grain, "%a %-d %b %Y")}
    if lines.grain in _TICK and len(lines.buckets) <= MOST_TICKS:
        axis |= {"tickvals": list(lines.buckets), "tickformat": _TICK[lines.grain]}
    return axis


def _values(amounts: Amounts, *, cumulative: bool) -> list[float | None]:
    if cumulative:
        return [float(amount) for amount in accumulate(a or Decimal(0) for a in amounts)]
    return [None if amount is None else float(amount) for amount in amounts]


def _bar(lines: Lines, values: list[float | None], colour: str) -> Figure:
    marker: Figure = {"color": colour}
    if lines.partial is not None:
        hatched = ["/" if bucket >= lines.partial else "" for bucket in lines.buckets]
        marker["pattern"] = {"shape": hatched} if any(hatched) else {}
    return {"type": "bar", "x": list(lines.buckets), "y": values, "marker": marker}


def _line(lines: Lines, values: list[float | None], colour: str) -> Figure:
    return {
        "type": "scatter", "mode": "lines", "x": list(lines.buckets), "y": values,
        "line": {"color": colour, "width": 2, "dash": "solid"},
    }  # fmt: skip


def _area(lines: Lines, values: list[float | None], colour: str) -> Figure:
    drawn = _line(lines, values, colour)
    return {**drawn, "stackgroup": "all", "line": {"color": colour, "width": 1, "dash": "solid"}}


_TRACES: dict[Chart, Callable[[Lines, list[float | None], str], Figure]] = {
    Chart.BAR: _bar,
    Chart.LINE: _line,
    Chart.AREA: _area,
}


def _before(lines: Lines, values: list[float | None]) -> Figure:
    return {
        "type": "scatter", "mode": "lines", "name": "Before", "x": list(lines.buckets), "y": values,
        "line": {"color": GREY, "width": 2, "dash": "dot"},
        "hovertemplate": f"Before: {money(lines.unit, 'y')}<extra></extra>",
    }  # fmt: skip


def in_stack_order(parts: Sequence[Line]) -> list[Line]:
    """The dearest lowest, what has no value and Others on top."""
    return sorted(parts, key=lambda part: (part.name == OTHERS, part.name == "–"))
