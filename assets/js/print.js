// On paper the page is as wide as its sheet: pictures are drawn anew for it and back again, and
// a grid that scrolls stands as a plain table.
(function () {
  const root = document.documentElement;
  const plots = () => [...document.querySelectorAll(".js-plotly-plot")];
  const tables = () => [...document.querySelectorAll(".card-figure")]
    .filter((card) => card.querySelector(".ag-root-wrapper"))
    .map((card) => card.querySelector(".card-foot details"))
    .filter(Boolean);

  window.addEventListener("beforeprint", () => {
    root.classList.add("printing");
    tables().forEach((table) => { table.open = true; });
    plots().forEach((plot) => window.Plotly.relayout(plot, { width: plot.clientWidth }));
  });

  window.addEventListener("afterprint", () => {
    root.classList.remove("printing");
    tables().forEach((table) => { table.open = false; });
    plots().forEach((plot) => window.Plotly.relayout(plot, { width: null, autosize: true }));
  });
})();
