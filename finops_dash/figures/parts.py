"""Parts of a whole: donut, bars, gauge, heatmap, treemap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from finops_dash.figures.base import ACCENT, GREY, Figure, colours, fold, label, layout

HEAT = [[0, "rgba(47,91,234,0.06)"], [0.5, "rgba(47,91,234,0.45)"], [1, "rgba(23,48,130,1)"]]


def breakdown(sums: dict[str, Decimal]) -> Figure:
    """Horizontal bars, dearest on top, the tenth and after folded into Others."""
    parts = fold({label(name, 30): float(value) for name, value in sums.items() if value})
    names = list(reversed(parts))
    shades = colours(list(parts))
    whole = sum(parts.values()) or 1
    bar = {
        "type": "bar", "orientation": "h", "y": names, "x": [parts[name] for name in names],
        "marker": {"color": [shades[name] for name in names]},
        "text": [f"{parts[name] / whole:.0%}" for name in names], "textposition": "outside", "cliponaxis": False,
        "hovertemplate": "%{y}<br><b>%{x:,.2f}</b><extra></extra>",
    }  # fmt: skip
    axes = layout(margin={"l": 8, "r": 36, "t": 8, "b": 8}, bargap=0.3)
    axes["xaxis"] |= {"tickformat": "~s", "showgrid": True, "nticks": 5}
    axes["yaxis"] = {"automargin": True, "fixedrange": True, "ticksuffix": " "}
    return {"data": [bar], "layout": axes}


def gauge(share: float) -> Figure:
    """How much of the whole names an owner, against the 80 % that good practice asks for."""
    dial = {
        "type": "indicator", "mode": "gauge+number", "value": share * 100,
        "number": {"suffix": " %", "valueformat": ".1f", "font": {"size": 38}},
        "gauge": {
            "axis": {"range": [0, 100], "tickvals": [0, 50, 80, 100], "ticksuffix": " %"},
            "bar": {"color": ACCENT, "thickness": 0.72}, "borderwidth": 0,
            "bgcolor": "rgba(152,162,179,0.18)",
            "threshold": {"line": {"color": "#009E73", "width": 3}, "thickness": 0.9, "value": 80},
        },
    }  # fmt: skip
    moves = {"duration": 700, "easing": "cubic-out"}
    return {
        "data": [dial],
        "layout": layout(margin={"l": 32, "r": 32, "t": 24, "b": 8}, transition=moves),
    }


def heatmap(rows: list[dict[str, Any]], bucket: str, measure: str, most: int = 12) -> Figure:
    """Service × day: the dearest services, each against its own usual, so that small ones speak."""
    sums: dict[str, Decimal] = {}
    cells: dict[tuple[str, str], float] = {}
    for row in rows:
        name = label(row["service"], 26)
        sums[name] = sums.get(name, Decimal(0)) + row[measure]
        cells[name, row[bucket]] = cells.get((name, row[bucket]), 0.0) + float(row[measure])
    names = sorted(sums, key=lambda name: sums[name])[-most:]
    days = sorted({row[bucket] for row in rows})
    costs = [[cells.get((name, day), 0.0) for day in days] for name in names]
    shades = [[cost / (max(line) or 1) for cost in line] for line in costs]
    tiles = {
        "type": "heatmap", "x": days, "y": names, "z": shades, "customdata": costs,
        "colorscale": HEAT, "showscale": False, "xgap": 1, "ygap": 2,
        "hovertemplate": "%{y}, %{x}<br><b>%{customdata:,.2f}</b><extra></extra>",
    }  # fmt: skip
    axes = layout()
    axes["yaxis"] = {"automargin": True, "fixedrange": True, "ticksuffix": " ", "showgrid": False}
    axes["xaxis"] |= {"type": "category" if bucket == "month" else "date"}
    return {"data": [tiles], "layout": axes}


def calendar(totals: dict[str, Decimal]) -> Figure:
    """The days of the period as a calendar: weeks across, weekdays down."""
    from datetime import date, timedelta

    days = [date.fromisoformat(day) for day in totals]
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days})
    grid: list[list[float | None]] = [[None] * len(weeks) for _ in range(7)]
    words = [[""] * len(weeks) for _ in range(7)]
    for day, value in zip(days, totals.values(), strict=True):
        column = weeks.index(day - timedelta(days=day.weekday()))
        grid[day.weekday()][column] = float(value)
        words[day.weekday()][column] = f"{day:%a} {day.day} {day:%b %Y}"
    tiles = {
        "type": "heatmap", "z": grid, "text": words, "x": [f"{w.day} {w:%b}" for w in weeks],
        "y": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "colorscale": HEAT,
        "showscale": False, "xgap": 3, "ygap": 3, "hoverongaps": False,
        "hovertemplate": "%{text}<br><b>%{z:,.2f}</b><extra></extra>",
    }  # fmt: skip
    axes = layout()
    axes["yaxis"] = {
        "automargin": True,
        "fixedrange": True,
        "autorange": "reversed",
        "showgrid": False,
    }
    axes["xaxis"] |= {"type": "category"}
    return {"data": [tiles], "layout": axes}


def treemap(rows: list[dict[str, Any]], dimension: str, measure: str) -> Figure:
    """The parts of one level; a click on one goes a level down. Credits have no area."""
    shown = [row for row in rows if row[measure] > 0]
    names = [label(row[dimension], 48) for row in shown]
    shades = colours(names[:9])
    tiles = {
        "type": "treemap", "labels": names, "parents": [""] * len(shown),
        "ids": [str(n) for n in range(len(shown))],
        "customdata": [row[dimension] or "" for row in shown],
        "values": [float(row[measure]) for row in shown],
        "marker": {"colors": [shades.get(name, GREY) for name in names], "line": {"width": 2}, "cornerradius": 4},
        "texttemplate": "<b>%{label}</b><br>%{value:,.0f}<br>%{percentRoot:.0%}",
        "hovertemplate": "%{label}<br><b>%{value:,.2f}</b><extra></extra>",
        "tiling": {"pad": 3}, "pathbar": {"visible": False}, "textfont": {"color": "#fff"},
    }  # fmt: skip
    return {"data": [tiles], "layout": layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})}


def movers(rows: list[dict[str, Any]], most: int = 8) -> Figure:
    """What went up (red, to the right) and down (green, to the left), the largest on top."""
    shown = [row for row in rows if row["now"] != row["before"]][:most][::-1]
    change = [float(row["now"] - row["before"]) for row in shown]
    bar = {
        "type": "bar", "orientation": "h", "x": change, "y": [label(r["service"], 28) for r in shown],
        "marker": {"color": ["#D55E00" if value > 0 else "#009E73" for value in change]},
        "text": [f"{'▲ +' if value > 0 else '▼ −'}{abs(value):,.0f}" for value in change],
        "textposition": "auto", "cliponaxis": False,
        "hovertemplate": "%{y}<br><b>%{x:+,.2f}</b><extra></extra>",
    }  # fmt: skip
    axes = layout(bargap=0.35)
    axes["xaxis"] |= {"tickformat": "~s", "nticks": 5, "zeroline": True}
    axes["yaxis"] = {"automargin": True, "fixedrange": True, "ticksuffix": " "}
    return {"data": [bar], "layout": axes}


def lines_or_bars(
    rows: list[dict[str, Any]], bucket: str | None, group: str | None, measure: str
) -> Figure:
    """Any answer as a picture: stacked bars over time, or bars per group."""
    if bucket is None:
        sums = {label(row[group], 30) if group else "Total": row[measure] for row in rows}
        return breakdown(sums)
    per: dict[str, dict[str, float]] = {}
    for row in rows:
        name = label(row[group], 30) if group else "Total"
        at = per.setdefault(name, {})
        at[row[bucket]] = at.get(row[bucket], 0.0) + float(row[measure])
    kept = fold({name: sum(values.values()) for name, values in per.items()})
    shades = colours(list(kept))
    data = []
    for name in kept:
        sources = [
            values
            for other, values in per.items()
            if other == name or (name == "Others" and other not in kept)
        ]
        x = sorted({day for values in sources for day in values})
        y = [sum(values.get(day, 0.0) for values in sources) for day in x]
        data.append(
            {
                "type": "bar",
                "name": name,
                "x": x,
                "y": y,
                "marker": {"color": shades[name]},
                "hovertemplate": f"{name}<br>%{{x}}<br><b>%{{y:,.2f}}</b><extra></extra>",
            }
        )
    return {
        "data": data,
        "layout": layout(barmode="stack", showlegend=group is not None, bargap=0.25),
    }
