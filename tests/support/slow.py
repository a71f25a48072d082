"""Answers that a browser test holds back, and lets go when it wants them to arrive."""

from __future__ import annotations

from playwright.sync_api import Page

# `fetch` as a slow server makes it: an abort is heard at once unless the answer is `deaf` to it,
# and what is held has been answered in full, so that it arrives as soon as it is let go.
SCRIPT = """(() => {
  const real = window.fetch;
  const rules = [];
  window.slow = { calls: [], hold: (output, words, deaf) => {
    const rule = { output, words, deaf, held: 0 };
    rule.gate = new Promise((open) => { rule.open = open; });
    rules.push(rule);
  }, held: () => rules.reduce((sum, rule) => sum + rule.held, 0),
  release: (of) => rules.filter(({ words }) => !of || words === of).forEach((rule) => {
    rule.open();
    rules.splice(rules.indexOf(rule), 1);
  }) };
  window.fetch = async (target, how) => {
    const body = how && typeof how.body === 'string' ? how.body : '';
    if (body) { window.slow.calls.push(body); }
    const rule = rules.find(({ output, words }) => body.includes(output) && body.includes(words));
    if (!rule) { return real(target, how); }
    rule.held += 1;
    const { signal, ...rest } = how;
    if (rule.deaf) { const answer = await real(target, rest); await rule.gate; return answer; }
    const heard = new Promise((_, fail) => {
      if (!signal) { return; }
      signal.addEventListener('abort', () => fail(signal.reason));
    });
    heard.catch(() => {});
    const answer = await real(target, how);
    await Promise.race([rule.gate, heard]);
    return answer;
  };
})();"""


def slowable(page: Page) -> Page:
    """The page, loaded anew with a `fetch` whose answers can be held."""
    page.add_init_script(SCRIPT)
    page.reload()
    return page


def hold(page: Page, output: str, words: str, *, deaf: bool = False) -> None:
    """Hold back the answers of the calls of `output` that have the words in their body."""
    page.evaluate("rule => window.slow.hold(...rule)", [f'"{output}', words, deaf])


def wait_held(page: Page, count: int = 1) -> None:
    """Wait until so many calls have been held back."""
    page.wait_for_function("count => window.slow.held() >= count", arg=count)


def release(page: Page, words: str = "") -> None:
    """Let what is held arrive, and give the page time to do something wrong with it.

    All of it, or what is held for these words.
    """
    page.evaluate("words => window.slow.release(words)", words)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
