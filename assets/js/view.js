// The view of a page stands in its URL. Links marked `data-view` change it where it stands: the
// URL is replaced (filters) or pushed (drill-downs), the page's store gets the new query, and the
// old picture stays until the new one is there.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.finops = (function () {
  // The address that Dash's own router last drew; going back to it draws nothing.
  const address = () => location.pathname + location.search;
  let routed = address();

  const storeOf = () => {
    const main = document.querySelector("main[data-store]");
    return main && main.dataset.store;
  };

  const show = (search, how = "", isBack = false) => {
    const store = storeOf();
    window.finopsCalls.renew(isBack);
    if (store) { window.dash_clientside.set_props(store, { data: search.replace(/^\?/, "") }); }
    window.dispatchEvent(new CustomEvent("finops-view", { detail: how }));
  };

  // What is opened as a saved view stays that, whatever is chosen then: it can be saved again.
  const asSaved = (target) => {
    const saved = new URLSearchParams(location.search).get("saved");
    if (saved && !target.searchParams.has("saved")) {
      target.search += `${target.search ? "&" : "?"}saved=${encodeURIComponent(saved)}`;
    }
    return target;
  };

  function go(href, how) {
    const target = new URL(href, location.href);
    if (target.pathname !== location.pathname || !storeOf()) { location.assign(target); return; }
    history[how === "push" ? "pushState" : "replaceState"](null, "", asSaved(target));
    show(target.search, how);
  }

  // Back to an address of this page, which `steps` entries of the history were pushed upon; what
  // stands on the page is still its view if `stands`.
  let arriving = null;
  function goBack(href, steps, stands) {
    arriving = () => {
      arriving = null;
      history.replaceState(null, "", href);
      show(location.search, "replace", stands);
    };
    if (steps) { history.go(-steps); } else { arriving(); }
  }

  // The same view once more, when there is new data for it.
  function again() {
    show(location.search);
    const grids = window.dash_ag_grid;
    document.querySelectorAll(".grid-holder > [id]").forEach((grid) => {
      const api = grids && grids.getApi(grid.id);
      if (api) { api.purgeInfiniteCache(); }
    });
  }

  // A bar or part carries its link; the cells of a table of tiles share one, filled in here.
  function linkOf(graph, point) {
    if (typeof point.customdata === "string") { return point.customdata; }
    const trace = graph && graph.data && graph.data[point.curveNumber];
    if (trace && trace.meta && trace.meta.href) { return trace.meta.href; }
    const meta = graph && graph.layout && graph.layout.meta;
    if (!meta || !meta.link) { return ""; }
    if (!meta.names) { return cellLink(graph.data[point.curveNumber], meta, point); }
    if (!(point.y in meta.names)) { return ""; }
    const name = meta.names[point.y].replace(/[\\|:,~]/g, (mark) => "\\" + mark);
    return meta.link.replace("{row}", encodeURIComponent(name)).replace("{column}", point.x);
  }

  // What stands for the cell, its row and its column; one that has no words leads nowhere. Dash
  // tells of a cell where it is, but not its list of data.
  function cellLink(trace, meta, point) {
    const line = (trace.customdata || [])[trace.y.indexOf(point.y)];
    const held = line && line[trace.x.indexOf(point.x)];
    const own = (words, label) => (Object.hasOwn(words, label) ? words[label] : "");
    const parts = {
      cell: (held && held[1]) || "",
      row: own(meta.rows, point.y),
      column: own(meta.columns, point.x),
    };
    const asked = [...meta.link.matchAll(/\{(cell|row|column)\}/g)].map((found) => found[1]);
    if (!asked.every((name) => parts[name])) { return ""; }
    return meta.link.replace(/\{(cell|row|column)\}/g, (_, name) => parts[name]);
  }

  // A click on a part of a picture that has a link.
  function follow(clicks) {
    const context = window.dash_clientside.callback_context;
    const triggered = context.triggered[0];
    const click = triggered && triggered.value;
    if (!click || !click.points || !click.points.length) { return; }
    const identity = triggered.prop_id.replace(/\.clickData$/, "");
    const holder = document.getElementById(identity);
    const href = linkOf(holder && holder.querySelector(".js-plotly-plot"), click.points[0]);
    if (!href.startsWith("/")) { return; }
    if (new URL(href, location.href).pathname === location.pathname) { go(href, "push"); }
    else { location.assign(href); }
  }

  // Both days of a custom range are picked: the key of its id in the link says which.
  function pick(starts, ends) {
    const context = window.dash_clientside.callback_context;
    const triggered = context.triggered[0];
    if (!triggered || !triggered.prop_id) { return; }
    const identity = triggered.prop_id.slice(0, triggered.prop_id.lastIndexOf("."));
    const place = context.inputs_list[0].findIndex((one) => sorted(one.id) === sorted(JSON.parse(identity)));
    const [start, end] = [starts[place], ends[place]].map((day) => day && day.slice(0, 10));
    if (!start || !end) { return; }
    const target = new URL(location.href);
    const { key } = JSON.parse(identity);
    const span = start === end ? start : `${start}..${end}`;
    if (target.searchParams.get(key) === span) { return; }
    target.searchParams.set(key, span);
    window.finopsMenus.close(null);
    go(target.pathname + target.search.replaceAll("%2F", "/"), "replace");
  }

  const sorted = (identity) => JSON.stringify(Object.entries(identity).sort());

  // The gauge moves from nothing to its value, unless the person wants no motion.
  function sweep(figure) {
    if (!figure || window.matchMedia("(prefers-reduced-motion: reduce)").matches) { return; }
    const value = figure.data[0].value;
    let tries = 40;
    (function attempt() {
      const plot = [...document.querySelectorAll(".js-plotly-plot")]
        .find((graph) => graph.data && graph.data[0] && graph.data[0].type === "indicator");
      if (!plot || !window.Plotly || !plot._fullData) {
        if (tries-- > 0) { setTimeout(attempt, 50); }
        return;
      }
      const begun = performance.now();
      (function frame() {
        const share = Math.min(1, (performance.now() - begun) / 700);
        const eased = 1 - (1 - share) ** 3;
        if (!plot.isConnected) { return; }
        window.Plotly.restyle(plot, { value: [share < 1 ? value * eased : value] });
        if (share < 1) { requestAnimationFrame(frame); }
      })();
    })();
  }

  document.addEventListener("click", (event) => {
    const why = event.target.closest("[data-why]");
    if (why) {  // the time makes a second press of the same button a change
      const asked = { query: why.dataset.why, bridge: why.dataset.whyBridge, at: Date.now() };
      window.dash_clientside.set_props("why-asked", { data: asked });
    }
    const link = event.target.closest("a[data-view]");
    const inside = event.target.closest("details.menu");
    window.finopsMenus.close(link ? null : inside);
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) { return; }
    event.preventDefault();
    const holder = inside ? inside.querySelector("summary") : link;
    go(link.getAttribute("href"), link.dataset.view);
    window.finopsMenus.hold(holder);
  });

  window.addEventListener("_dashprivate_pushstate", () => { routed = address(); });
  window.addEventListener("popstate", (event) => {
    if (arriving) {  // Dash's router, which comes later, would draw the page anew
      event.stopImmediatePropagation();
      arriving();
      return;
    }
    if (address() === routed) { show(location.search); }
    routed = address();
  });

  return { again, follow, go, goBack, pick, sweep };
})();
