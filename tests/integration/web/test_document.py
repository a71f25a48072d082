"""The document that pages begin as: what it asks for, and when."""

from __future__ import annotations

import re
from pathlib import Path

from plotly.offline import get_plotlyjs_version
from support.visiting import Visitor

from finops_dash.icons import USED

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r'(?:src|href)="(/[^"]+)"')


def test_everything_the_document_asks_for_is_there(analyst: Visitor) -> None:
    addresses = ADDRESS.findall(analyst.get("/overview").text)
    assert len(addresses) > 20
    assert {path: analyst.get(path).status_code for path in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_the_document_asks_for_nothing_twice_and_for_no_script_that_is_not_needed(
    analyst: Visitor,
) -> None:
    addresses = [path.partition("?")[0] for path in ADDRESS.findall(analyst.get("/overview").text)]
    assert len(addresses) == len(set(addresses))
    assert not [path for path in addresses if "polyfill" in path or "dash_table" in path]


def test_the_theme_is_set_before_anything_is_drawn(analyst: Visitor) -> None:
    text = analyst.get("/overview").text
    assert 0 < text.index("/assets/js/theme.js?m=") < text.index('rel="stylesheet"')


def test_every_icon_of_the_pages_is_in_the_stylesheet(stranger: Visitor) -> None:
    style = stranger.get("/icons.css").text
    sources = [*(ROOT / "finops_dash").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    named = {
        name
        for path in sources
        for name in re.findall(r'icon\("([a-z0-9-]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(USED)
    assert all(f".bi-{name} {{ --icon: url(" in style for name in USED)


def test_a_file_is_kept_for_long_only_where_its_address_changes_with_it(stranger: Visitor) -> None:
    kept = {
        path: stranger.get(path).headers["Cache-Control"]
        for path in ("/assets/js/view.js", "/assets/js/view.js?m=1", "/icons.css?m=1")
    }
    assert kept["/assets/js/view.js"] == "max-age=300"
    assert "max-age=31536000" in kept["/assets/js/view.js?m=1"]
    assert "max-age=31536000" in kept["/icons.css?m=1"]


def test_the_script_that_draws_is_of_plotlys_version_and_has_every_kind_of_figure(
    stranger: Visitor,
) -> None:
    script = stranger.get("/_dash-component-suites/plotly/package_data/plotly.min.js").text
    assert script.startswith(f"/*! plotly.js v{get_plotlyjs_version()}: ")
    sources = (ROOT / "finops_dash" / "figures").rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in sources]
    kinds = {kind for text in texts for kind in re.findall(r'"type": "([a-z]+)"', text)}
    kinds -= {"category", "date", "log", "line", "path", "rect"}  # of axes and shapes
    assert len(kinds) > 3
    bundled = (ROOT / "scripts" / "plotly" / "plotly.js").read_text(encoding="utf-8")
    assert {kind for kind in kinds if f"lib/{kind}" not in bundled} == {"scatter"}  # in the core
    assert len(script) < 1_500_000
