"""The overview in Chromium, 10 million rows behind it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from time import monotonic

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from served import company, served
from support import Row
from visitor import Visitor

VISITS, LONGEST = 5, 30
FIGURES = 7
PAINT, CHARTS = 1500.0, 2500.0
FIRST_KB, AGAIN_KB = 2000.0, 100.0
# Debian's Chromium draws two pages of its own address bar beside each page, which no page pays for.
OFF = "WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,WebUIOmniboxPopup,MediaRouter,OptimizationHints"
FLAGS = (
    f"--disable-features={OFF}",
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
)

# Runs before the page's own scripts; notes the largest paint, and when all pictures stand.
WATCH = f"""
window.seen = {{paint: 0, charts: 0}};
new PerformanceObserver((list) => {{
  for (const entry of list.getEntries()) {{ window.seen.paint = entry.startTime; }}
}}).observe({{type: 'largest-contentful-paint', buffered: true}});
(function look() {{
  const drawn = document.querySelectorAll('.js-plotly-plot .main-svg .subplot, '
    + '.js-plotly-plot .treemap, .js-plotly-plot .indicatorlayer .angular').length;
  const plots = document.querySelectorAll('.js-plotly-plot').length;
  const rows = document.querySelectorAll('.ag-row').length;
  const waiting = document.querySelectorAll('.skeleton').length;
  if (plots >= {FIGURES} && drawn >= {FIGURES} && rows && !waiting) {{
    window.seen.charts = performance.now();
  }} else {{ requestAnimationFrame(look); }}
}})();
"""


@dataclass(slots=True)
class Visit:
    """What one way onto the page took, in milliseconds and kB."""

    paint: float
    charts: float
    kilobytes: float


@dataclass(slots=True)
class _Wire:
    """The bytes that came over the network since it was last emptied."""

    sizes: list[float] = field(default_factory=list)

    def listen(self, context: BrowserContext, page: Page) -> None:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        add = self.sizes.append
        session.on("Network.loadingFinished", lambda event: add(event["encodedDataLength"]))

    def emptied(self) -> float:
        """The kB so far."""
        total = sum(self.sizes) / 1000
        self.sizes.clear()
        return total


def measure() -> list[Row]:
    """The slowest of some first visits with an empty browser, and of the reloads after them."""
    with served(company(), workers=2) as server, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        pairs = [_visit(browser, server.port) for _ in range(VISITS + 1)][1:]
        browser.close()
    first, again = [a for a, _ in pairs], [b for _, b in pairs]
    return [
        _time("Largest paint, empty browser cache", [v.paint for v in first], PAINT),
        _time("All charts drawn, empty browser cache", [v.charts for v in first], CHARTS),
        _time("Largest paint, reloaded", [v.paint for v in again], None),
        _time("All charts drawn, reloaded", [v.charts for v in again], None),
        _size("Transferred, first time", [v.kilobytes for v in first], FIRST_KB),
        _size("Transferred, reloaded", [v.kilobytes for v in again], AGAIN_KB),
    ]


def _visit(browser: Browser, port: int) -> tuple[Visit, Visit]:
    """A first visit and a reload, by a person who is signed in but was never here."""
    visitor = Visitor(port)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    address = f"http://127.0.0.1:{port}"
    context.add_cookies(
        [{"name": name, "value": text, "url": address} for name, text in visitor.cookies.items()]
    )
    context.add_init_script(WATCH)
    page, wire = context.new_page(), _Wire()
    wire.listen(context, page)
    page.goto(f"{address}/overview")
    first = _seen(page, wire)
    page.reload()
    again = _seen(page, wire)
    context.close()
    return first, again


def _seen(page: Page, wire: _Wire) -> Visit:
    until = monotonic() + LONGEST
    while not page.evaluate("window.seen.charts"):  # a predicate to wait for would need `eval`
        if monotonic() > until:
            message = f"the charts were not drawn within {LONGEST} s"
            raise RuntimeError(message)
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    found = page.evaluate("window.seen")
    return Visit(found["paint"], found["charts"], wire.emptied())


def _time(what: str, values: list[float], most: float | None) -> Row:
    measured = f"{max(values):,.0f} ms (median {sorted(values)[len(values) // 2]:,.0f})"
    if most is None:
        return Row(what, "", measured)
    return Row(what, f"≤ {most / 1000:.1f} s", measured, max(values) <= most)


def _size(what: str, values: list[float], most: float) -> Row:
    wanted = f"≤ {most / 1000:.0f} MB" if most >= 1000 else f"≤ {most:.0f} kB"
    return Row(what, wanted, f"{max(values):,.0f} kB", max(values) <= most)
