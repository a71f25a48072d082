"""The real program in a real browser: one server for all journeys, every page's console watched."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from support.hostile import write_hostile
from support.serving import served

from finops_dash.bootstrap import Services

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STAGE = Path(__file__).parents[1] / "support" / "stage.py"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((path for name in names if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium on this machine: scripts/browser.sh installs one")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def site(services: Services, demo_files: Path, data_dir: Path) -> Iterator[str]:
    """The address of the served demo company."""
    services.tenancy.create("demo", "Northwind Robotics")
    scope = services.tenancy.scope("demo", "finops")
    services.ingestion.ingest(scope, [str(demo_files)], may_shrink=True)
    command = [sys.executable, "-m", "finops_dash", "serve", "--workers", "1", "--no-scheduler"]
    with served(command, data_dir) as address:
        yield address


@pytest.fixture(scope="session")
def stage(
    site: str,  # noqa: ARG001 - the demo company is loaded
    services: Services,
    data_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of the same program where people come into other tenants (`support.stage`)."""
    tenants = {name: f"{name}-{uuid4().hex[:8]}" for name in ("empty", "hostile")}
    services.tenancy.create(tenants["empty"], "Nothing Yet")
    services.tenancy.create(tenants["hostile"], "<script>alert(1)</script>")
    bill = write_hostile(tmp_path_factory.mktemp("hostile"))
    services.ingestion.ingest(services.tenancy.scope(tenants["hostile"], "finops"), [str(bill)])
    names = {f"STAGE_{name.upper()}": slug for name, slug in tenants.items()}
    with served([sys.executable, str(STAGE)], data_dir, **names) as address:
        yield address


class Console:
    """What a page complained of: messages, failed requests, answers of 400 and above."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", lambda message: self._say(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error {error}"))
        page.on("response", lambda answer: self._answer(answer.status, answer.url))
        page.on("requestfailed", self._fail)

    def _say(self, kind: str, text: str) -> None:
        if kind in {"error", "warning", "trace", "assert"}:
            self.complaints.append(f"{kind} {text}")

    def _fail(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left meanwhile
            self.complaints.append(f"{request.failure} {request.url}")

    def _answer(self, status: int, url: str) -> None:
        if status >= 400:
            self.complaints.append(f"{status} {url}")


Open = Callable[..., Page]


Contexts = Callable[..., BrowserContext]


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Contexts]:
    """Browser contexts, each a person of their own, closed after the test."""
    made: list[BrowserContext] = []

    def make(
        address: str, width: int = 1440, theme: str = "light", state: Any = None
    ) -> BrowserContext:
        context = browser.new_context(
            storage_state=state,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            base_url=address,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(20_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def watched() -> Iterator[Callable[[Page], Page]]:
    """Watch a page's console; the test fails on any complaint."""
    consoles: list[Console] = []

    def watch(page: Page) -> Page:
        consoles.append(Console(page))
        return page

    yield watch
    assert [complaint for console in consoles for complaint in console.complaints] == []


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], Any]:
    """The cookies of people who have signed in before, by address and person."""
    return {}


@pytest.fixture
def sign_in(
    context_of: Contexts,
    site: str,
    watched: Callable[[Page], Page],
    sessions: dict[tuple[str, str], Any],
) -> Open:
    """A watched page of somebody signed in, at a path, on the site or another."""

    def opened(
        path: str = "/overview", person: str = "admin", width: int = 1440, theme: str = "light",
        at: str = site, *, may_complain: bool = False,
    ) -> Page:  # fmt: skip
        page = context_of(at, width, theme, sessions.get((at, person))).new_page()
        if not may_complain:
            watched(page)
        if (at, person) in sessions:
            page.goto(path)
            return page
        page.goto(f"/login?next={quote(path, safe='')}")
        page.click(f"button[value={person}]")
        page.wait_for_url(lambda url: "/login" not in url)
        sessions[at, person] = page.context.storage_state()
        return page

    return opened
