// A figure as a PNG file: the graph of the button's card under its title, on white, twice its size.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picture]");
  const card = button && button.closest(".card-figure");
  const plot = card && card.querySelector(".js-plotly-plot");
  if (!plot) { return; }
  const title = card.querySelector("h2");
  const above = title ? 48 : 0;
  const size = { width: plot.clientWidth, height: plot.clientHeight + above };
  const named = plot.data.filter((trace) => trace.name);
  const layout = {
    ...plot.layout,
    ...size,
    paper_bgcolor: "#ffffff",
    margin: { ...plot.layout.margin, t: (plot.layout.margin.t || 0) + above },
    showlegend: named.length > 1,
  };
  if (title) { layout.title = { text: title.textContent, x: 0.02, font: { size: 16 } }; }
  const file = { format: "png", scale: 2, ...size, filename: button.dataset.picture };
  window.Plotly.downloadImage({ data: plot.data, layout }, file);
});
