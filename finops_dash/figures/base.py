"""What every figure shares: colours that follow the value, safe labels, one layout."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

Figure = dict[str, Any]

# Okabe and Ito's hues, told apart with every kind of colour vision, darkened until white text
# reads on each of them.
PALETTE = (
    "#0072B2", "#C77700", "#00825F", "#B0568A", "#3A8FC4",
    "#C44900", "#6A5ACD", "#8A7D1C", "#3C8D93", "#8F4A63",
)  # fmt: skip
GREY = "#7A869A"
ACCENT = "#2F5BEA"
UP, DOWN = "#C44900", "#00825F"
OTHERS, NOBODY = "Others", "No owner"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
HEAT = [[0, "rgba(47,91,234,0.05)"], [1, "rgba(62,104,238,1)"]]
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_UNSAFE = str.maketrans({"<": "‹", ">": "›", "&": "＆", "$": "＄", "%": "％"})


def label(text: str | None, longest: int = 40) -> str:
    """A name as Plotly may show it: no markup, no formulas, one line."""
    plain = " ".join((text or "–").translate(_UNSAFE).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def unique_labels(names: Sequence[str], longest: int) -> dict[str, str]:
    """A label for each name, cut only where that leaves it a label of its own."""
    short = {name: label(name, longest) for name in names}
    counts = Counter(short.values())
    return {
        name: text if counts[text] == 1 else label(name, 10 * longest)
        for name, text in short.items()
    }


def colours(names: list[str]) -> dict[str, str]:
    """A colour for each name: its own wherever that is free, grey for what is no value."""
    taken: dict[str, str] = {}
    for name in names:
        if name in {OTHERS, NOBODY}:
            taken[name] = GREY
            continue
        first = zlib.crc32(name.encode()) % len(PALETTE)
        order = [*PALETTE[first:], *PALETTE[:first]]
        taken[name] = next((colour for colour in order if colour not in taken.values()), order[0])
    return taken


def symbol(currency: str) -> str:
    """What stands before an amount on an axis or in a hover."""
    return _SYMBOLS.get(currency, f"{currency} ")


def money(currency: str, letter: str) -> str:
    """A hover template for an amount with its cents: `money("USD", "y")`."""
    return f"{symbol(currency)}%{{{letter}:,.2f}}"


def layout(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own words
    """The layout of every figure; text and grid colours come from the page's style sheet."""
    axis = {"automargin": True, "fixedrange": True, "zeroline": False}
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12},
        "hoverlabel": {"font": {"family": FONT, "size": 12}, "align": "left"},
        "legend": {
            "orientation": "h", "y": -0.14, "yanchor": "top", "x": 0, "font": {"size": 11},
            "itemclick": "toggle",
        },
        "showlegend": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "tickformat": "~s"},
        "autosize": True,
        **more,
    }  # fmt: skip


def names_axis() -> dict[str, Any]:
    """An axis of names beside horizontal bars or tiles."""
    return {
        "automargin": True,
        "fixedrange": True,
        "ticksuffix": "  ",
        "showgrid": False,
        "ticklen": 0,
    }


def fold(sums: dict[str, float], most: int = 9) -> dict[str, float]:
    """The largest names, and the rest as Others, which stays last."""
    ordered = sorted(sums.items(), key=lambda item: -item[1])
    kept = dict(ordered[:most])
    rest = ordered[most:]
    if rest:
        kept[OTHERS] = sum(value for _, value in rest)
    return kept
