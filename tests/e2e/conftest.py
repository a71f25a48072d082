"""The real program in a real browser: one server for all journeys, every page's console watched."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
READY_WITHIN = 30.0


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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "FINOPS_DATA_DIR": str(data_dir),
        "FINOPS_DEMO": "1",
        "FINOPS_PORT": str(port),
        "FINOPS_SECRET_KEY": "a key for browser tests alone",
    }
    command = [sys.executable, "-m", "finops_dash", "serve", "--workers", "1", "--no-scheduler"]
    with subprocess.Popen(command, env=env) as server:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/readyz", server)
        yield address
        server.terminate()
        server.wait(READY_WITHIN)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(address) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    message = f"the server is not ready after {READY_WITHIN} s"
    raise AssertionError(message)


class Console:
    """What a page complained of: messages, failed requests, answers of 400 and above."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", lambda message: self._say(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error {error}"))
        page.on("response", lambda answer: self._answer(answer.status, answer.url))

    def _say(self, kind: str, text: str) -> None:
        if kind in {"error", "warning", "trace", "assert"}:
            self.complaints.append(f"{kind} {text}")

    def _answer(self, status: int, url: str) -> None:
        if status >= 400:
            self.complaints.append(f"{status} {url}")


Open = Callable[..., Page]


@pytest.fixture
def context_of(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Browser contexts, each a person of their own, closed after the test."""
    made: list[BrowserContext] = []

    def make(width: int = 1440, theme: str = "light") -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            base_url=site,
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
def sign_in(context_of: Callable[..., BrowserContext]) -> Iterator[Open]:
    """A page of somebody signed in, at a path; the test fails on any complaint of its console."""
    watched: list[Console] = []

    def opened(
        path: str = "/overview", person: str = "admin", width: int = 1440, theme: str = "light"
    ) -> Page:
        page = context_of(width, theme).new_page()
        watched.append(Console(page))
        page.goto(f"/login?next={path}")
        page.click(f"button[value={person}]")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield opened
    assert [complaint for console in watched for complaint in console.complaints] == []
