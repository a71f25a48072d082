// The traces that figures of FinOps Dash are made of; scatter is part of the core.
// A figure of another kind needs its trace here, and `make plotly`.
const Plotly = require("plotly.js/lib/core");

Plotly.register([
  require("plotly.js/lib/bar"),
  require("plotly.js/lib/heatmap"),
  require("plotly.js/lib/icicle"),
  require("plotly.js/lib/indicator"),
  require("plotly.js/lib/pie"),
  require("plotly.js/lib/sunburst"),
  require("plotly.js/lib/treemap"),
  require("plotly.js/lib/waterfall"),
]);

module.exports = Plotly;
