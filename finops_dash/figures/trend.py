"""The trend: cost over time, what was before, what is ahead, and days that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from finops_dash.analytics.anomaly import Anomaly
from finops_dash.analytics.baseline import Point
from finops_dash.figures.base import ACCENT, FONT, GREY, Figure, label, layout

WEEK = 7


def trend(
    now: dict[str, Decimal],
    before: dict[str, Decimal],
    ahead: Sequence[Point],
    anomalies: Sequence[Anomaly],
    partial: date,
) -> Figure:
    """Bars per day or month, the period before as a line, the mean of seven days, the forecast."""
    days, values = list(now), [float(value) for value in now.values()]
    hatched = ["/" if day >= partial.isoformat() else "" for day in days]
    data = [
        {
            "type": "bar", "name": "Cost", "x": days, "y": values,
            "marker": {"color": ACCENT, "opacity": 0.85, "pattern": {"shape": hatched}},
            "hovertemplate": "%{x}<br><b>%{y:,.2f}</b><extra></extra>",
        }
    ]  # fmt: skip
    if before:
        data.append(_line("Before", days, [float(v) for v in before.values()], GREY, "dot"))
    if len(values) >= WEEK:
        data.append(
            _line("Seven-day average", days[WEEK - 1 :], _average(values), "#E69F00", "solid")
        )
    if ahead:
        data += _band(ahead)
    marked = [item for item in anomalies if item.day.isoformat() in now][:20]
    if marked:
        data.append(_rings(marked, now))
    return {
        "data": data,
        "layout": layout(showlegend=True, barmode="overlay", bargap=0.25, hovermode="x"),
    }


def _line(name: str, x: list[str], y: list[float], colour: str, dash: str) -> Figure:
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x, "y": y[: len(x)],
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"{name}: %{{y:,.2f}}<extra></extra>",
    }  # fmt: skip


def _average(values: list[float]) -> list[float]:
    return [sum(values[n - WEEK + 1 : n + 1]) / WEEK for n in range(WEEK - 1, len(values))]


def _band(ahead: Sequence[Point]) -> list[Figure]:
    days = [point.day.isoformat() for point in ahead]
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": days,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [
        {**edge, "y": [float(point.high) for point in ahead]},
        {
            **edge,
            "y": [float(point.low) for point in ahead],
            "fill": "tonexty",
            "fillcolor": "rgba(47,91,234,0.14)",
        },
        _line("Forecast", days, [float(point.mean) for point in ahead], ACCENT, "dash"),
    ]


def _rings(marked: Sequence[Anomaly], now: dict[str, Decimal]) -> Figure:
    days = [item.day.isoformat() for item in marked]
    words = [f"{label(item.name)}: {item.impact:+,.0f} against its weekday" for item in marked]
    return {
        "type": "scatter", "mode": "markers", "name": "Anomaly", "x": days,
        "y": [float(now[day]) for day in days], "text": words,
        "marker": {"symbol": "circle-open", "size": 13, "color": "#D92D20", "line": {"width": 3}},
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def sparkline(values: Sequence[Decimal]) -> Figure:
    """A small line without axes."""
    hidden = {"visible": False, "fixedrange": True}
    line = {
        "type": "scatter",
        "mode": "lines",
        "y": [float(v) for v in values],
        "fill": "tozeroy",
        "line": {"color": ACCENT, "width": 1.5},
        "fillcolor": "rgba(47,91,234,0.10)",
        "hoverinfo": "skip",
    }
    return {
        "data": [line],
        "layout": {
            **layout(xaxis=hidden, yaxis=hidden),
            "margin": {"l": 0, "r": 0, "t": 2, "b": 0},
            "font": {"family": FONT},
        },
    }
