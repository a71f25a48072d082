// Endless grids: they begin anew when their question changes, Enter on a cell is a click on it, and
// the columns that are chosen stand in the URL.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.finops_grid = (function () {
  // The question changed; a grid that is only now being made asks by itself.
  function anew(asked) {
    const triggered = window.dash_clientside.callback_context.triggered[0];
    const id = triggered ? triggered.prop_id.replace("-asked.data", "-grid") : "";
    const holder = document.getElementById(id);
    if (asked === null || !holder || !holder.querySelector(".ag-root-wrapper")) { return; }
    window.dash_ag_grid.getApiAsync(id).then((api) => {
      api.setRowCount(1, false);  // else the rows now in view would be asked for, not the first
      api.purgeInfiniteCache();
    });
  }

  // Puts a key of the page's own into the URL, or takes it out, and shows the page anew.
  function put(key, text) {
    const target = new URL(location.href);
    if ((target.searchParams.get(key) || "") === text) { return; }
    if (text) { target.searchParams.set(key, text); } else { target.searchParams.delete(key); }
    const search = target.search.replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
    window.dash_clientside.finops.go(target.pathname + search, "replace");
  }

  const choose = (names) => { put("columns", (names || []).join(",")); };

  // A search waits until a person pauses typing.
  let typing = 0;
  function search(text) {
    clearTimeout(typing);
    typing = setTimeout(() => { put("search", (text || "").trim()); }, 150);
  }

  // A link has changed the search: the field says the same, unless somebody is typing in it.
  function follow() {
    const field = document.querySelector(".search input");
    const text = new URL(location.href).searchParams.get("search") || "";
    if (!field || field === document.activeElement || field.value === text) { return; }
    window.dash_clientside.set_props("resources-search", { value: text });
  }

  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.closest("#charge-grid .ag-cell, #resource-grid .ag-cell");
    if (cell) { (cell.closest(".ag-row").querySelector("a") || cell).click(); }
  });

  return { anew, choose, follow, search };
})();

// The name of a resource in a grid, as a link to its page.
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
window.dashAgGridComponentFunctions.FinopsLink = function (props) {
  if (!props.data || !props.data.href) { return props.value || ""; }
  return window.React.createElement(
    window.dash_core_components.Link, { href: props.data.href, children: props.value },
  );
};
