// The likely next view, asked for while the pointer or the focus rests on its link: the server keeps
// the drawing, so the click's own call finds it. Only pictures that are kept are asked for, one at
// a time, a few a minute, and after each comes a rest of ten times as long as it took: where the
// server is busy, there is less of this.
(function () {
  const PICTURES = {
    "/explorer": { store: "explorer-view", part: "explorer-answer" },
    "/heatmap": { store: "heatmap-view", part: "heatmap-picture" },
  };
  const REST = 80, MOST = 6, MINUTE = 60000, PAUSES = 10;
  const ask = window.fetch;  // this file comes first: what goes wrong here is nobody's concern
  const asked = new Map();  // when each address was asked for
  let pausesUntil = 0;
  let isAsking = false;
  let timer = 0;

  const saves = () => Boolean(navigator.connection && navigator.connection.saveData);

  function isAllowed(address) {
    const now = Date.now();
    const lately = [...asked.values()].filter((at) => now - at < MINUTE);
    const isNew = now - (asked.get(address) || 0) > 5 * MINUTE;
    return isNew && lately.length < MOST && now > pausesUntil && !isAsking && !saves()
      && !document.hidden && window.finopsCalls.isIdle();
  }

  async function warm({ pathname, search }) {
    const { store, part } = PICTURES[pathname];
    const token = /(?:^|; )_csrf_token=([^;]+)/.exec(document.cookie);
    if (!token || !isAllowed(pathname + search)) { return; }
    const output = { id: part, property: "children" };
    const body = {
      output: `${part}.children`,
      outputs: output,
      inputs: [{ id: store, property: "data", value: search.slice(1) }],
      changedPropIds: [`${store}.data`],
    };
    const begun = Date.now();
    asked.set(pathname + search, begun);
    isAsking = true;
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": decodeURIComponent(token[1]) };
      const answer = await ask("/_dash-update-component", { method: "POST", headers, body: JSON.stringify(body), priority: "low" });
      await answer.blob();
      pausesUntil = answer.ok ? Date.now() + PAUSES * (Date.now() - begun) : Date.now() + MINUTE;
    } catch (error) {
      pausesUntil = Date.now() + MINUTE;
    } finally {
      isAsking = false;
    }
  }

  function rest(event) {
    clearTimeout(timer);
    const link = event.pointerType !== "touch" && event.target.closest && event.target.closest("a[href]");
    if (!link || link.origin !== location.origin || !Object.hasOwn(PICTURES, link.pathname)) { return; }
    if (link.href === location.href || link.hasAttribute("download")) { return; }
    const { pathname, search } = link;
    timer = setTimeout(warm, REST, { pathname, search });
  }

  document.addEventListener("pointerover", rest);
  document.addEventListener("focusin", rest);
  document.addEventListener("pointerdown", () => clearTimeout(timer));
})();
