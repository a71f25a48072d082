"""What goes over the wire is small: files once for all, answers at once."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest
from backports import zstd
from dash import Dash
from support.scheduling import eventually
from support.visiting import Visitor

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
SCRIPT = "/_dash-component-suites/dash/dcc/async-graph.js"
STYLE = "/assets/css/2-frame.css"


@pytest.mark.parametrize("path", [SCRIPT, STYLE, "/assets/favicon.svg"])
def test_a_file_is_the_same_file_compressed_and_plain(stranger: Visitor, path: str) -> None:
    small, plain = stranger.get(path, headers=BROWSER), stranger.get(path)
    assert small.headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in plain.headers
    assert brotli.decompress(small.data) == plain.data


def test_a_file_gets_smaller_behind_and_is_kept_for_other_processes(
    stranger: Visitor, data_dir: Path
) -> None:
    stranger.get(SCRIPT, headers=BROWSER)
    plain = stranger.get(SCRIPT).data
    smallest = brotli.compress(plain, quality=10, lgwin=24)
    eventually(lambda: stranger.get(SCRIPT, headers=BROWSER).data == smallest, 30)
    kept = data_dir / "files"
    eventually(lambda: smallest in [path.read_bytes() for path in kept.glob("*.br")], 30)


@pytest.mark.parametrize("path", [SCRIPT, STYLE])
def test_a_browser_that_has_the_file_is_sent_none_of_it(stranger: Visitor, path: str) -> None:
    first = stranger.get(path, headers=BROWSER)
    again = stranger.get(path, headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_is_compressed_for_whoever_asks(analyst: Visitor, app: Dash) -> None:
    answer = analyst.get("/_dash-dependencies", headers=BROWSER)
    assert answer.headers["Content-Encoding"] == "zstd"
    assert b"overview-view" in zstd.decompress(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    assert app.server.test_client().get(STYLE, headers=BROWSER).headers["Vary"]


def test_a_missing_file_is_no_file_of_ours(stranger: Visitor) -> None:
    assert stranger.get("/assets/css/9-none.css", headers=BROWSER).status_code == 404
