"""What a person takes along: files with their progress, pictures, a page on paper, a command."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.browser import card, drawn

from finops_dash.bootstrap import Services

Open = Callable[..., Page]
# The body comes in small steps, as over a slow line, and ends when it is called off.
SLOW = """() => {
  const ask = window.fetch;
  window.fetch = async (address, options) => {
    const answer = await ask(address, options);
    const isFile = String(address).includes("/export/") && (options || {}).method !== "HEAD";
    if (!isFile) { return answer; }
    const text = new Uint8Array(await answer.arrayBuffer());
    let at = 0;
    const body = new ReadableStream({ async pull(out) {
      await new Promise((then) => setTimeout(then, 50));
      if (options.signal.aborted) { out.error(new DOMException("aborted", "AbortError")); return; }
      out.enqueue(text.slice(at, at + 20000));
      at += 20000;
      if (at >= text.length) { out.close(); }
    } });
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}"""


def choose(page: Page, name: str) -> None:
    page.click("summary[aria-label=Export]")
    page.click(f".menu[open] [aria-label='{name}'], .menu[open] button:text-is('{name}')")


def test_all_charge_lines_are_saved_with_their_progress_in_sight(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.evaluate(SLOW)
    with page.expect_download() as saved:
        choose(page, "CSV: all charge lines")
        words = page.locator(".export-words")
        expect(words).to_have_text(re.compile(r"[\d,]+ of [\d,]+ rows, [\d.,]+ (kB|MB)"))
        assert float(page.locator("progress").get_attribute("value") or 0) > 0
    assert re.fullmatch(
        r"charges-effective-cost_[\d-]+\.\.[\d-]+_\d+T\d+Z\.csv", saved.value.suggested_filename
    )
    expect(page.locator("#toast")).to_contain_text("Saved charges-effective-cost")
    expect(page.locator(".export-panel")).to_have_count(0)
    text = Path(saved.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) > 100
    assert {row["BillingCurrency"] for row in rows} == {"USD"}


def test_an_export_can_be_called_off(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.evaluate(SLOW)
    choose(page, "CSV: all charge lines")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#toast")).to_contain_text("Cancelled: nothing was saved.")
    expect(page.locator(".export-panel")).to_have_count(0)
    with page.expect_download():
        choose(page, "CSV: what is shown")


def test_the_files_of_the_menu_are_plain_links(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    for kind, start in (("csv", b"\xef\xbb\xbfday,service"), ("xlsx", b"PK"), ("parquet", b"PAR1")):
        link = page.locator(f".menu.export a[href^='/export/cost.{kind}']")
        answer = page.request.get(link.get_attribute("href") or "")
        assert answer.ok
        assert answer.body().startswith(start)


def test_what_is_refused_is_said_in_a_toast(sign_in: Open) -> None:
    page = sign_in(may_complain=True)
    drawn(page)
    page.evaluate(
        "() => { document.querySelector('.menu.export a').href = '/export/cost.csv?utm=1'; }"
    )
    choose(page, "CSV: what is shown")
    expect(page.locator("#toast")).to_contain_text("“utm=1” was left out")


def test_a_picture_can_be_had_as_a_vector(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    with page.expect_download() as saved:
        card(page, "Cost over time").get_by_text("SVG", exact=True).click()
    assert saved.value.suggested_filename.endswith(".svg")
    text = Path(saved.value.path()).read_text()
    assert text.startswith("<svg")
    assert "Cost over time" in text


def test_the_page_can_be_had_on_paper(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    with page.expect_download(timeout=60_000) as saved:
        choose(page, "PDF of this page")
    assert re.fullmatch(r"overview_[\d-]+\.\.[\d-]+_\d+T\d+Z\.pdf", saved.value.suggested_filename)
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")


def test_the_command_is_copied(sign_in: Open) -> None:
    page = sign_in()
    drawn(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(page, "Copy as command")
    expect(page.locator("#toast")).to_contain_text("Copied")
    line = page.evaluate("() => navigator.clipboard.readText()")
    assert line.startswith("finops-dash query 'group_by=service&grain=day&")
    assert line.endswith("--tenant demo")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_server_stops_when_nobody_waits_for_the_file(
    sign_in: Open, services: Services, data_dir: Path, site: str, kind: str
) -> None:
    page = sign_in()
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    connection = HTTPConnection(site.removeprefix("http://"))
    connection.request("GET", f"/export/charges.{kind}?period=all", headers={"Cookie": cookies})
    wait_for(lambda: copies(services) == 1)
    connection.close()
    wait_for(lambda: copies(services) == 0)
    wait_for(lambda: not list((data_dir / "tmp").glob("export-*")))
    again = page.request.get("/export/charges.csv?period=last-7-days")
    assert again.status == 200


def copies(services: Services) -> int:
    """How many exports the database works on."""
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%%' "
        "AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    with services.engines.tenant(services.tenancy.find("demo").tenant_id) as connection:
        return int(connection.exec_driver_sql(running, {}).scalar_one())


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
