"""How a question is shown: the picture, how many of its parts, and whether they add up in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from finops_dash.domain.url import Notice, apart

KEYS = ("chart", "top", "cumulative")
USUAL_PARTS, MOST_PARTS = 9, 50


class Chart(StrEnum):
    """The pictures there are."""

    BAR = "bar"
    LINE = "line"
    AREA = "area"
    PIE = "pie"
    TREEMAP = "treemap"
    SUNBURST = "sunburst"
    ICICLE = "icicle"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Look:
    """The picture of an answer; what is beyond the `top` parts is drawn as Others."""

    chart: Chart = Chart.BAR
    top: int = USUAL_PARTS
    cumulative: bool = False

    def to_url(self) -> str:
        """The keys of the look that are not as usual, as they stand in a link."""
        parts = []
        if self.chart is not Chart.BAR:
            parts.append(f"chart={self.chart}")
        if self.top != USUAL_PARTS:
            parts.append(f"top={self.top}")
        if self.cumulative:
            parts.append("cumulative=yes")
        return "&".join(parts)


def look_from_url(
    source: str | Mapping[str, str | Sequence[str]],
) -> tuple[Look, tuple[Notice, ...]]:
    """The look that a query string (or its parameters) describes, and what it got wrong."""
    look, notices = Look(), []
    for key, text in apart(source, KEYS)[0].items():
        changed = _READERS[key](look, text)
        if changed is None:
            notices.append(Notice(key, text, _CHOICES[key]))
        else:
            look = changed
    return look, tuple(notices)


def _chart(look: Look, text: str) -> Look | None:
    return replace(look, chart=Chart(text)) if text in list(Chart) else None


def _top(look: Look, text: str) -> Look | None:
    small = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PARTS))
    return replace(look, top=int(text)) if small and 1 <= int(text) <= MOST_PARTS else None


def _cumulative(look: Look, text: str) -> Look | None:
    return replace(look, cumulative=text == "yes") if text in {"yes", "no"} else None


_READERS = {"chart": _chart, "top": _top, "cumulative": _cumulative}
_CHOICES = {
    "chart": f"choose one of {', '.join(Chart)}",
    "top": f"write a whole number from 1 to {MOST_PARTS}",
    "cumulative": "write yes or no",
}
