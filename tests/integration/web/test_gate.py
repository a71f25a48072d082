"""Nothing but the public list is seen without a session; new routes are tested by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import dash
import pytest
from dash import Dash
from support.visiting import CALL, Visitor
from werkzeug.routing import Rule

from finops_dash.security.gate import PUBLIC

SEEN_BY_ALL = {
    "/login", "/login/with/<name>", "/login/company", "/auth/<name>/callback",
    "/logout", "/healthz", "/readyz", "/icons.css", "/assets/<path:filename>",
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/bootstrap/static/<path:filename>",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
}  # fmt: skip


def sample(rule: Rule) -> str:
    """An address of the rule."""
    text = rule.rule
    for argument in rule.arguments:
        for kind in ("path:", "string:", "int:", ""):
            text = text.replace(f"<{kind}{argument}>", "1")
    assert "<" not in text
    return text


def addresses(app: Dash) -> Iterator[tuple[str, str]]:
    """Every gated route and page, with each of its methods."""
    for rule in app.server.url_map.iter_rules():
        if rule.rule in SEEN_BY_ALL:
            continue
        for method in sorted(set(rule.methods or ()) - {"OPTIONS", "HEAD"}):
            yield method, sample(rule)
    for page in dash.page_registry.values():
        yield "GET", page["relative_path"]


def test_the_public_list_is_the_one_we_know(app: Dash) -> None:
    assert PUBLIC == SEEN_BY_ALL
    assert {rule.rule for rule in app.server.url_map.iter_rules()} >= SEEN_BY_ALL


def test_everything_else_asks_to_sign_in_first(app: Dash, stranger: Visitor) -> None:
    gated = list(addresses(app))
    assert ("GET", "/overview") in gated
    assert ("GET", "/explorer") in gated
    assert ("POST", CALL) in gated
    for method, path in gated:
        response = stranger.client.open(path, method=method)
        if path.startswith("/_"):
            assert response.status_code == 401, path
        elif path != "/":
            assert response.status_code == 302, path
            assert response.headers["Location"].startswith("/login?next="), path


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/_favicon.ico", "/_dash-x"]
)
def test_dashs_own_addresses_answer_401_in_a_few_words(stranger: Visitor, path: str) -> None:
    response = stranger.get(path)
    assert response.status_code == 401
    assert response.json["error"] == "Sign in first."


def test_a_callback_without_a_session_answers_401_whatever_it_sends(stranger: Visitor) -> None:
    for body in (stranger.body("overview-trend.children", ""), {}, [], b"\xff{"):
        assert stranger.post(body).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/LOGIN", "/login/", "/login/../overview", "/assets", "/loginx", "/healthz/", "/favicon.ico",
     "/bootstrap/x", "/bootstrap/../overview", "/assetsx/y", "/_dash-component-suites/x"],
)  # fmt: skip
def test_what_only_resembles_a_public_path_is_not_one(stranger: Visitor, path: str) -> None:
    assert stranger.get(path).status_code in {302, 401}


@pytest.mark.parametrize(
    "path",
    ["/assets/../pages/overview.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py",
     "/bootstrap/static/../../security/gate.py"],
)  # fmt: skip
def test_public_folders_hand_out_only_their_own_files(stranger: Visitor, path: str) -> None:
    response = stranger.get(path)
    assert response.status_code in {302, 401, 404}
    assert "import" not in response.text


def test_what_is_public_is_answered(stranger: Visitor) -> None:
    paths = ("/login", "/healthz", "/readyz", "/assets/js/theme.js", "/assets/css/1-tokens.css",
             "/bootstrap/static/css/bootstrap.min.css", "/icons.css")  # fmt: skip
    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_the_root_leads_to_the_overview_after_signing_in(
    stranger: Visitor, analyst: Visitor
) -> None:
    assert stranger.get("/").headers["Location"] == "/login?next=%2F"
    assert analyst.get("/").headers["Location"] == "/overview"


def test_who_wanted_a_page_gets_it_after_signing_in(stranger: Visitor) -> None:
    wanted = "/explorer?group_by=service&filter=service:a%26b%7Cc"
    asked = stranger.get(wanted)
    assert asked.headers["Location"] == (
        "/login?next=%2Fexplorer%3Fgroup_by%3Dservice%26filter%3Dservice%3Aa%2526b%257Cc"
    )
    page = stranger.get(asked.headers["Location"])
    assert 'value="/explorer?group_by=service&amp;filter=service:a%26b%7Cc"' in page.text


def test_a_file_of_a_component_that_is_not_there_is_404(stranger: Visitor) -> None:
    for path in ("dash/nope.js", "nope/nope.js", "dash/../dash.py", "dash/deps/../../app.py"):
        response = stranger.get(f"/_dash-component-suites/{path}")
        assert response.status_code == 404, path


def test_the_layout_of_the_frame_holds_nothing_of_a_tenant(analyst: Visitor) -> None:
    found = analyst.get("/_dash-layout")
    assert found.status_code == 200
    assert "demo" not in found.text
