// A figure as a PNG or SVG file: the graph under its card's title, on white; a PNG twice its size.
// On a page the names stand in its own legend; in a file they are part of the picture.
window.finopsIsNamed = (plot) => plot.data.some((trace) => trace.type === "pie")
  || plot.data.filter((trace) => trace.name).length > 1;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picture]");
  if (!button) { return; }
  const named = document.getElementById(JSON.stringify({ kind: "graph", name: button.dataset.picture }));
  const card = button.closest(".card-figure") || (named && named.closest(".card-figure"));
  const plot = card && card.querySelector(".js-plotly-plot");
  if (!plot) { return; }
  const title = card.querySelector("h2");
  const above = title ? 48 : 0;
  const size = { width: plot.clientWidth, height: plot.clientHeight + above };
  const layout = {
    ...plot.layout,
    ...size,
    paper_bgcolor: "#ffffff",
    margin: { ...plot.layout.margin, t: (plot.layout.margin.t || 0) + above },
    showlegend: window.finopsIsNamed(plot),
  };
  if (title) { layout.title = { text: title.textContent, x: 0.02, font: { size: 16 } }; }
  const format = button.dataset.pictureFormat || "png";
  const file = { format, scale: format === "png" ? 2 : 1, ...size, filename: button.dataset.picture };
  window.Plotly.downloadImage({ data: plot.data, layout }, file);
});
