// An open page learns that new data came, and draws its view again where the reader is.
(function () {
  const EVERY = 30000, SOON = 4000;
  let known = null;
  const awaiting = () => document.querySelector("[data-awaits]");

  async function told() {
    try {
      const answer = await fetch("/_version");
      if (!answer.ok) { return null; }
      const found = await answer.json();
      window.finopsSession.told(found.ends_in);
      return found;
    } catch (error) {
      return null;  // without a connection nothing is new; the next look may find one
    }
  }

  // A page without data says how far the first load is, and is shown anew when there is more to say.
  function wait(found, holder) {
    const state = !("loading" in found) ? "" : found.loading ? "load" : "bill";
    if (state !== holder.dataset.awaits) { location.reload(); return; }
    const phase = holder.querySelector("[data-phase]");
    if (phase && found.phase) { phase.textContent = found.phase; }
  }

  async function look() {
    const holder = awaiting();
    if (document.hidden || !(holder || document.querySelector("main[data-store]"))) { return; }
    const found = await told();
    if (found && holder) { wait(found, holder); return; }
    const version = found && found.version;
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
  setInterval(() => { if (awaiting()) { look(); } }, SOON);
  document.addEventListener("visibilitychange", look);
})();
