// What single keys do, unless somebody is typing; `?` lists them.
(function () {
  const PLACES = { o: "/overview", e: "/explorer" };
  const LISTED = [["/ or Ctrl K", "Search"], ["g then o", "Go to the overview"], ["g then e", "Go to the explorer"],
    ["[", "Period before"], ["]", "Period after"], ["f", "Add a filter"], ["Esc", "Close what is open"], ["?", "This list"]];
  let going = 0;

  const typing = (target) => target.closest && target.closest("input, textarea, select, [contenteditable], .ag-root");

  function help() {
    let box = document.getElementById("keys-box");
    if (!box) {
      box = document.createElement("dialog");
      box.id = "keys-box";
      box.className = "search-box keys-box";
      const title = Object.assign(document.createElement("h2"), { textContent: "Keys", id: "keys-title" });
      box.setAttribute("aria-labelledby", "keys-title");
      const list = document.createElement("dl");
      LISTED.forEach(([key, words]) => {
        const name = document.createElement("dt");
        name.append(Object.assign(document.createElement("kbd"), { textContent: key }));
        list.append(name, Object.assign(document.createElement("dd"), { textContent: words }));
      });
      const close = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "Close" });
      close.addEventListener("click", () => box.close());
      box.append(title, list, close);
      document.body.append(box);
    }
    box.showModal();
  }

  function press(selector) {
    const found = document.querySelector(selector);
    if (found) { found.click(); }
    return Boolean(found);
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      window.finopsSearch();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) { return; }
    if (Date.now() - going < 1000 && PLACES[event.key]) { location.assign(PLACES[event.key]); return; }
    going = event.key === "g" ? Date.now() : 0;
    const done = {
      "/": () => { window.finopsSearch(); return true; },
      "?": () => { help(); return true; },
      "[": () => press("[aria-keyshortcuts='[']"),
      "]": () => press("[aria-keyshortcuts=']']"),
      f: () => press("summary[aria-label='Add a filter']"),
    }[event.key];
    if (done && done()) { event.preventDefault(); }
  });
})();
