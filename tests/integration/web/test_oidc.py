"""Signing in by OpenID Connect: who comes in and where, and every lie that is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
import requests
from dash import Dash
from sqlalchemy import update
from support.provider import CLIENT, SECRET, Lies, Provider, provider_running
from support.visiting import Visitor
from werkzeug.test import TestResponse

from data_layer.models import app_user, web_session
from finops_dash.bootstrap import Services
from finops_dash.domain.identity import Provider as Known
from finops_dash.domain.scope import Scope
from finops_dash.security import oidc, people

Sign = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider_running() as found:
        yield found


@pytest.fixture
def provider(app: Dash, running: Provider) -> Iterator[Provider]:
    """The provider, honest to begin with, that this application knows as `mock`."""
    running.lies, running.who = Lies(), a_person()
    oidc.register(app.server, [Known("mock", running.address, CLIENT, SECRET)])
    yield running
    app.server.extensions["finops_providers"].clear()


def a_person(**more: Any) -> dict[str, Any]:
    """Somebody the provider has never named before."""
    name = f"ann-{uuid4().hex[:8]}"
    return {
        "sub": name, "email": f"{name}@example.com", "email_verified": True, "name": "Ann", **more,
    }  # fmt: skip


def sent(visitor: Visitor, then: str = "/overview", name: str = "mock") -> str:
    """Go to the provider and agree there: the address to come back to."""
    there = visitor.get(f"/login/with/{name}", query_string={"next": then})
    assert there.status_code == 302, there.text
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=10)
    return back.headers["Location"]


def come_back(visitor: Visitor, address: str) -> TestResponse:
    parts = urlsplit(address)
    return visitor.get(f"{parts.path}?{parts.query}")


def sign_in(visitor: Visitor, then: str = "/overview") -> TestResponse:
    return come_back(visitor, sent(visitor, then))


def invited(services: Services, scope: Scope, provider: Provider, role: str = "analyst") -> None:
    services.memberships.add(scope.tenant_slug, provider.who["email"], "Ann", role)


def test_somebody_invited_comes_in_and_goes_where_they_wanted(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    page = stranger.get("/login")
    assert "Continue with Mock" in page.text
    response = sign_in(stranger, "/explorer?group_by=service")
    assert response.headers["Location"] == "/explorer?group_by=service"
    assert stranger.get("/overview").status_code == 200
    assert "Ann" in stranger.layout("/views").text
    asked = provider.tokens[-1]
    assert (asked["grant_type"], len(asked["code_verifier"])) == ("authorization_code", 48)


def test_once_in_somebody_is_known_by_issuer_and_subject_alone(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    first = dict(provider.who)
    assert sign_in(stranger).status_code == 302
    provider.who = {**first, "email": "other@example.com", "email_verified": False}
    assert sign_in(Visitor(app, app.server.test_client())).status_code == 302
    provider.who = {**first, "sub": "somebody-else"}
    assert sign_in(Visitor(app, app.server.test_client())).status_code == 403


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"email_verified": False}, "has not verified your address"),
        ({"email_verified": "true"}, "has not verified your address"),
        ({"email_verified": None}, "has not verified your address"),
        ({"email": "uninvited@example.com"}, "uninvited@example.com has no access yet"),
        ({"email": ""}, "You have no access yet"),
    ],
)
def test_nobody_comes_in_uninvited_or_by_an_address_that_is_not_proven(
    stranger: Visitor,
    services: Services,
    scope: Scope,
    provider: Provider,
    more: dict[str, Any],
    words: str,
) -> None:
    invited(services, scope, provider)
    provider.who |= more
    response = sign_in(stranger)
    assert response.status_code == 403
    assert words in response.text
    assert stranger.get("/overview").status_code == 302


LIES: dict[str, Lies] = {
    "another issuer": Lies({"iss": "https://evil.example"}),
    "another client's token": Lies({"aud": "somebody-else"}),
    "a token for several without saying for whom": Lies({"aud": [CLIENT, "x"], "azp": "x"}),
    "a token of yesterday": Lies({"exp": 1_700_000_000}),
    "a token of tomorrow": Lies({"iat": 4_000_000_000}),
    "a replayed nonce": Lies({"nonce": "of-another-sign-in"}),
    "no nonce": Lies(without=("nonce",)),
    "no expiry": Lies(without=("exp",)),
    "nobody": Lies(without=("sub",)),
    "no issuer": Lies(without=("iss",)),
    "no signature": Lies(signs_with="nothing"),
    "the signature of a stranger": Lies(signs_with="a stranger's"),
    "the public key as a shared secret": Lies(signs_with="public key"),
    "a key nobody has published": Lies(header={"kid": "unknown"}),
    "an answer of another provider": Lies(named="https://evil.example"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_provider_that_lies_lets_nobody_in(
    stranger: Visitor,
    services: Services,
    scope: Scope,
    provider: Provider,
    logged: list[MutableMapping[str, Any]],
    lie: str,
) -> None:
    invited(services, scope, provider)
    provider.lies = LIES[lie]
    response = sign_in(stranger)
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert "Traceback" not in response.text
    assert stranger.get("/overview").status_code == 302
    assert [entry["event"] for entry in logged if "sign_in" in entry["event"]] == [
        "sign_in_refused"
    ]


def test_metadata_of_another_issuer_is_not_believed(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    provider.lies.issuer = "https://evil.example"
    oidc.register(app.server, [Known("fresh", provider.address, CLIENT, SECRET)])
    response = come_back(stranger, sent(stranger, name="fresh"))
    assert response.status_code == 400
    assert "another identity provider" in response.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": None}, "begun elsewhere"),
        ({"state": "forged"}, "begun elsewhere"),
        ({"code": "forged"}, "refused the sign-in"),
        ({"code": None}, "refused the sign-in"),
        ({"error": "access_denied"}, "cancelled at your identity provider"),
        ({"error": "<script>alert(1)</script>"}, "refused the sign-in"),
    ],
)
def test_an_answer_that_was_tampered_with_is_refused(
    stranger: Visitor,
    services: Services,
    scope: Scope,
    provider: Provider,
    changes: dict[str, str | None],
    words: str,
) -> None:
    invited(services, scope, provider)
    query = {key: values[0] for key, values in parse_qs(urlsplit(sent(stranger)).query).items()}
    told = {key: value for key, value in {**query, **changes}.items() if value is not None}
    response = stranger.get(f"/auth/mock/callback?{urlencode(told)}")
    assert response.status_code == 400
    assert words in response.text
    assert "<script>alert" not in response.text
    assert stranger.get("/overview").status_code == 302


def test_an_answer_is_good_once_and_for_the_browser_that_asked_alone(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    address = sent(stranger)
    assert come_back(Visitor(app, app.server.test_client()), address).status_code == 400
    assert come_back(stranger, address).status_code == 302
    assert come_back(stranger, address).status_code == 400


def test_a_sign_in_begun_with_one_provider_does_not_end_with_another(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    oidc.register(app.server, [Known("second", provider.address, CLIENT, SECRET)])
    address = sent(stranger).replace("/auth/mock/", "/auth/second/")
    response = come_back(stranger, address)
    assert response.status_code == 400
    assert "begun elsewhere" in response.text


def test_a_key_that_was_rotated_is_fetched(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    assert sign_in(stranger).status_code == 302
    provider.new_key()
    assert sign_in(Visitor(app, app.server.test_client())).status_code == 302


@pytest.mark.parametrize("lie", ["is_down", "is_nonsense"])
def test_a_provider_that_is_down_is_said_to_be(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider, lie: str
) -> None:
    invited(services, scope, provider)
    address = sent(stranger)
    setattr(provider.lies, lie, True)
    response = come_back(stranger, address)
    assert response.status_code in {400, 503}
    assert 'role="alert"' in response.text


def test_a_provider_that_nobody_reaches_is_said_to_be_down(stranger: Visitor, app: Dash) -> None:
    oidc.register(app.server, [Known("away", "http://127.0.0.1:9", CLIENT, SECRET)])
    response = stranger.get("/login/with/away")
    app.server.extensions["finops_providers"].clear()
    assert response.status_code == 503
    assert "Away does not answer" in response.text


@pytest.mark.parametrize("path", ["/login/with/nobody", "/auth/nobody/callback?code=x&state=y"])
def test_a_provider_that_is_not_set_up_is_not_there(stranger: Visitor, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_somebody_of_several_companies_chooses_one(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    other = f"other-{uuid4().hex[:8]}"
    services.tenancy.create(other, "Other & Sons")
    invited(services, scope, provider)
    services.memberships.add(other, provider.who["email"], "Ann", "viewer")
    response = sign_in(stranger, "/explorer")
    assert response.headers["Location"] == "/login/company"
    page = stranger.get("/login/company")
    assert "Other &amp; Sons" in page.text
    assert stranger.get("/overview").status_code == 302
    token = page.text.partition('csrf_token" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "company": "demo"}
    assert stranger.client.post("/login/company", data=fields).status_code == 403
    assert stranger.client.post("/login/company", data={"company": other}).status_code == 400
    response = stranger.client.post("/login/company", data={**fields, "company": other})
    assert response.headers["Location"] == "/explorer"
    assert "Other &amp; Sons" in stranger.get("/overview").text or "Other & Sons" in (
        stranger.layout("/views").text
    )
    assert stranger.get("/login/company").headers["Location"] == "/login"


def test_what_is_changed_of_somebody_holds_at_the_next_request(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider, "viewer")
    sign_in(stranger)
    assert "data-share" not in stranger.layout("/views").text
    services.memberships.add(scope.tenant_slug, provider.who["email"], "Ann B.", "admin")
    assert "Ann B." in stranger.layout("/views").text
    with services.engines.owner_transaction(scope.tenant_id) as connection:
        connection.execute(update(app_user).values(status="suspended"))
    assert stranger.get("/overview").status_code == 302
    assert stranger.layout("/views").status_code == 401
    assert sign_in(stranger).status_code == 403


def test_signing_out_ends_the_session_everywhere(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    sign_in(stranger)
    copied = app.server.test_client()
    with stranger.client.session_transaction() as session:
        kept = dict(session)
    with copied.session_transaction() as session:
        session.update(kept)
    assert copied.get("/overview").status_code == 200
    response = stranger.get("/logout")
    assert response.headers["Location"].startswith(f"{provider.address}/end?client_id=finops")
    assert stranger.get("/overview").status_code == 302
    assert copied.get("/overview").status_code == 302


def test_signing_in_leaves_nothing_of_the_session_before(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    stranger.get("/login")
    with stranger.client.session_transaction() as session:
        session["planted"] = "x"
    sign_in(stranger)
    with stranger.client.session_transaction() as session:
        assert not [
            key for key in session if key not in {"_user_id", "_fresh", "_id", "csrf_token"}
        ]


def test_no_token_of_a_session_stands_in_the_database(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    sign_in(stranger)
    with stranger.client.session_transaction() as session:
        token = session["_user_id"].split(":")[2]
    with services.engines.tenant(scope.tenant_id) as connection:
        rows = connection.exec_driver_sql("SELECT * FROM finops.web_session").fetchall()
    assert len(rows) == 1
    assert token not in str(rows)


def test_an_open_page_is_told_how_long_its_session_lasts_and_can_go_on(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    sign_in(stranger)
    stranger.get("/overview")
    with services.engines.owner_transaction(scope.tenant_id) as connection:
        before = services.now() - timedelta(minutes=29)
        connection.execute(update(web_session).values(seen_at=before))
    assert 50 <= stranger.get("/_version").json["ends_in"] <= 60
    assert 50 <= stranger.get("/_version").json["ends_in"] <= 60
    assert stranger.client.post("/_stay").status_code == 400, "without the token"
    stayed = stranger.client.post("/_stay", headers={"X-CSRFToken": stranger.token})
    assert stayed.json["ends_in"] > 1790
    assert stranger.get("/_version").json["ends_in"] > 1790


def test_a_demo_session_says_nothing_of_its_end(analyst: Visitor) -> None:
    assert "ends_in" not in analyst.get("/_version").json


def in_a_browser(visitor: Visitor, agent: str) -> Visitor:
    visitor.client.environ_base["HTTP_USER_AGENT"] = agent
    return visitor


def test_somebody_sees_where_they_are_signed_in_and_signs_out_elsewhere(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    agents = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "Mozilla/5.0 (Windows) Edg/142.0",
              "Mozilla/5.0 (iPhone) Safari/604.1", "curl/8")  # fmt: skip
    others = [Visitor(app, app.server.test_client()) for _ in agents[1:]]
    for visitor, agent in zip((stranger, *others), agents, strict=True):
        sign_in(in_a_browser(visitor, agent))
    shown = stranger.layout("/sessions").text
    for words in ("Firefox on Linux", "Edge on Windows", "Safari on iPhone", "A browser",
                  "This browser", "127.0.0.1", "Sign out everywhere else"):  # fmt: skip
        assert words in shown
    edge = next(
        one.session_id
        for one in services.sessions.of(scope, user_of(others[0]))
        if "Edg" in one.agent
    )
    assert stranger.client.post("/sessions/end", data={"session": edge}).status_code == 400
    ended(stranger, edge)
    assert [visitor.get("/overview").status_code for visitor in others] == [302, 200, 200]
    ended(stranger, "others")
    assert [visitor.get("/overview").status_code for visitor in others] == [302, 302, 302]
    assert stranger.get("/overview").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    sign_in(stranger)
    (mine,) = services.sessions.of(scope, user_of(stranger))
    provider.who = a_person()
    invited(services, scope, provider)
    other = Visitor(app, app.server.test_client())
    sign_in(other)
    for which in (mine.session_id, "others", "", "x", -1):
        ended(other, which)
    assert stranger.get("/overview").status_code == 200
    assert other.get("/overview").status_code == 200


def test_a_demo_person_has_no_sessions_to_end(analyst: Visitor) -> None:
    assert "You are a demo person" in analyst.layout("/sessions").text
    ended(analyst, "others")
    assert analyst.get("/overview").status_code == 200


def ended(visitor: Visitor, which: object) -> None:
    visitor.get("/overview")
    fields = {"session": which, "csrf_token": visitor.token}
    answer = visitor.client.post("/sessions/end", data=fields)
    assert answer.headers["Location"] == "/sessions"


def user_of(visitor: Visitor) -> int:
    with visitor.client.session_transaction() as session:
        key = session["_user_id"]
    with visitor.app.server.test_request_context("/"):
        person = people.load(key)
    assert person is not None
    return int(person.id)


def for_many(provider: Provider, app: Dash, tid: object, **more: Any) -> None:
    """As Microsoft does it: the metadata's issuer stands for all customers, the token's for one."""
    provider.lies.issuer = f"{provider.address}/{{tenantid}}/v2.0"
    provider.who |= {"iss": f"{provider.address}/one/v2.0", "tid": tid, **more}
    provider.who.pop("email_verified")
    oidc.register(app.server, [Known("many", provider.address, CLIENT, SECRET)])


@pytest.mark.parametrize(
    ("tid", "more", "status"),
    [
        ("one", {"xms_edov": True}, 302),
        ("one", {"xms_edov": "1"}, 302),
        ("one", {"xms_edov": False}, 403),
        ("one", {}, 403),
        ("two", {"xms_edov": True}, 400),
        (None, {"xms_edov": True}, 400),
    ],
)
def test_a_provider_of_many_companies_vouches_for_the_one_of_the_token(
    stranger: Visitor,
    app: Dash,
    services: Services,
    scope: Scope,
    provider: Provider,
    tid: object,
    more: dict[str, Any],
    status: int,
) -> None:
    invited(services, scope, provider)
    for_many(provider, app, tid, **more)
    assert come_back(stranger, sent(stranger, name="many")).status_code == status


def test_a_provider_of_many_companies_names_none_of_another_host(
    stranger: Visitor, app: Dash, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    for_many(provider, app, "one", xms_edov=True)
    provider.lies.issuer = "https://login.elsewhere.example/{tenantid}/v2.0"
    provider.who["iss"] = "https://login.elsewhere.example/one/v2.0"
    oidc.register(app.server, [Known("elsewhere", provider.address, CLIENT, SECRET)])
    response = come_back(stranger, sent(stranger, name="elsewhere"))
    assert response.status_code == 400
    assert "another identity provider" in response.text


def test_only_a_provider_of_many_companies_may_vouch_in_that_way(
    stranger: Visitor, services: Services, scope: Scope, provider: Provider
) -> None:
    invited(services, scope, provider)
    provider.who |= {"email_verified": False, "xms_edov": True}
    assert sign_in(stranger).status_code == 403
