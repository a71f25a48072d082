"""Pictures that a browser drew, as SVG of which only shapes, texts and small images are left.

What comes from a browser may come from anyone: elements, attributes and values that are not
listed here are dropped, so nothing can run, load or point anywhere outside the picture.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, fromstring, register_namespace, tostring

from finops_dash.domain.errors import FinOpsError

LONGEST = 1_000_000
MOST_ELEMENTS, DEEPEST = 20_000, 40
SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
ELEMENTS = frozenset({
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
    "defs", "clipPath", "linearGradient", "radialGradient", "stop", "pattern", "image",
})  # fmt: skip
PROPERTIES = frozenset({
    "clip-path", "clip-rule", "dominant-baseline", "fill", "fill-opacity", "fill-rule", "font",
    "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "opacity",
    "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset",
    "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width",
    "text-anchor", "vector-effect", "visibility", "display", "white-space",
})  # fmt: skip
ATTRIBUTES = PROPERTIES | {
    "clipPathUnits", "cx", "cy", "d", "dx", "dy", "gradientTransform", "gradientUnits", "height",
    "id", "offset", "patternContentUnits", "patternTransform", "patternUnits", "points",
    "preserveAspectRatio", "r", "rx", "ry", "transform", "viewBox", "width", "x", "x1", "x2", "y",
    "y1", "y2",
}  # fmt: skip
_IMAGE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=\s]+")
_LOCAL = re.compile(r"""url\(["']?#[\w:-]+["']?\)""")
_PLAIN = re.compile(r"""[\w\s.,%()'"#+:-]*""")


class PictureError(FinOpsError):
    """A picture that is none, or too large to be printed."""


def cleaned(text: str) -> str:
    """The picture without anything that is not listed; `PictureError` for what is no picture."""
    if len(text) > LONGEST:
        message = f"A picture is larger than {LONGEST:,} characters: choose a shorter period."
        raise PictureError(message)
    if "<!" in text or "<?" in text:  # no entities, no comments, no instructions
        message = "A picture is not plain SVG."
        raise PictureError(message)
    try:
        root = fromstring(text)  # noqa: S314 - without a document type there are no entities
    except (ParseError, ValueError) as error:
        message = "A picture is not SVG."
        raise PictureError(message) from error
    if root.tag != f"{SVG}svg":
        message = "A picture is not SVG."
        raise PictureError(message)
    register_namespace("", SVG.strip("{}"))
    register_namespace("xlink", LINK.partition("}")[0].strip("{"))
    return tostring(_kept(root), encoding="unicode")


def _kept(root: Element) -> Element:
    """A copy of the tree with what is listed, made level by level: it may be deep."""
    copy = _copied(root)
    left = [(root, copy, 1)]
    count = 0
    while left:
        original, into, depth = left.pop()
        for child in original:
            name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else ""
            if name not in ELEMENTS:
                continue
            count += 1
            if count > MOST_ELEMENTS or depth > DEEPEST:
                message = "A picture has too many parts to be printed: choose a shorter period."
                raise PictureError(message)
            made = _copied(child)
            into.append(made)
            left.append((child, made, depth + 1))
    return copy


def _copied(element: Element) -> Element:
    made = Element(element.tag)
    made.text, made.tail = element.text, element.tail
    for name, value in element.items():
        kept = _value(element.tag, name, value)
        if kept is not None:
            made.set(name, kept)
    return made


def _value(tag: str, name: str, value: str) -> str | None:
    """The attribute's value as far as it may stay; None where it may not."""
    if name in {LINK, "href"}:
        return value if tag == f"{SVG}image" and _IMAGE.fullmatch(value) else None
    if name == "style":
        return _style(value)
    return value if name in ATTRIBUTES and _is_harmless(value) else None


def _style(text: str) -> str:
    pairs = [part.partition(":") for part in text.split(";")]
    kept = [
        f"{name.strip()}: {value.strip()}"
        for name, _, value in pairs
        if name.strip() in PROPERTIES and _is_harmless(value)
    ]
    return "; ".join(kept)


def _is_harmless(value: str) -> bool:
    """Whether the value is numbers, words, colours, or the name of a part of the same picture."""
    if "url" in value.lower():
        return _LOCAL.fullmatch(value.strip()) is not None
    return _PLAIN.fullmatch(value) is not None
