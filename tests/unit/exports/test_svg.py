"""Of a picture from a browser only what can be seen is left."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.exports.svg import ATTRIBUTES, ELEMENTS, PictureError, cleaned

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PNG = "data:image/png;base64,iVBORw0KGgo="


def svg(inside: str, more: str = "") -> str:
    return f"<svg {NS} {more}>{inside}</svg>"


def test_shapes_texts_and_small_images_stay() -> None:
    found = cleaned(
        svg(
            '<g class="bars" clip-path="url(#a)"><path d="M0,0L1,1" style="fill: rgb(1, 2, 3); '
            f'fill-opacity: 0.5;"/><text x="1">A &amp; B</text><image xlink:href="{PNG}"/></g>',
            'width="10" height="5"',
        )
    )
    root = ET.fromstring(found)  # noqa: S314 - our own text
    assert root.attrib == {"width": "10", "height": "5"}
    assert 'clip-path="url(#a)"' in found
    assert "fill: rgb(1, 2, 3); fill-opacity: 0.5" in found
    assert "A &amp; B" in found
    assert PNG in found
    assert "class" not in found


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<foreignObject><body>evil</body></foreignObject>",
        "<style>@import 'https://evil.example/x.css'</style>",
        '<use href="https://evil.example/#a"/>',
        '<use href="#a"/>',
        '<a href="javascript:alert(1)"><text>evil</text></a>',
        '<image href="https://evil.example/x.png"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<rect onclick="alert(1)" onload="alert(1)"/>',
        '<rect fill="url(https://evil.example/#a)"/>',
        '<rect style="fill: url(//evil.example/a)"/>',
        '<rect style="fill: URL(file:///etc/passwd)"/>',
        '<rect style="behavior: evil; -moz-binding: evil"/>',
        '<rect style="fill: \\75rl(evil)"/>',
        '<rect fill="u&#x72;l(evil)"/>',
        '<filter id="evil"/><mask id="evil"/><animate attributeName="evil"/><set to="evil"/>',
        '<x:script xmlns:x="http://evil.example">evil</x:script>',
        '<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="https://evil.example"/>',
    ],
)
def test_nothing_that_runs_loads_or_points_outside_stays(hostile: str) -> None:
    found = cleaned(svg(hostile)).lower()
    for mark in ("evil", "alert", "passwd", "script", "url(", "svg+xml", "href", "import", "use"):
        assert mark not in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no picture",
        "<html/>",
        "<svg>",
        "<svg/>",
        svg("<g>"),
        f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{svg('&a;')}",
        f"<?xml-stylesheet href='https://evil.example'?>{svg('')}",
        svg("<!-- a comment -->"),
        svg("\0"),
        svg("<g>" * 50 + "</g>" * 50),
        svg("<g/>" * 20_001),
        svg(" " * 1_000_001),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(text: str) -> None:
    with pytest.raises(PictureError):
        cleaned(text)


NAMES = st.sampled_from([*sorted(ELEMENTS), "script", "use", "a", "style", "foreignObject"])
KEYS = st.sampled_from([*sorted(ATTRIBUTES), "onload", "href", "style", "class", "src"])
VALUES = st.text(st.characters(codec="ascii", exclude_characters='<&"', min_codepoint=32))


@given(st.lists(st.tuples(NAMES, KEYS, VALUES | st.just("url(http://a/#b)")), max_size=20))
def test_only_what_is_listed_is_ever_left(parts: list[tuple[str, str, str]]) -> None:
    inside = "".join(f'<{name} {key}="{value}">' for name, key, value in parts)
    closing = "".join(f"</{name}>" for name, _, _ in reversed(parts))
    root = ET.fromstring(cleaned(svg(inside + closing)))  # noqa: S314 - our own text
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in ELEMENTS
        for key, value in element.attrib.items():
            assert key in ATTRIBUTES | {"style"} or "data:image/png" in value
            assert "http" not in value or "url" not in value
