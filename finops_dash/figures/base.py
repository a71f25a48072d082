"""What every figure shares: colours that follow the value, safe labels, one layout."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

Figure = dict[str, Any]
Shades = Mapping[str, str]
NO_SHADES: Shades = {}

# Okabe and Ito's hues, told apart with every kind of colour vision, darkened until white text
# reads on each of them.
PALETTE = (
    "#0072B2", "#C77700", "#00825F", "#B0568A", "#3A8FC4",
    "#C44900", "#6A5ACD", "#8A7D1C", "#3C8D93", "#8F4A63",
)  # fmt: skip
# The same hues, darker: for the eleventh to the twentieth of the dearest.
DEEP = (
    "#004A75", "#8A5200", "#005A42", "#7A3A5D", "#265F84",
    "#8A3300", "#463A8F", "#5E5513", "#295F64", "#5F2F41",
)  # fmt: skip
GREY, PALE = "#7A869A", "#A9B2C1"
ACCENT = "#2F5BEA"
UP, DOWN = "#C44900", "#00825F"
OTHERS, NOTHING = "Others", "–"
GREYS = {NOTHING: PALE, OTHERS: GREY}  # what is no value stands last, in this order
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
HEAT = [[0, "rgba(47,91,234,0.05)"], [1, "rgba(62,104,238,1)"]]
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_UNSAFE = str.maketrans(
    {"<": "‹", ">": "›", "&": "＆", "$": "＄", "%": "％"}
    | {chr(code): " " for code in (*range(0x20), *range(0x7F, 0xA0))}
    # Marks that turn the direction of what follows, and so could turn an amount.
    | {chr(code): None for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
)


def label(text: str | None, longest: int = 40) -> str:
    """A name as Plotly may show it: no markup, no formulas, one line."""
    plain = " ".join((text or "").translate(_UNSAFE).split()) or NOTHING
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def unique_labels(names: Sequence[str], longest: int) -> dict[str, str]:
    """A label of its own for each name: cut where that leaves it one, numbered where nothing does.

    Two bars with one label would be drawn as one.
    """
    short = {name: label(name, longest) for name in names}
    counts = Counter(short.values())
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, text in short.items():
        whole = text if counts[text] == 1 else label(name, 10 * longest)
        tries = (f"{whole} ({number})" for number in count(2))
        found[name] = whole if whole not in taken else next(t for t in tries if t not in taken)
        taken.add(found[name])
    return found


def steady(dearest: Sequence[str]) -> Shades:
    """A colour for each of the dearest values of a dimension, the same in every picture.

    Of its name where that is free, so that a new value changes few others.
    """
    first = colours(dearest[: len(PALETTE)])
    darker = dict(zip(PALETTE, DEEP, strict=True))
    second = colours(dearest[len(PALETTE) : 2 * len(PALETTE)])
    return first | {name: darker.get(colour, colour) for name, colour in second.items()}


def colours(names: Iterable[str], known: Shades = NO_SHADES) -> dict[str, str]:
    """A colour for each name: the one `known`, else its own wherever free; grey for no value."""
    taken: dict[str, str] = {}
    for name in names:
        if name in known:
            taken[name] = known[name]
            continue
        if name in GREYS:
            taken[name] = GREYS[name]
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
        "showlegend": False,
        # Ticks nobody sees, so that the names below keep clear of the lowest amount beside them.
        "xaxis": {
            **axis, "showgrid": False, "ticks": "outside", "ticklen": 6,
            "tickcolor": "rgba(0,0,0,0)",
        },
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
    """The largest names, and the rest as Others, which stays last; so does what has no name."""
    ordered = sorted(sums.items(), key=lambda item: -item[1])
    values = [(name, value) for name, value in ordered if name not in GREYS]
    last = {name: sums[name] for name in GREYS if name in sums}
    if values[most:]:
        last[OTHERS] = sum(value for _, value in values[most:]) + last.get(OTHERS, 0)
    return dict(values[:most]) | last
