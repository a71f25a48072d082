"""The parts of a whole at one moment: a pie, and trees of areas whose levels are the groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_dash.domain.look import Chart
from finops_dash.figures.base import (
    NO_SHADES,
    Figure,
    Shades,
    colours,
    label,
    layout,
    money,
    unique_labels,
)

NAME = 40
LEGIBLE = {"minsize": 10, "mode": "hide"}  # what has room for nothing larger says nothing


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the whole by its place in the tree, its amount, and where a click on it leads."""

    path: tuple[str, ...]
    amount: Decimal
    href: str = ""

    @property
    def name(self) -> str:
        """All its names, one after the other."""
        return " · ".join(self.path)


def pie(shares: Sequence[Share], unit: str, known: Shades = NO_SHADES) -> Figure:
    """A ring of the parts above nothing; what has no area is in the table."""
    shown = [share for share in shares if share.amount > 0]
    names = [share.name for share in shown]
    labels, shades = unique_labels(names, NAME), colours(names, known)
    ring = {
        "type": "pie", "hole": 0.55, "sort": False, "direction": "clockwise",
        "labels": [labels[name] for name in names],
        "values": [float(share.amount) for share in shown],
        "marker": {"colors": [shades[name] for name in names]},
        "customdata": [share.href for share in shown],
        "textinfo": "percent", "textposition": "inside",
        "hovertemplate": f"%{{label}}<br><b>{money(unit, 'value')}</b> (%{{percent}})"
        "<extra></extra>",
    }  # fmt: skip
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    return {"data": [ring], "layout": layout(margin=margin, uniformtext=LEGIBLE)}


def tree(shares: Sequence[Share], unit: str, chart: Chart, known: Shades = NO_SHADES) -> Figure:
    """The parts above nothing as a treemap, sunburst or icicle, a ring or row for each group."""
    shown = [share for share in shares if share.amount > 0]
    tops = list(dict.fromkeys(share.path[0] for share in shown))
    shades = colours(tops, known)
    places: dict[tuple[str, ...], str] = {}
    for share in shown:
        for depth in range(1, len(share.path)):
            places.setdefault(share.path[:depth], "")
        places[share.path] = share.href
    ids = {path: str(number) for number, path in enumerate(places)}
    amounts = {share.path: float(share.amount) for share in shown}
    trace: Figure = {
        "type": chart.value, "ids": list(ids.values()),
        "labels": [label(path[-1], NAME) for path in places],
        "parents": [ids[path[:-1]] if len(path) > 1 else "" for path in places],
        "values": [amounts.get(path, 0.0) for path in places],  # a parent's is its parts'
        "customdata": list(places.values()),
        "marker": {"colors": [shades[path[0]] for path in places], "line": {"width": 1}},
        "hovertemplate": f"%{{label}}<br><b>{money(unit, 'value')}</b><extra></extra>",
        "textinfo": "label+percent root",
    }  # fmt: skip
    if chart is Chart.TREEMAP:
        trace |= {"tiling": {"pad": 3}, "pathbar": {"visible": False}}
    if chart is not Chart.SUNBURST:
        trace |= {"root": {"color": "rgba(0,0,0,0)"}, "textfont": {"color": "#ffffff"}}
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return {"data": [trace], "layout": layout(margin=margin, uniformtext=LEGIBLE)}
