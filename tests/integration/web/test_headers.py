"""What every answer tells a browser it may do."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from dash import Dash
from support.visiting import Visitor

import finops_dash


def policy(header: str) -> dict[str, list[str]]:
    """The policy's sources by directive."""
    parts = (part.split() for part in header.split(";"))
    return {name: sources for name, *sources in parts}


def hash_of(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


@pytest.mark.parametrize("path", ["/login", "/overview", "/explorer?group_by=service", "/nowhere"])
def test_a_page_may_run_our_scripts_alone(analyst: Visitor, app: Dash, path: str) -> None:
    response = analyst.get(path)
    found = policy(response.headers["Content-Security-Policy"])
    assert response.mimetype == "text/html"
    assert found["default-src"] == ["'self'"]
    assert found["script-src"] == ["'self'", *app.csp_hashes()]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(
        found["script-src"]
    )
    assert found["frame-ancestors"] == found["object-src"] == found["base-uri"] == ["'none'"]
    assert found["form-action"] == found["connect-src"] == ["'self'"]


@pytest.mark.parametrize("path", ["/login", "/overview"])
def test_every_inline_script_of_a_page_is_allowed_by_its_hash(analyst: Visitor, path: str) -> None:
    response = analyst.get(path)
    allowed = policy(response.headers["Content-Security-Policy"])["script-src"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", response.text, re.DOTALL)
    inline = [
        body for attributes, body in scripts
        if "src=" not in attributes and "application/json" not in attributes
    ]  # fmt: skip
    assert [body for body in inline if hash_of(body) not in allowed] == []
    assert not re.search(r"\son\w+=", response.text)


def test_a_page_takes_nothing_from_elsewhere(analyst: Visitor) -> None:
    page = analyst.get("/overview").text
    assert re.findall(r'(?:src|href)="(?!/)[^"]+"', page) == []


@pytest.mark.parametrize(
    "path", ["/login", "/overview", "/healthz", "/readyz", "/assets/js/view.js", "/_dash-layout"]
)
def test_every_answer_has_the_headers_of_the_house(analyst: Visitor, path: str) -> None:
    headers = analyst.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Content-Security-Policy" in headers
    assert "Strict-Transport-Security" not in headers


def test_https_is_kept_once_used(analyst: Visitor) -> None:
    headers = analyst.get("/login", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_what_is_of_a_tenant_is_kept_by_nobody(analyst: Visitor) -> None:
    for response in (analyst.get("/overview"), analyst.call("overview-trend.children", "")):
        assert response.headers["Cache-Control"] == "no-store"
    assert "no-store" not in analyst.get("/assets/js/view.js").headers["Cache-Control"]


def test_an_error_says_nothing_of_our_insides(stranger: Visitor, analyst: Visitor) -> None:
    answers = (analyst.post(b"{"), stranger.get("/_dash-component-suites/dash/nope.js"),
               analyst.client.put("/overview"), stranger.get("/_dash-layout"))  # fmt: skip
    for response in answers:
        assert 400 <= response.status_code < 500
        assert not re.search(r"Traceback|File \"|site-packages|Error\b.*line", response.text)
        assert str(Path(finops_dash.__file__).parents[1]) not in response.text
