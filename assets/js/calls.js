// The calls that answer a page's view, those with its store among their inputs, or one that it is
// passed on to. Once another view
// is asked for they are aborted, and Dash hears “nothing to change” (204) of them at once: told so
// later, it would take the picture for loaded while the newer answer is still on its way.
window.finopsCalls = (function () {
  const CALL = "/_dash-update-component";
  const PASSED_ON = ["board-asked", "charge-asked", "resource-asked"];
  const ask = window.fetch;
  const open = new Set();
  const shown = new Map();  // per outputs, what was asked for the answer that stands on the page
  let standing = new Map();  // of these, what need not be asked again on the way back
  let isWhole = true;

  const nothing = () => new Response(null, { status: 204 });

  const tell = () => {
    window.dispatchEvent(new CustomEvent("finops-calls", { detail: { open: open.size, isWhole } }));
  };

  const bodyOf = ([target, how]) => (
    typeof target === "string" && target.split("?")[0] === CALL && how && typeof how.body === "string"
      ? JSON.parse(how.body) : null);

  function viewCall(body) {
    const main = document.querySelector("main[data-store]");
    const stores = main ? [main.dataset.store, ...PASSED_ON] : [];
    const isView = ({ id, property }) => property === "data" && stores.includes(id);
    if (!(body.inputs || []).some(isView)) { return null; }
    return {
      name: JSON.stringify(body.outputs),
      asked: JSON.stringify([body.inputs, body.state]),
      stop: new AbortController(),
    };
  }

  // The whole answer, read here: aborted while Dash reads it, it would be an error there.
  async function answer(call, [target, how]) {
    const found = await ask(target, { ...how, signal: call.stop.signal });
    const text = await found.blob();
    if (call.stop.signal.aborted) { return nothing(); }
    if (found.ok) { shown.set(call.name, call.asked); } else { isWhole = false; }
    const { status, statusText, headers } = found;
    return new Response(status === 204 ? null : text, { status, statusText, headers });
  }

  async function watched(call, request) {
    const before = standing.get(call.name);
    standing.delete(call.name);
    open.add(call);
    tell();
    try {
      return before === call.asked ? nothing() : await answer(call, request);
    } catch (error) {
      if (call.stop.signal.aborted) { return nothing(); }
      isWhole = false;
      throw error;
    } finally {
      open.delete(call);
      tell();
    }
  }

  // A view is about to be asked for; `isBack` says that it is the one that stands on the page, of
  // which only what has been overwritten since is asked again.
  function renew(isBack) {
    standing = new Map(isBack ? shown : []);
    isWhole = true;
    open.forEach((call) => call.stop.abort());
  }

  // Another page takes the place of this one.
  function leave() {
    renew(false);
    shown.clear();
    window.dispatchEvent(new Event("finops-page"));
  }

  window.fetch = function (...request) {
    const body = bodyOf(request);
    if (!body) { return ask(...request); }
    if (body.output && body.output.includes("_pages_content.")) { leave(); }
    const call = viewCall(body);
    return call ? watched(call, request) : ask(...request);
  };

  return { isIdle: () => !open.size, renew };
})();
