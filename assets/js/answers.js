// Answers that say more than a callback can: a session that has ended leads to the log-in page and
// back here; a server that cannot answer is one toast, and what was on the page stays there.
(function () {
  const ask = window.fetch;

  function toast(words) {
    const props = { children: words, className: "toast-text", key: String(Date.now()) };
    const shown = { type: "Div", namespace: "dash_html_components", props };
    window.dash_clientside.set_props("toast", { children: shown });
  }

  window.fetch = async function (...request) {
    const answer = await ask.apply(this, request);
    if (answer.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else if (answer.status >= 500) {
      toast("There is no answer at present. Try again in a moment.");
    }
    return answer;
  };
})();
