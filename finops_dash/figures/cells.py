"""What heat pictures share: cells with amounts and links, and the marks that lie on them.

A cell without a charge is not drawn. Each has `customdata` of its amount and what its link calls
it; `layout.meta` has the link that `view.js` fills in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from finops_dash.figures.base import Figure, money
from finops_dash.figures.scale import shades, step

NARROW = {"l": 8, "r": 8, "t": 4, "b": 4}
TODAY = "#E69F00"
Place = tuple[object, object]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a click on a cell leads: an address with `{cell}`, `{row}` or `{column}` in it.

    `rows` and `columns` say what stands for a label of the axis; one without leads nowhere.
    """

    address: str
    rows: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def meta(self) -> dict[str, Any]:
        """The link as `view.js` reads it."""
        return {"link": self.address, "rows": dict(self.rows), "columns": dict(self.columns)}


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount (None where there was no charge), its name, and what its link calls it."""

    cost: Decimal | None
    name: str
    token: str = ""


def tiles(cells: Sequence[Sequence[Cell]], unit: str, limits: Sequence[Decimal]) -> Figure:
    """A heatmap of the cells, row by row, shaded by the fifths that the limits part."""
    return {
        "type": "heatmap", "xgap": 2, "ygap": 2, **shades(),
        "x": list(range(len(cells[0]))), "y": list(range(len(cells))),
        "z": [[None if c.cost is None else step(c.cost, limits) for c in row] for row in cells],
        "text": [["" if c.cost is None else c.name for c in row] for row in cells],
        "customdata": [[held(c.cost, c.token) for c in row] for row in cells],
        "hovertemplate": f"%{{text}}<br><b>{amount(unit)}</b><extra></extra>",
    }  # fmt: skip


def held(cost: Decimal | None, token: str = "") -> list[float | str | None]:
    """The `customdata` of a cell."""
    return [None, ""] if cost is None else [float(cost), token]


def amount(unit: str) -> str:
    """A cell's amount in a hover template."""
    return money(unit, "customdata[0]")


def minus(places: Iterable[Place]) -> list[Figure]:
    """A minus on each credit, which its colour alone would say to some only."""
    found = list(places)
    if not found:
        return []
    mark = {"symbol": "line-ew", "size": 7, "line": {"width": 2, "color": "#00825F"}}
    return [_marks(found, mark)]


def ring(places: Iterable[Place]) -> list[Figure]:
    """A ring around what is not over yet."""
    found = list(places)
    if not found:
        return []
    mark = {"symbol": "circle-open", "size": 9, "color": TODAY, "line": {"width": 2}}
    return [_marks(found, mark)]


def _marks(places: Sequence[Place], mark: dict[str, Any]) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "hoverinfo": "skip", "marker": mark,
        "x": [x for x, _ in places], "y": [y for _, y in places],
    }  # fmt: skip
