// Search over pages, values and tags: `/` or Ctrl-K opens it, arrows choose, Enter goes there.
(function () {
  let box = null;
  let asking = null;
  let timer = 0;

  function made(kind, properties, ...children) {
    const element = Object.assign(document.createElement(kind), properties);
    element.append(...children);
    return element;
  }

  function build() {
    const input = made("input", { type: "search", autocomplete: "off", placeholder: "Pages, accounts, services, regions, teams, tags" });
    const list = made("ul", { id: "search-found", className: "search-found" });
    const said = made("p", { className: "search-said" });
    said.setAttribute("role", "status");
    Object.entries({ role: "combobox", "aria-label": "Search", "aria-expanded": "true", "aria-controls": "search-found", "aria-autocomplete": "list" })
      .forEach(([name, value]) => input.setAttribute(name, value));
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Found");
    box = made("dialog", { className: "search-box" }, input, list, said);
    box.setAttribute("aria-label", "Search");
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => ask(input.value), 80); });
    input.addEventListener("keydown", (event) => choose(event, list, input));
    box.addEventListener("click", (event) => { if (event.target === box) { box.close(); } });
    document.body.append(box);
  }

  async function ask(text) {
    if (asking) { asking.abort(); }
    asking = new AbortController();
    const [input, list, said] = box.children;
    try {
      const answer = await fetch(`/_search?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (!answer.ok) { throw new Error(answer.status); }
      const { found } = await answer.json();
      list.replaceChildren(...found.map(item));
      mark(list, input, 0);
      said.textContent = found.length ? "" : "Nothing is called that.";
    } catch (error) {
      if (error.name !== "AbortError") { said.textContent = "The search does not answer. Try again."; }
    }
  }

  function item(one, place) {
    const entry = made("li", { id: `search-${place}` }, made("span", { textContent: one.name }),
      made("small", { textContent: one.kind }));
    entry.setAttribute("role", "option");
    entry.dataset.href = one.href;
    entry.addEventListener("click", () => leave(entry));
    return entry;
  }

  function mark(list, input, place) {
    [...list.children].forEach((entry, n) => entry.setAttribute("aria-selected", String(n === place)));
    const chosen = list.children[place];
    input.setAttribute("aria-activedescendant", chosen ? chosen.id : "");
    if (chosen) { chosen.scrollIntoView({ block: "nearest" }); }
  }

  function choose(event, list, input) {
    const entries = [...list.children];
    const now = entries.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length) {
      event.preventDefault();
      mark(list, input, (now + step + entries.length) % entries.length);
    }
    if (event.key === "Enter" && entries[now]) {
      event.preventDefault();
      leave(entries[now]);
    }
  }

  function leave(entry) {
    box.close();
    window.dash_clientside.finops.go(entry.dataset.href, "push");
  }

  function open() {
    if (!box) { build(); }
    const [input, list] = box.children;
    input.value = "";
    list.replaceChildren();
    box.showModal();
    ask("");
  }

  document.addEventListener("click", (event) => { if (event.target.closest("[data-search]")) { open(); } });
  window.finopsSearch = open;
})();
