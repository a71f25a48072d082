"""What the shades of heat pictures mean: fifths of what is dear, no cost, and credits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

FIFTHS = 5
CREDIT, FREE = -1, 0
COST_SHADES = (
    "rgba(47,91,234,0.20)", "rgba(47,91,234,0.36)", "rgba(47,91,234,0.54)",
    "rgba(47,91,234,0.76)", "rgba(40,80,225,1)",
)  # fmt: skip
FREE_SHADE, CREDIT_SHADE = "rgba(122,134,154,0.16)", "rgba(0,130,95,0.42)"


def bounds(costs: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """Up to four amounts that part the costs above zero into fifths, as far as they differ.

    An amount belongs to the first fifth whose bound it does not exceed, else to the dearest.
    """
    ordered = sorted(cost for cost in costs if cost > 0)
    if not ordered:
        return ()
    last = len(ordered) - 1
    found = {ordered[(last * fifth) // FIFTHS] for fifth in range(1, FIFTHS)}
    return tuple(sorted(found - {ordered[-1]}))


def step(cost: Decimal, limits: Sequence[Decimal]) -> int:
    """Which shade a cost has: 1 to 5 by its fifth, the dearest always 5; 0 free; -1 a credit."""
    if cost <= 0:
        return CREDIT if cost < 0 else FREE
    return FIFTHS - len(limits) + sum(cost > limit for limit in limits)


def shades() -> dict[str, Any]:
    """What a heatmap of steps is drawn with."""
    colours = (CREDIT_SHADE, FREE_SHADE, *COST_SHADES)
    count = len(colours)
    edges = [[place / count, colour] for n, colour in enumerate(colours) for place in (n, n + 1)]
    return {
        "colorscale": edges, "zmin": CREDIT - 0.5, "zmax": FIFTHS + 0.5, "showscale": False,
        "hoverongaps": False,
    }  # fmt: skip


def shade(number: int) -> str:
    """The colour of a step."""
    return (CREDIT_SHADE, FREE_SHADE, *COST_SHADES)[number - CREDIT]
