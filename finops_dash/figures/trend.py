"""The trend: cost over time, what was before, what is ahead, and days that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_dash.analytics.anomaly import Episode
from finops_dash.analytics.baseline import Point
from finops_dash.figures.base import ACCENT, GREY, Figure, label, layout, money, symbol

WEEK = 7
MOST_MARKED = 20


@dataclass(frozen=True, slots=True)
class Course:
    """What a trend shows: sums per day or month, those before, the days ahead, what stood out.

    From `partial` on a day (or month) is not yet whole.
    """

    now: dict[str, Decimal]
    before: dict[str, Decimal]
    ahead: Sequence[Point]
    episodes: Sequence[Episode]
    partial: date
    currency: str


def trend(course: Course) -> Figure:
    """Bars, the period before as a line, the mean of seven days, the forecast, the anomalies."""
    days, values = list(course.now), [float(value) for value in course.now.values()]
    hatched = ["/" if _day(day) >= course.partial else "" for day in days]
    amount = money(course.currency, "y")
    data: list[Figure] = [
        {
            "type": "bar", "name": "Cost", "x": days, "y": values,
            "marker": {"color": ACCENT, "opacity": 0.85, "pattern": {"shape": hatched}},
            "customdata": [" (partial)" if shape else "" for shape in hatched],
            "hovertemplate": f"Cost%{{customdata}}: <b>{amount}</b><extra></extra>",
        }
    ]  # fmt: skip
    is_daily = bool(days) and len(days[0]) == len("2026-10-03")
    if course.before:
        known = [day for day in days if day in course.before]
        before = [float(course.before[day]) for day in known]
        data.append(_line("Period before", known, before, GREY, "dot", course.currency))
    if is_daily and len(values) >= WEEK:
        average = _average(values)
        data.append(
            _line(
                "Seven-day average", days[WEEK - 1 :], average, "#E69F00", "solid", course.currency
            )
        )
    if course.ahead:
        data += _band(course.ahead, course.currency)
    marked = _marks(course)
    axes = layout(barmode="overlay", bargap=0.22, hovermode="x unified")
    axes["yaxis"] |= {"tickprefix": symbol(course.currency), "rangemode": "tozero"}
    axes["xaxis"] |= {"type": "date", "hoverformat": "%a %-d %b %Y" if is_daily else "%B %Y"}
    return {"data": [*data, *([marked] if marked else [])], "layout": axes}


def _day(bucket: str) -> date:
    return date.fromisoformat(bucket if len(bucket) > len("2026-10") else f"{bucket}-01")


def _line(  # noqa: PLR0913 - what a line is made of
    name: str, x: list[str], y: list[float], colour: str, dash: str, currency: str
) -> Figure:
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x, "y": y,
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"{name}: {money(currency, 'y')}<extra></extra>",
    }  # fmt: skip


def _average(values: list[float]) -> list[float]:
    return [sum(values[n - WEEK + 1 : n + 1]) / WEEK for n in range(WEEK - 1, len(values))]


def _band(ahead: Sequence[Point], currency: str) -> list[Figure]:
    days = [point.day.isoformat() for point in ahead]
    edge = {
        "type": "scatter", "mode": "lines", "x": days, "line": {"width": 0}, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip
    low = {
        **edge,
        "y": [float(p.low) for p in ahead],
        "fill": "tonexty",
        "fillcolor": "rgba(47,91,234,0.16)",
    }
    mean = [float(point.mean) for point in ahead]
    line = _line("Forecast", days, mean, ACCENT, "dash", currency)
    words = [[float(point.low), float(point.high)] for point in ahead]
    sign = symbol(currency)
    line["customdata"] = words
    line["hovertemplate"] = (
        f"Forecast: <b>{money(currency, 'y')}</b>, 80 ％ between {sign}%{{customdata[0]:,.0f}} "
        f"and {sign}%{{customdata[1]:,.0f}}<extra></extra>"
    )
    return [{**edge, "y": [float(point.high) for point in ahead]}, low, line]


def _marks(course: Course) -> Figure | None:
    """A ring on the first day of each anomaly, with what it cost in all."""
    shown = [e for e in course.episodes if e.first.isoformat() in course.now][:MOST_MARKED]
    if not shown:
        return None
    days = [episode.first.isoformat() for episode in shown]
    words = [f"{label(e.name)} {e.impact:+,.0f} in all" for e in shown]
    return {
        "type": "scatter", "mode": "markers", "name": "Anomaly", "x": days,
        "y": [float(course.now[day]) for day in days], "text": words,
        "marker": {
            "symbol": "circle-open", "size": 13, "color": "#D92D20", "line": {"width": 3},
        },
        "hovertemplate": "Anomaly: %{text}<extra></extra>",
    }  # fmt: skip
