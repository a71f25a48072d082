"""Bars: parts of a whole, what went up and down, and any answer over time."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from finops_dash.figures.base import (
    DOWN,
    NOTHING,
    OTHERS,
    UP,
    Figure,
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


def breakdown(sums: dict[str, Decimal], currency: str, href: Href | None = None) -> Figure:
    """Horizontal bars, dearest on top, the tenth and after folded into Others.

    `href` gives the link that a click on a name's bar follows.
    """
    parts = fold({name: float(value) for name, value in sums.items() if value})
    names = list(reversed(parts))
    labels = unique_labels(names, NAME)
    shades = colours(parts)
    whole = sum(parts.values()) or 1
    bar = {
        "type": "bar", "orientation": "h",
        "y": [labels[name] for name in names], "x": [parts[name] for name in names],
        "marker": {"color": [shades[name] for name in names], "cornerradius": 3},
        "text": [f"{parts[name] / whole:.0%}" for name in names], "textposition": "outside",
        "cliponaxis": False, "customdata": [_link(name, href) for name in names],
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


def over_time(
    rows: list[dict[str, Any]], bucket: str, group: str | None, measure: str, unit: str
) -> Figure:
    """Any answer over time: stacked bars, the tenth group and after folded into Others."""
    per: dict[str, dict[str, float]] = {}
    for row in rows:
        at = per.setdefault(str(row[group] or NOTHING) if group else "Total", {})
        at[row[bucket]] = at.get(row[bucket], 0.0) + float(row[measure] or 0)
    kept = fold({name: sum(values.values()) for name, values in per.items()})
    shades, labels = colours(kept), unique_labels(list(kept), NAME)
    moments = sorted({moment for values in per.values() for moment in values})
    data = []
    for name in kept:
        parts = [v for n, v in per.items() if n == name or (name == OTHERS and n not in kept)]
        data.append(
            {
                "type": "bar", "name": labels[name], "x": moments,
                "marker": {"color": shades[name]},
                "y": [sum(values.get(moment, 0.0) for values in parts) for moment in moments],
                "hovertemplate": f"{labels[name]}: {money(unit, 'y')}<extra></extra>",
            }
        )  # fmt: skip
    axes = layout(barmode="relative", bargap=0.25, hovermode="x unified")
    axes["yaxis"]["tickprefix"] = symbol(unit)
    axes["xaxis"] |= {"type": "category" if bucket == "quarter" else "date"}
    return {"data": data, "layout": axes}
