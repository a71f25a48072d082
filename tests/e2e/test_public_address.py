"""Behind a proxy that ends TLS: cookies for TLS alone, whole addresses, who asks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from support.provider import CLIENT, SECRET, Provider, provider_running
from support.serving import served

from finops_dash.bootstrap import Services

FORWARDED = {
    "Host": "costs.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "198.51.100.7, 203.0.113.9",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with provider_running() as found:
        yield found


@pytest.fixture(scope="module")
def public(site: str, data_dir: Path, provider: Provider) -> Iterator[str]:  # noqa: ARG001 - the demo company is loaded
    """The program as it stands behind a proxy."""
    settings = {
        "FINOPS_PUBLIC_URL": "https://costs.example",
        "FINOPS_OIDC_MOCK_ISSUER": provider.address,
        "FINOPS_OIDC_MOCK_CLIENT_ID": CLIENT,
        "FINOPS_OIDC_MOCK_CLIENT_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "finops_dash", "serve", "--workers", "1", "--no-scheduler"]
    with served(command, data_dir, **settings) as address:
        yield address


def ask(address: str, path: str, **more: str) -> requests.Response:
    headers = {**FORWARDED, **more}
    return requests.get(f"{address}{path}", headers=headers, allow_redirects=False, timeout=20)


def test_cookies_are_for_tls_and_for_this_host_alone(public: str) -> None:
    answer = ask(public, "/login")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_providers_lead_back_to_the_public_address_whatever_host_is_named(public: str) -> None:
    answer = ask(public, "/login/with/mock", Host="evil.example")
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["redirect_uri"] == ["https://costs.example/auth/mock/callback"]


def test_a_session_says_from_where_its_person_came(
    public: str, provider: Provider, services: Services
) -> None:
    email = f"carl@of-{urlsplit(provider.address).port}.example"
    provider.who = {"sub": "carl", "email": email, "email_verified": True}
    services.memberships.add("demo", email, "Carl", "viewer")
    begun = ask(public, "/login/with/mock")
    back = requests.get(begun.headers["Location"], allow_redirects=False, timeout=20)
    parts = urlsplit(back.headers["Location"])
    cookie = begun.headers["Set-Cookie"].split(";")[0]
    assert ask(public, f"{parts.path}?{parts.query}", Cookie=cookie).status_code == 302
    scope = services.tenancy.scope("demo")
    with services.engines.tenant(scope.tenant_id) as connection:
        query = "SELECT address FROM finops.web_session ORDER BY session_id DESC LIMIT 1"
        assert connection.exec_driver_sql(query).scalar_one() == "203.0.113.9"


def test_without_a_public_address_no_proxy_is_believed(site: str) -> None:
    answer = ask(site, "/login")
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Set-Cookie"].startswith("session=")
