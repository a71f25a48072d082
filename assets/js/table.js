// Writes the tables that stand beside the pictures: from the rows in `data-table`, when the table
// is to be seen, and again when the rows change.
(function () {
  // A cell is a text, or a text with the address on this site that it leads to.
  const cell = (kind, content) => {
    const made = document.createElement(kind);
    if (typeof content === "string") { made.textContent = content; return made; }
    const link = document.createElement("a");
    link.textContent = content.text;
    if (/^\/(?!\/)/.test(content.href)) { link.setAttribute("href", content.href); }
    made.append(link);
    return made;
  };

  const row = (kind, texts) => {
    const made = document.createElement("tr");
    made.append(...texts.map((text) => cell(kind, text)));
    return made;
  };

  function write(holder) {
    const details = holder.closest("details");
    holder.replaceChildren();
    if (details && !details.open) { return; }
    const data = JSON.parse(holder.dataset.table);
    const table = document.createElement("table");
    table.className = "plain-table";
    const head = table.createTHead();
    head.append(row("th", data.head));
    head.querySelectorAll("th").forEach((made) => { made.scope = "col"; });
    table.createCaption().textContent = data.caption;
    table.createTBody().append(...data.rows.map((texts) => row("td", texts)));
    holder.append(table);
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details")) { event.target.querySelectorAll("[data-table]").forEach(write); }
  }, true);

  // `print.js`, which comes before, has opened some; their `toggle` would come after the paper.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details[open] [data-table]").forEach(write);
  });

  new MutationObserver((changes) => {
    const found = new Set();
    changes.forEach((change) => {
      if (change.type === "attributes") { found.add(change.target); }
      change.addedNodes.forEach((node) => {
        if (node.nodeType !== Node.ELEMENT_NODE) { return; }
        if (node.matches("[data-table]")) { found.add(node); }
        node.querySelectorAll("[data-table]").forEach((inner) => found.add(inner));
      });
    });
    found.forEach(write);
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-table"] });
})();
