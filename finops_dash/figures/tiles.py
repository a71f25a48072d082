"""Tiles: service by day, the days as a calendar, the parts of one level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from finops_dash.figures.base import (
    GREY,
    HEAT,
    NO_SHADES,
    Figure,
    Shades,
    colours,
    label,
    layout,
    money,
    names_axis,
    symbol,
    unique_labels,
)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAME = 26
DEAREST = 12


def service_by_day(rows: list[dict[str, Any]], bucket: str, measure: str, currency: str) -> Figure:
    """The dearest services by day (or month), each shaded against its own dearest day.

    So that small services speak too. A click leads where `layout.meta` says (`view.js`).
    """
    cells: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        cells[row["service"] or ""][row[bucket]] += float(row[measure])
    names = sorted(cells, key=lambda name: sum(cells[name].values()))[-DEAREST:]
    times = sorted({row[bucket] for row in rows})
    costs = [[cells[name].get(time, 0.0) for time in times] for name in names]
    labels = unique_labels(names, NAME)
    if "" in labels:
        labels[""] = "No service"
    tiles = {
        "type": "heatmap", "x": times, "y": [labels[name] for name in names],
        "z": [_shades(line) for line in costs],
        "customdata": costs, "colorscale": HEAT, "zmin": 0, "zmax": 1, "showscale": False,
        "xgap": 1, "ygap": 2,
        "hovertemplate": f"%{{y}}, %{{x}}<br><b>{money(currency, 'customdata')}</b><extra></extra>",
    }  # fmt: skip
    axes = layout(
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        meta={"names": {text: name for name, text in labels.items()}},
    )
    axes["yaxis"] = names_axis()
    axes["xaxis"] |= {
        "type": "category" if bucket == "month" else "date",
        "ticklen": 0,
        "nticks": 6,
        "autotickangles": [0, 90],  # on a phone there is no room for them side by side
    }
    return {"data": [tiles], "layout": axes}


def _shades(costs: list[float]) -> list[float]:
    """Each cost as a share of the dearest; a credit has no shade."""
    dearest = max(0.0, *costs, 0.0) or 1.0
    return [max(0.0, cost) / dearest for cost in costs]


def calendar(totals: dict[str, Decimal], currency: str) -> Figure:
    """The days of the period as a calendar: weeks down, weekdays across."""
    days = {date.fromisoformat(day): float(value) for day, value in totals.items()}
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days})
    grid: list[list[float | None]] = []
    words: list[list[str]] = []
    for week in weeks:
        dates = [week + timedelta(days=n) for n in range(len(WEEKDAYS))]
        grid.append([days.get(day) for day in dates])
        words.append([f"{day:%a} {day.day} {day:%b %Y}" for day in dates])
    tiles = {
        "type": "heatmap", "z": grid, "text": words, "x": list(WEEKDAYS),
        "y": [f"{week.day} {week:%b}" for week in weeks], "colorscale": HEAT, "showscale": False,
        "xgap": 3, "ygap": 3, "hoverongaps": False,
        "hovertemplate": f"%{{text}}<br><b>{money(currency, 'z')}</b><extra></extra>",
    }  # fmt: skip
    axes = layout(margin={"l": 8, "r": 8, "t": 4, "b": 4})
    axes["yaxis"] = {**names_axis(), "autorange": "reversed", "type": "category"}
    axes["xaxis"] |= {"type": "category", "side": "top", "ticklen": 0}
    return {"data": [tiles], "layout": axes}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, and the link that a click on it follows (none where empty)."""

    name: str
    value: Decimal
    href: str = ""


def treemap(parts: Sequence[Part], currency: str, known: Shades = NO_SHADES) -> Figure:
    """The parts of one level; a click on one follows its link. Credits have no area."""
    shown = [part for part in parts if part.value > 0]
    names = [label(part.name, 48) for part in shown]
    shades = colours(dict.fromkeys(part.name for part in shown[:9]), known) | dict(known)
    amount = symbol(currency) + "%{value:,.0f}"
    tiles = {
        "type": "treemap", "labels": names, "parents": [""] * len(shown),
        "ids": [str(number) for number in range(len(shown))],
        "customdata": [part.href for part in shown],
        "values": [float(part.value) for part in shown],
        "marker": {
            "colors": [shades.get(part.name, GREY) for part in shown], "line": {"width": 0},
            "cornerradius": 4,
        },
        "texttemplate": f"<b>%{{label}}</b><br>{amount}<br>%{{percentRoot:.0%}}",
        "hovertemplate": f"%{{label}}<br><b>{money(currency, 'value')}</b><extra></extra>",
        "tiling": {"pad": 3}, "pathbar": {"visible": False},
        "textfont": {"color": "#ffffff"}, "root": {"color": "rgba(0,0,0,0)"},
    }  # fmt: skip
    return {"data": [tiles], "layout": layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})}
