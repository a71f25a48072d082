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

# What Playwright turns off, since only the last list counts, and the suggestions of an address bar
# that nobody sees: two pages of their own for each window, which cost as much as one of ours.
OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades",
    "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding",
    "PreconnectToSearch", "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup",
)  # fmt: skip
FLAGS = [
    f"--disable-features={','.join(OFF)}",
    "--process-per-site",  # so that a page finds the scripts that the one before has read
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
EVERYBODY: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "reduced_motion": "reduce",
    "accept_downloads": True,
}


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Contexts]:
    """Browser contexts that have seen nothing yet, closed after the test."""
    made: list[BrowserContext] = []

    def make(address: str, width: int = 1440, theme: str = "light") -> BrowserContext:
        size = {"width": width, "height": 900}
        found = browser.new_context(
            **{**EVERYBODY, "viewport": size}, base_url=address, color_scheme=theme
        )
        found.set_default_timeout(20_000)
        made.append(found)
        return found

    yield make
    for context in made:
        context.close()


class Desks:
    """Browser contexts that tests have one after another, each a person's own while a test lasts.

    The browser keeps the files and the scripts that it has read. What a person leaves behind, it
    does not: pages, cookies, permissions and what the pages have stored.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []

    def take(self, address: str) -> BrowserContext:
        """A context that nobody has at present."""
        free = self._free.setdefault(address, [])
        found = free.pop() if free else self._made(address)
        self._taken.append((address, found))
        return found

    def leave(self) -> None:
        """Clear what the test had, for the next one."""
        while self._taken:
            address, context = self._taken.pop()
            stays, *pages = context.pages
            for page in pages:
                page.close()
            stays.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            context.clear_cookies()
            context.clear_permissions()
            self._free[address].append(context)

    def _made(self, address: str) -> BrowserContext:
        """A context with one page that stays, and so does the process that has the scripts."""
        found = self._browser.new_context(**EVERYBODY, base_url=address)
        found.set_default_timeout(20_000)
        found.new_page().goto("/login")
        return found


@pytest.fixture(scope="session")
def all_desks(browser: Browser) -> Desks:
    """The contexts of the whole run."""
    return Desks(browser)


@pytest.fixture
def desks(all_desks: Desks) -> Iterator[Desks]:
    """The contexts, cleared after the test."""
    yield all_desks
    all_desks.leave()


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
    desks: Desks,
    site: str,
    watched: Callable[[Page], Page],
    sessions: dict[tuple[str, str], Any],
) -> Open:
    """A watched page of somebody signed in, at a path, on the site or another."""

    def opened(
        path: str = "/overview", person: str = "admin", width: int = 1440, theme: str = "light",
        at: str = site, *, may_complain: bool = False,
    ) -> Page:  # fmt: skip
        context = desks.take(at)
        context.add_cookies(sessions.get((at, person), []))
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        if not may_complain:
            watched(page)
        if (at, person) in sessions:
            page.goto(path)
            return page
        page.goto(f"/login?next={quote(path, safe='')}")
        page.click(f"button[value={person}]")
        page.wait_for_url(lambda url: "/login" not in url)
        sessions[at, person] = context.cookies()
        return page

    return opened
