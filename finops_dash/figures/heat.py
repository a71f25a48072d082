"""One thing by another as tiles: hours by weekday, services by day, accounts by service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_dash.figures.base import Figure, layout, names_axis
from finops_dash.figures.cells import NARROW, Cell, Link, amount, held, minus, ring, tiles
from finops_dash.figures.scale import FREE_SHADE, bounds, shades, step
from finops_dash.figures.tiles import WEEKDAYS

HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Amounts by the labels of rows and columns, each of its own; None where nothing is charged."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Decimal | None]]
    unit: str

    def credits(self) -> list[tuple[object, object]]:
        """The column and the row of each amount below zero."""
        return [
            (column, row)
            for row, line in zip(self.rows, self.cells, strict=True)
            for column, cost in zip(self.columns, line, strict=True)
            if cost is not None and cost < 0
        ]


def hours(means: Mapping[tuple[int, int], Decimal], unit: str, link: Link) -> Figure:
    """A row per weekday, a column per hour: what the hour costs on average."""
    rows = [
        [Cell(means.get((weekday, hour)), f"{name}, {hour:02}:00–{hour:02}:59") for hour in HOURS]
        for weekday, name in enumerate(WEEKDAYS)
    ]
    below = [(hour, WEEKDAYS[weekday]) for (weekday, hour), cost in means.items() if cost < 0]
    figure = tiles(rows, unit, bounds(means.values())) | {"y": list(WEEKDAYS)}
    axes = layout(margin=NARROW, meta=link.meta(), hovermode="closest")
    axes["yaxis"] = {**names_axis(), "type": "category", "autorange": "reversed"}
    axes["xaxis"] |= {
        "ticklen": 0, "tickangle": 0, "range": [-0.5, len(HOURS) - 0.5],
        "tickvals": list(HOURS[::3]), "ticktext": [f"{hour:02}:00" for hour in HOURS[::3]],
    }  # fmt: skip
    return {"data": [figure, *minus(below)], "layout": axes}


def by_row(matrix: Matrix, link: Link, *, dates: bool, partial: str = "") -> Figure:
    """Rows over time, each shaded as a share of its own dearest cell, so that small ones speak too.

    The `partial` column has a ring on each row.
    """
    steps = [_shares(line) for line in matrix.cells]
    colours = [[0, FREE_SHADE], [0.0001, "rgba(47,91,234,0.06)"], [1, "rgba(40,80,225,1)"]]
    figure = _matrix(matrix, link, steps, "%{y}, %{x}")
    figure["data"][0] |= {"colorscale": colours, "zmin": 0, "zmax": 1}
    figure["layout"]["xaxis"] |= {
        "type": "date" if dates else "category",
        "nticks": 8,
        "autotickangles": [0, 90],  # on a phone there is no room for them side by side
    }
    if partial in matrix.columns:
        figure["data"] += ring((partial, row) for row in matrix.rows)
    return figure


def by_fifth(matrix: Matrix, link: Link) -> Figure:
    """Rows by columns, shaded by the fifths of all cells."""
    limits = bounds(cost for line in matrix.cells for cost in line if cost is not None)
    steps = [
        [None if cost is None else step(cost, limits) for cost in line] for line in matrix.cells
    ]
    figure = _matrix(matrix, link, steps, "%{y}<br>%{x}")
    figure["data"][0] |= shades()
    figure["layout"]["xaxis"] |= {"type": "category", "tickangle": -38}
    return figure


def _matrix(
    matrix: Matrix, link: Link, steps: Sequence[Sequence[float | None]], name: str
) -> Figure:
    figure = {
        "type": "heatmap", "x": list(matrix.columns), "y": list(matrix.rows), "z": steps,
        "xgap": 1, "ygap": 2, "showscale": False, "hoverongaps": False,
        "customdata": [[held(cost) for cost in line] for line in matrix.cells],
        "hovertemplate": f"{name}<br><b>{amount(matrix.unit)}</b><extra></extra>",
    }  # fmt: skip
    axes = layout(margin=NARROW, meta=link.meta(), hovermode="closest")
    axes["yaxis"] = {**names_axis(), "type": "category", "autorange": "reversed"}
    axes["xaxis"] |= {"ticklen": 0}
    return {"data": [figure, *minus(matrix.credits())], "layout": axes}


def _shares(line: Sequence[Decimal | None]) -> list[float | None]:
    """Each cost as a share of the line's dearest; a credit has no shade."""
    dearest = float(max((cost for cost in line if cost is not None and cost > 0), default=0)) or 1.0
    return [None if cost is None else max(0.0, float(cost)) / dearest for cost in line]
