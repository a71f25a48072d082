"""What every figure shares: colours that follow the value, safe labels, one layout."""

from __future__ import annotations

import zlib
from typing import Any

Figure = dict[str, Any]

# Okabe and Ito's palette, told apart with every kind of colour vision, in a calmer order.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7B6FD0", "#B5A642", "#3C8D93", "#A65E7A")  # fmt: skip
GREY = "#98A2B3"
ACCENT = "#2F5BEA"
OTHERS, NOBODY = "Others", "No owner"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_UNSAFE = str.maketrans({"<": "‹", ">": "›", "&": "＆", "$": "＄", "%": "％"})


def label(text: str | None, longest: int = 40) -> str:
    """A name as Plotly may show it: no markup, no formulas, one line."""
    plain = " ".join((text or "–").translate(_UNSAFE).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


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


def layout(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - Plotly's own words
    """The layout of every figure; text and grid colours come from the page's style sheet."""
    axis = {"automargin": True, "fixedrange": True, "zeroline": False}
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12},
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
        "legend": {"orientation": "h", "y": -0.16, "x": 0, "font": {"size": 11}},
        "showlegend": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "tickformat": "~s"},
        "autosize": True,
        **more,
    }


def fold(sums: dict[str, float], most: int = 9) -> dict[str, float]:
    """The largest names, and the rest as Others, which stays last."""
    ordered = sorted(sums.items(), key=lambda item: -item[1])
    kept = dict(ordered[:most])
    rest = ordered[most:]
    if rest:
        kept[OTHERS] = sum(value for _, value in rest)
    return kept
