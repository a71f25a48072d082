// Endless grids: they begin anew when their question changes, Enter on a cell is a click on it, and
// the columns that are chosen stand in the URL.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.finops_grid = (function () {
  // The question changed; a grid that is only now being made asks by itself.
  function anew(asked) {
    const triggered = window.dash_clientside.callback_context.triggered[0];
    const id = triggered ? triggered.prop_id.replace("-asked.data", "-grid") : "";
    const holder = document.getElementById(id);
    if (!asked || !holder || !holder.querySelector(".ag-root-wrapper")) { return; }
    window.dash_ag_grid.getApiAsync(id).then((api) => {
      api.setRowCount(1, false);  // else the rows now in view would be asked for, not the first
      api.purgeInfiniteCache();
    });
  }

  function choose(names) {
    const target = new URL(location.href);
    const text = (names || []).join(",");
    if ((target.searchParams.get("columns") || "") === text) { return; }
    if (text) { target.searchParams.set("columns", text); } else { target.searchParams.delete("columns"); }
    const search = target.search.replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
    window.dash_clientside.finops.go(target.pathname + search, "replace");
  }

  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.closest("#charge-grid .ag-cell");
    if (cell) { cell.click(); }
  });

  return { anew, choose };
})();
