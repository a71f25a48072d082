// An open page learns that new data came, and draws its view again where the reader is.
(function () {
  const EVERY = 30000;
  let known = null;

  async function look() {
    if (document.hidden || !document.querySelector("main[data-store]")) { return; }
    let version = null;
    try {
      const answer = await fetch("/_version");
      version = answer.ok ? (await answer.json()).version : null;
    } catch (error) {
      return;  // without a connection nothing is new; the next look may find one
    }
    if (version === null || version === known) { return; }
    if (known !== null) {
      window.dash_clientside.finops.again();
      const props = { children: "New data came: the figures are up to date.", className: "toast-text calm", key: String(version) };
      window.dash_clientside.set_props("toast", { children: { type: "Div", namespace: "dash_html_components", props } });
    }
    known = version;
  }

  window.addEventListener("load", look);
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
