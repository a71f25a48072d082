"""Signing in and out: only demo people, only here, and back to nowhere but our own pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.visiting import Visitor

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.security import people

HOME = "http://127.0.0.1:8050/login"
ELSEWHERE = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https:evil.example", "https://evil.example", "https:/evil.example", "http:///evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
    "/\tevil", "/\t/evil.example", "/\r\nSet-Cookie: a=b", "\n//evil.example", " //evil.example",
    "https://127.0.0.1:8050@evil.example", "//127.0.0.1:8050@evil.example", "@evil.example",
    "evil.example", "overview", "", "?next=x", "#x", "//evil。example", "/\u2028/evil", "\x00/x",
    "/a\\..\\\\evil", "/_dash-layout", "https://evil.example/overview", "ftp://evil.example",
    "\uff0f\uff0fevil.example", "//%2fevil.example", "http://[::1", "//[", "/\x0b/evil.example",
)  # fmt: skip
OURS = ("/overview", "/explorer?group_by=service&filter=service:a%7Cb", "/overview?x=//e.example",
        "/explorer?filter=service:https://a.example", "/s/été", "/%2f%2fevil.example")  # fmt: skip


def as_browsers_read_it(target: str) -> str:
    """The host that a browser would go to, which forgives tabs, newlines and backslashes."""
    plain = (
        "".join(letter for letter in target if letter not in "\t\r\n").strip().replace("\\", "/")
    )
    return urlsplit(urljoin(HOME, plain)).netloc


@pytest.mark.parametrize("target", ELSEWHERE)
def test_another_place_is_not_gone_to_after_signing_in(target: str) -> None:
    assert people.safe_next(target) == "/overview"


@pytest.mark.parametrize("target", OURS)
def test_a_page_of_ours_is_gone_to_after_signing_in(target: str) -> None:
    assert people.safe_next(target) == target


@given(st.text(max_size=30) | st.text("/\\@:.?#evil\t\n", max_size=12).map(lambda t: "/" + t))
def test_whatever_is_asked_for_the_browser_stays_here(target: str) -> None:
    found = people.safe_next(target)
    assert found.startswith("/")
    assert as_browsers_read_it(found) == "127.0.0.1:8050"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ELSEWHERE))
def test_the_form_carries_no_other_place_and_the_answer_leads_to_none(
    stranger: Visitor, demo: Scope, target: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "DEMO_TENANT", demo.tenant_slug)
        page = stranger.get("/login", query_string={"next": target})
        assert 'name="next" value="/overview"' in page.text
        response = stranger.sign_in(then=target)
        assert response.headers["Location"] == "/overview"


@pytest.mark.parametrize("person", people.PEOPLE)
def test_each_demo_person_comes_in(
    stranger: Visitor, demo: Scope, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    monkeypatch.setattr(people, "DEMO_TENANT", demo.tenant_slug)
    assert stranger.sign_in(person).headers["Location"] == "/overview"
    assert stranger.get("/overview").status_code == 200
    assert people.PEOPLE[person][0] in stranger.layout("/overview").text


@pytest.mark.parametrize("person", ["", "root", "viewer ", "Viewer", "1", "analyst\x00"])
def test_nobody_else_comes_in(
    stranger: Visitor, demo: Scope, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    monkeypatch.setattr(people, "DEMO_TENANT", demo.tenant_slug)
    assert stranger.sign_in(person).status_code == 403
    assert stranger.get("/overview").status_code == 302


def test_nobody_comes_in_before_there_is_a_demo_company(
    stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "DEMO_TENANT", "not-there")
    assert stranger.sign_in().status_code == 403


@pytest.mark.usefixtures("without_demo")
def test_demo_people_stay_out_without_the_demo_setting(stranger: Visitor) -> None:
    page = stranger.get("/login")
    assert "No way to sign in is set up yet" in page.text
    assert "persona" not in page.text
    assert stranger.sign_in().status_code == 400, "there is no form to send"
    assert stranger.get("/overview").status_code == 302


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "finops.example", "::"])  # noqa: S104 - refused
def test_demo_people_stay_out_where_others_can_reach_the_port(
    analyst: Visitor, services: Services, serving: Callable[[Services], None], host: str
) -> None:
    token = analyst.form_token()
    serving(replace(services, settings=replace(services.settings, host=host)))
    assert analyst.get("/overview").status_code == 302, "a session of before goes on"
    fields = {"person": "analyst", "csrf_token": token}
    assert analyst.client.post("/login", data=fields).status_code == 403


def test_nothing_planted_in_the_session_survives_signing_in(
    stranger: Visitor, demo: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "DEMO_TENANT", demo.tenant_slug)
    stranger.get("/login")
    with stranger.client.session_transaction() as session:
        session["planted"] = "x"
        before = session["csrf_token"]
    stranger.sign_in()
    with stranger.client.session_transaction() as session:
        assert "planted" not in session
        assert session["csrf_token"] != before
        assert session["_user_id"] == "analyst"


def test_a_session_cannot_be_written_by_hand(stranger: Visitor, analyst: Visitor) -> None:
    cookie = analyst.client.get_cookie("session")
    assert cookie is not None
    body, _, signature = cookie.value.rpartition(".")
    for forged in (f"{body}.{signature[::-1]}", f"e30.{signature}", "e30", "", f"{body}."):
        stranger.client.set_cookie("session", forged)
        assert stranger.get("/overview").status_code == 302


def test_scripts_cannot_read_the_session(analyst: Visitor) -> None:
    cookie = analyst.client.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    readable = analyst.client.get_cookie("_csrf_token")
    assert readable is not None
    assert not readable.http_only
    assert readable.same_site == "Lax"


def test_over_https_the_token_goes_over_https_alone(analyst: Visitor) -> None:
    response = analyst.get("/overview", base_url="https://localhost")
    cookies = response.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)


def test_signing_out_ends_the_session(analyst: Visitor) -> None:
    assert analyst.get("/logout").headers["Location"] == "/login"
    assert analyst.get("/overview").status_code == 302
    assert analyst.call("overview-trend.children", "").status_code == 401
    with analyst.client.session_transaction() as session:
        assert "_user_id" not in session
