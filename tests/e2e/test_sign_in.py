"""Two identity providers side by side, the whole way through a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update
from support.looks import widest
from support.provider import CLIENT, SECRET, Provider, provider_running
from support.serving import answers, free_port, served

from data_layer.models import web_session
from finops_dash.bootstrap import Services

Contexts = Callable[..., BrowserContext]
CERTIFIED = Path(__file__).parents[1] / "support" / "certified"


def person(address: str, name: str) -> dict[str, Any]:
    """Somebody of the provider at that address alone: an invitation is taken once."""
    port = urlsplit(address).port
    email = f"{name.lower()}@of-{port}.example"
    return {"sub": name.lower(), "email": email, "email_verified": True, "name": name}


@dataclass(frozen=True)
class Certified:
    """Where the certified provider answers, and on which port it lets people come back."""

    address: str
    port: int


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """The address of oidc-provider-mock, a program of its own."""
    port = free_port()
    claims = json.dumps(person(f"http://127.0.0.1:{port}", "Ann"))
    command = [
        str(Path(sys.executable).with_name("oidc-provider-mock")),
        "--port", str(port), "--require-nonce", "true", "--user-claims", claims,
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        address = f"http://127.0.0.1:{port}"
        try:
            answers(f"{address}/.well-known/openid-configuration", running)
            yield address
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def second() -> Iterator[Provider]:
    """A second provider, which asks nobody anything."""
    with provider_running() as found:
        yield found


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certified]:
    """The certified provider of npm, a program of its own."""
    program = shutil.which("node")
    if program is None or not (CERTIFIED / "node_modules").exists():
        pytest.skip("there is no Node.js 20 on this machine, which the certified provider needs")
    found = Certified(f"http://127.0.0.1:{free_port()}", free_port())
    env = {
        "PORT": found.address.rpartition(":")[2],
        "BACK": f"http://127.0.0.1:{found.port}/auth/certified/callback",
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
    }
    log = (tmp_path_factory.mktemp("certified") / "log").open("wb")
    command = [program, str(CERTIFIED / "provider.mjs")]
    with log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as running:
        try:
            answers(f"{found.address}/.well-known/openid-configuration", running)
            yield found
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def doors(
    site: str,  # noqa: ARG001 - the demo company is loaded
    services: Services,
    data_dir: Path,
    mock: str,
    second: Provider,
) -> Iterator[str]:
    """The program with two ways to sign in, and one person invited to the demo company."""
    services.memberships.add("demo", person(mock, "Ann")["email"], "Ann Other", "analyst")
    services.memberships.add("demo", person(second.address, "Bea")["email"], "Bea", "viewer")
    providers = {
        "FINOPS_DEMO": "0",
        "FINOPS_OIDC_MOCK_ISSUER": mock,
        "FINOPS_OIDC_MOCK_CLIENT_ID": "finops",
        "FINOPS_OIDC_MOCK_CLIENT_SECRET": "a secret",
        "FINOPS_OIDC_SECOND_ISSUER": second.address,
        "FINOPS_OIDC_SECOND_CLIENT_ID": CLIENT,
        "FINOPS_OIDC_SECOND_CLIENT_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "finops_dash", "serve", "--workers", "1", "--no-scheduler"]
    with served(command, data_dir, **providers) as address:
        yield address


def at_login(context_of: Contexts, watched: Callable[[Page], Page], address: str) -> Page:
    page = watched(context_of(address).new_page())
    # Some providers' own pages would fetch fonts and styles from elsewhere.
    page.route(
        re.compile("^https://"), lambda route: route.fulfill(body="", content_type="text/css")
    )
    page.goto("/explorer?group_by=service")
    expect(page).to_have_url(re.compile("/login"))
    return page


def test_somebody_signs_in_by_a_provider_and_out_again(
    context_of: Contexts, watched: Callable[[Page], Page], doors: str
) -> None:
    page = at_login(context_of, watched, doors)
    assert [found.text_content() for found in page.locator(".persona").all()] == [
        "Continue with Mock", "Continue with Second",
    ]  # fmt: skip
    page.click("text=Continue with Mock")
    page.fill("input[name=sub]", "ann")
    page.click("button:has-text('Authorize')")
    expect(page).to_have_url(re.compile(r"/explorer\?group_by=service$"))
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")
    page.click("summary[aria-label^='Ann Other']")
    page.click("text=Where you are signed in")
    expect(page.locator(".sessions > li")).to_contain_text("Chrome on Linux")
    assert widest(page) <= 1440
    page.click("summary[aria-label^='Ann Other']")
    page.click("text=Sign out")
    page.goto("/overview")
    expect(page).to_have_url(re.compile("/login"))


def test_a_second_provider_stands_beside_the_first(
    context_of: Contexts, watched: Callable[[Page], Page], doors: str, second: Provider
) -> None:
    second.who = person(second.address, "Bea")
    page = at_login(context_of, watched, doors)
    page.click("text=Continue with Second")
    expect(page).to_have_url(re.compile(r"/explorer\?group_by=service$"))
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_outside_have_no_serious_finding(
    context_of: Contexts, doors: str, second: Provider, width: int
) -> None:
    second.who = {"sub": "nobody", "email": "nobody@example.com", "email_verified": True}
    page = context_of(doors, width).new_page()
    for path, words in (("/login", "Sign in"), ("/login/with/second", "You are not signed in")):
        page.goto(path)
        expect(page.locator("h1")).to_have_text(words)
        found: list[dict[str, Any]] = Axe().run(page).response["violations"]
        assert [i["id"] for i in found if i["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert urlsplit(page.url).path == "/auth/second/callback"


def test_who_was_away_for_long_is_asked_whether_they_are_still_there(
    context_of: Contexts, doors: str, second: Provider, services: Services
) -> None:
    second.who = person(second.address, "Bea")
    page = at_login(context_of, lambda page: page, doors)  # in the end the console says 401
    page.click("text=Continue with Second")
    page.wait_for_selector("#explorer-answer .barlayer path", state="attached")
    away(services, minutes=29)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".session-note")).to_contain_text("signed out in a minute")
    page.click("text=Stay signed in")
    expect(page.locator(".session-note")).to_have_count(0)
    away(services, minutes=31)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_url(re.compile(r"/login\?next=%2Fexplorer"))


def away(services: Services, minutes: int) -> None:
    """As if nobody of the demo company had done anything for so long."""
    tenant_id = services.tenancy.find("demo").tenant_id
    with services.engines.owner_transaction(tenant_id) as connection:
        before = services.now() - timedelta(minutes=minutes)
        connection.execute(update(web_session).values(seen_at=before))


def test_somebody_signs_in_by_the_certified_provider(
    context_of: Contexts,
    watched: Callable[[Page], Page],
    site: str,  # noqa: ARG001 - the demo company is loaded
    services: Services,
    data_dir: Path,
    certified: Certified,
) -> None:
    services.memberships.add("demo", person(certified.address, "Dora")["email"], "Dora", "viewer")
    settings = {
        "FINOPS_DEMO": "0",
        "FINOPS_PORT": str(certified.port),
        "FINOPS_OIDC_CERTIFIED_ISSUER": certified.address,
        "FINOPS_OIDC_CERTIFIED_CLIENT_ID": CLIENT,
        "FINOPS_OIDC_CERTIFIED_CLIENT_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "finops_dash", "serve", "--workers", "1", "--no-scheduler"]
    with served(command, data_dir, **settings) as address:
        page = at_login(context_of, watched, address)
        page.click("text=Continue with Certified")
        page.fill("input[name=login]", "dora")
        page.fill("input[name=password]", "anything")
        page.click("button[type=submit]")
        page.click("button[type=submit]")
        expect(page).to_have_url(re.compile(r"/explorer\?group_by=service$"))
        page.wait_for_selector("#explorer-answer .barlayer path", state="attached")
        expect(page.locator("summary[aria-label^='Dora']")).to_be_visible()
