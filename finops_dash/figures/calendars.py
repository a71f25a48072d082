"""Days as tiles: a year of them, and weeks by weekday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from finops_dash.figures.base import GREY, Figure, layout, names_axis
from finops_dash.figures.cells import NARROW, Cell, Link, amount, held, minus, ring, tiles
from finops_dash.figures.scale import bounds
from finops_dash.figures.tiles import WEEKDAYS

WEEK = 7
MOST_TICKS = 9
USUAL = "rgba(47,91,234,0.25)"


@dataclass(frozen=True, slots=True)
class Shown:
    """The days of a picture: from the first to the last, what they cost, and how they are shaded.

    `outlined` are the first and the last day of a stretch with a line around it, `partial` is a
    day that is not over.
    """

    span: tuple[date, date]
    costs: Mapping[date, Decimal]
    limits: Sequence[Decimal]
    unit: str
    outlined: tuple[date, date] | None = None
    partial: date | None = None

    @property
    def start(self) -> date:
        """The Monday of the first week."""
        return self.span[0] - timedelta(days=self.span[0].weekday())

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return (self.span[1] - self.start).days // WEEK + 1

    def place(self, day: date) -> tuple[int, int]:
        """The column and the row of a day."""
        return (day - self.start).days // WEEK, day.weekday()

    def day(self, column: int, row: int) -> date:
        """The day of a column and a row."""
        return self.start + timedelta(days=WEEK * column + row)


def year(shown: Shown, link: Link) -> Figure:
    """A column per week and a row per weekday, with the names of the months above."""
    axes = layout(margin=NARROW, meta=link.meta(), hovermode="closest")
    ticks = _months(shown)
    axes["xaxis"] |= {
        "side": "top", "ticklen": 0, "tickangle": 0, "range": [-0.6, shown.weeks - 0.4],
        "tickvals": list(ticks), "ticktext": list(ticks.values()),
    }  # fmt: skip
    axes["yaxis"] = _weekdays()
    axes["shapes"] = [_outline(shown)] if shown.outlined else []
    return {"data": _days(shown), "layout": axes}


def weeks(shown: Shown, usual: Mapping[int, tuple[Decimal, str]], link: Link) -> Figure:
    """A column per week and a row per weekday; beside it, what the weekday costs on average.

    That is an amount, and how it is written on its bar.
    """
    axes = layout(margin=NARROW, meta=link.meta(), hovermode="closest", bargap=0.35)
    columns = range(0, shown.weeks, -(-shown.weeks // MOST_TICKS))
    mondays = [shown.day(column, 0) for column in columns]
    axes["xaxis"] |= {
        "domain": [0, 0.8], "ticklen": 0, "tickangle": 0, "range": [-0.5, shown.weeks - 0.5],
        "tickvals": list(columns), "ticktext": [f"{day.day} {day:%b}" for day in mondays],
    }  # fmt: skip
    axes["xaxis2"] = {
        "domain": [0.83, 1], "anchor": "y", "fixedrange": True, "showgrid": False,
        "showticklabels": False, "zeroline": False,
    }  # fmt: skip
    axes["yaxis"] = _weekdays()
    return {"data": [*_days(shown), _usual(usual, shown.unit)], "layout": axes}


def limits_of(costs: Mapping[date, Decimal], partial: date | None) -> tuple[Decimal, ...]:
    """What parts the days into fifths; a day that is not over says nothing of the others."""
    return bounds(cost for day, cost in costs.items() if day != partial)


def _days(shown: Shown) -> list[Figure]:
    def cell(day: date) -> Cell:
        return Cell(shown.costs.get(day), f"{day:%a} {day.day} {day:%b %Y}", day.isoformat())

    rows = [[cell(shown.day(c, r)) for c in range(shown.weeks)] for r in range(WEEK)]
    credits_ = [shown.place(day) for day, cost in shown.costs.items() if cost < 0]
    open_ = [shown.place(day) for day in shown.costs if day == shown.partial]
    return [tiles(rows, shown.unit, shown.limits), *minus(credits_), *ring(open_)]


def _weekdays() -> dict[str, Any]:
    return {
        **names_axis(), "tickvals": list(range(WEEK)), "ticktext": list(WEEKDAYS),
        "range": [WEEK - 0.4, -0.6], "zeroline": False,
    }  # fmt: skip


def _months(shown: Shown) -> dict[int, str]:
    """The column that each month begins in, and its name; too little of a month has none."""
    first, last = shown.span
    firsts = [
        date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
    ticks = {shown.place(max(day, first))[0]: f"{day:%b}" for day in firsts}
    places = list(ticks)
    if len(places) > 1 and places[1] - places[0] < 3:  # noqa: PLR2004 - no room for both names
        del ticks[places[0]]
    return ticks


def _usual(usual: Mapping[int, tuple[Decimal, str]], unit: str) -> Figure:
    """What each weekday costs on average, as bars beside its row."""
    return {
        "type": "bar", "orientation": "h", "xaxis": "x2", "marker": {"color": USUAL},
        "y": list(usual), "x": [float(cost) for cost, _ in usual.values()],
        "customdata": [held(cost) for cost, _ in usual.values()],
        "text": [words for _, words in usual.values()], "textposition": "inside",
        "insidetextanchor": "start", "textangle": 0, "hovertext": [WEEKDAYS[n] for n in usual],
        "hovertemplate": f"%{{hovertext}}, on average<br><b>{amount(unit)}</b><extra></extra>",
    }  # fmt: skip


def _outline(shown: Shown) -> dict[str, Any]:
    """A line around the outlined days, which may begin and end in the middle of a week."""
    begin, end = shown.outlined or shown.span
    (first, top), (last, bottom) = shown.place(begin), shown.place(end)
    left, right, above, below = first - 0.5, last + 0.5, -0.5, WEEK - 0.5
    points = [
        (left, top - 0.5), (left + 1, top - 0.5), (left + 1, above), (right, above),
        (right, bottom + 0.5), (right - 1, bottom + 0.5), (right - 1, below), (left, below),
    ]  # fmt: skip
    if first == last:
        points = [(x, y) for x, y in ((left, top - 0.5), (right, top - 0.5),
                                      (right, bottom + 0.5), (left, bottom + 0.5))]  # fmt: skip
    path = " L ".join(f"{x} {y}" for x, y in points)
    return {"type": "path", "path": f"M {path} Z", "line": {"color": GREY, "width": 2}}
