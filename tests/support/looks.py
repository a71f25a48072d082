"""What a page looks like, measured: its width, what lies on what, and what can hardly be read."""

from __future__ import annotations

from playwright.sync_api import Page

LEAST_CONTRAST = 4.5

COVERED = """([holders, labels]) => {
  const shown = (box) => box.width > 0 && box.height > 0;
  const found = [];
  document.querySelectorAll(holders).forEach((holder) => {
    const items = [...holder.querySelectorAll(labels)]
      .filter((item) => getComputedStyle(item).visibility !== 'hidden')
      .map((item) => [item.textContent || item.className, item.getBoundingClientRect()])
      .filter(([, box]) => shown(box));
    items.forEach(([one, a], n) => items.slice(n + 1).forEach(([other, b]) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 3) { found.push(`${one} on ${other}`); }
    }));
  });
  return found;
}"""

FAINT = """(least) => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).slice(0, 3).map(Number);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  document.querySelectorAll('.js-plotly-plot').forEach((plot) => {
    const card = plot.closest('.card-figure');
    const ground = light(rgb(getComputedStyle(card).backgroundColor));
    plot.querySelectorAll('text').forEach((text) => {
      if (!text.textContent.trim() || text.closest('.treemaplayer')) { return; }
      const ink = light(rgb(getComputedStyle(text).fill));
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      if (contrast < least) { found.push(`${text.textContent}: ${contrast.toFixed(1)}`); }
    });
  });
  return found;
}"""


def widest(page: Page) -> int:
    """How wide the page is, what one must scroll to included."""
    width: int = page.evaluate("() => document.documentElement.scrollWidth")
    return width


def covered_labels(page: Page, holders: str, labels: str) -> list[str]:
    """The labels that lie on one another within a holder."""
    found: list[str] = page.evaluate(COVERED, [holders, labels])
    return found


def faint_texts(page: Page) -> list[str]:
    """The texts of pictures that do not stand out from their card, with their contrast."""
    found: list[str] = page.evaluate(FAINT, LEAST_CONTRAST)
    return found
