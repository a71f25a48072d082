// Cells of tables that are more than text: a name that leads a level down, a course as a line.
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
(function (cells) {
  cells.DrillLink = function (props) {
    const href = props.data && props.data.href;
    if (!href || props.node.rowPinned || props.colDef.field !== "c0") { return props.value || ""; }
    return window.React.createElement("a", { href, "data-view": "push" }, props.value);
  };

  cells.Sparkline = function (props) {
    const values = props.value;
    if (!values || values.length < 2) { return ""; }
    const low = Math.min(0, ...values);
    const span = Math.max(...values) - low || 1;
    const points = values
      .map((value, place) => `${(place / (values.length - 1)) * 100},${24 - ((value - low) / span) * 22}`)
      .join(" ");
    return window.React.createElement("svg",
      { viewBox: "0 0 100 26", preserveAspectRatio: "none", className: "cell-course", "aria-hidden": "true" },
      window.React.createElement("polyline", { points, fill: "none", vectorEffect: "non-scaling-stroke" }));
  };
})(window.dashAgGridComponentFunctions);
