"""The icons of the pages: the few that are used, cut out of Bootstrap's many as a stylesheet."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, parse, register_namespace, tostring

import flask_bootstrap
from flask import Blueprint, Response

USED = (
    "arrows-angle-expand", "arrows-move", "bar-chart-line", "bar-chart-steps", "bookmark",
    "box-arrow-right", "check-square", "chevron-down", "chevron-left", "chevron-right",
    "circle-half", "clock-history", "clouds", "download", "exclamation-triangle", "funnel",
    "grid-1x2", "grid-3x3-gap", "grip-vertical", "hdd-stack", "house", "lightbulb", "plus-lg",
    "search", "speedometer2", "square", "star", "star-fill", "x-lg",
)  # fmt: skip
PATH = "/icons.css"
SPRITE = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"
SVG = "{http://www.w3.org/2000/svg}"
SHAPE = (
    ".bi { display: inline-block; width: 1em; height: 1em; vertical-align: -0.125em; "
    "background: currentColor; mask: var(--icon) center / contain no-repeat; "
    "print-color-adjust: exact; }\n"
    "@media (forced-colors: active) { .bi { forced-color-adjust: none; background: CanvasText; } }"
)
icons = Blueprint("icons", __name__)


@icons.get(PATH)
def stylesheet() -> Response:
    """The stylesheet, to be kept by browsers: its address changes with it."""
    return Response(text(), mimetype="text/css", headers={"Cache-Control": "max-age=31536000"})


def address() -> str:
    """Where browsers find the stylesheet as it is now."""
    return f"{PATH}?m={sha256(text().encode()).hexdigest()[:12]}"


@lru_cache(1)
def text() -> str:
    """One class per icon, drawn in the colour and the size of the text around it."""
    register_namespace("", SVG.strip("{}"))
    found = {symbol.get("id"): symbol for symbol in parse(SPRITE).getroot()}  # noqa: S314 - the library's own
    rules = [f'.bi-{name} {{ --icon: url("{_data(found[name])}"); }}' for name in USED]
    return "\n".join([SHAPE, *rules, ""])


def _data(symbol: Element) -> str:
    image = Element(f"{SVG}svg", viewBox=symbol.get("viewBox", ""))
    image.extend(list(symbol))
    return f"data:image/svg+xml,{quote(tostring(image, encoding='unicode'))}"
