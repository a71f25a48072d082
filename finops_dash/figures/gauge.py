"""The gauge of allocated cost; `view.js` sweeps it from nothing to its value."""

from __future__ import annotations

from finops_dash.figures.base import ACCENT, DOWN, Figure, layout

GOAL = 80


def gauge(share: float) -> Figure:
    """How much of the whole names an owner, against the 80 % that good practice asks for."""
    dial = {
        "type": "indicator", "mode": "gauge+number", "value": round(share * 100, 2),
        "number": {"suffix": " %", "valueformat": ".1f", "font": {"size": 36}},
        "gauge": {
            "axis": {"range": [0, 100], "tickvals": [0, 50, GOAL, 100], "ticksuffix": " %"},
            "bar": {"color": ACCENT, "thickness": 0.72}, "borderwidth": 0,
            "bgcolor": "rgba(152,162,179,0.18)",
            "threshold": {"line": {"color": DOWN, "width": 3}, "thickness": 0.9, "value": GOAL},
        },
    }  # fmt: skip
    return {"data": [dial], "layout": layout(margin={"l": 36, "r": 44, "t": 28, "b": 8})}
