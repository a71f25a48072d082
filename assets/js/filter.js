// The editor of a filter: which way it keeps, and the values there are under the other filters,
// searched as one types. What the server says of the filter stands in `data-filter`.
(function () {
  const WAYS = [["is", "is"], ["!is", "is not"], ["has", "contains"], ["!has", "does not contain"],
    ["none", "is empty"], ["!none", "is not empty"]];
  const escaped = (text) => text.replace(/[\\|:,~]/g, (mark) => "\\" + mark);

  function made(kind, properties, ...children) {
    const element = Object.assign(document.createElement(kind), properties);
    element.append(...children);
    return element;
  }

  const wayOf = (stands) => {
    const way = stands.contains ? "has" : stands.values.join() === "" && stands.values.length ? "none" : "is";
    return (stands.negated ? "!" : "") + way;
  };

  // The filter as a link writes it; empty where nothing is chosen.
  function written(stands, way, values, text) {
    const name = stands.dimension.startsWith("tag:")
      ? "tag:" + escaped(stands.dimension.slice(4)) : stands.dimension;
    const mark = way.startsWith("!") ? "!" : "";
    if (way.endsWith("none")) { return `${mark}${name}:`; }
    if (way.endsWith("has")) { return text ? `${mark}${name}:~${escaped(text)}` : ""; }
    return values.length ? `${mark}${name}:${values.map(escaped).join("|")}` : "";
  }

  function edit(holder) {
    const stands = JSON.parse(holder.dataset.filter);
    const chosen = new Set(stands.contains ? [] : stands.values.filter(Boolean));
    const base = new URL(stands.without, location.href);
    let asking = null;
    let timer = 0;

    const way = made("select", { ariaLabel: `How ${stands.label} is filtered` },
      ...WAYS.map(([value, words]) => made("option", { value, textContent: words })));
    way.value = wayOf(stands);
    const search = made("input", { type: "search", ariaLabel: `Search ${stands.label}`, autocomplete: "off" });
    if (stands.contains) { search.value = stands.values[0]; }
    const list = made("ul", { className: "filter-values" });
    const said = made("p", { className: "filter-said" });
    said.setAttribute("role", "status");
    const apply = made("button", { type: "submit", className: "button", textContent: "Apply" });
    const form = made("form", { className: "filter-form" },
      made("div", { className: "filter-head" }, made("strong", { textContent: stands.label }), way),
      search, list, said, apply);

    const item = (value, amount) => {
      const box = made("input", { type: "checkbox", checked: chosen.has(value) });
      box.addEventListener("change", () => { chosen[box.checked ? "add" : "delete"](value); });
      return made("li", {}, made("label", {}, box, made("span", { textContent: value }),
        made("span", { className: "filter-amount", textContent: amount })));
    };

    function show(found) {
      const listed = new Set(found.values.map((one) => one.value));
      const kept = search.value ? [] : [...chosen].filter((value) => !listed.has(value));
      list.replaceChildren(...kept.map((value) => item(value, "")),
        ...found.values.map((one) => item(one.value, one.amount)));
      const more = found.found - found.values.length;
      said.textContent = found.found ? (more > 0 ? `${more} more: type to find them` : "") : "Nothing found";
    }

    async function ask() {
      if (asking) { asking.abort(); }
      asking = new AbortController();
      const target = new URL(`/_options/${encodeURIComponent(stands.dimension)}`, location.href);
      target.search = base.search;
      target.searchParams.set("search", search.value);
      try {
        const answer = await fetch(target, { signal: asking.signal });
        if (!answer.ok) { throw new Error(answer.status); }
        show(await answer.json());
      } catch (error) {
        if (error.name !== "AbortError") { said.textContent = "The values could not be read. Try again."; }
      }
    }

    function arrange() {
      const lists = way.value.endsWith("is");
      list.hidden = !lists;
      search.hidden = way.value.endsWith("none");
      search.placeholder = lists ? "Search values" : "Text, whatever the case";
      said.textContent = "";
      if (lists) { ask(); }
    }

    way.addEventListener("change", arrange);
    search.addEventListener("input", () => {
      clearTimeout(timer);
      if (way.value.endsWith("is")) { timer = setTimeout(ask, 60); }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = written(stands, way.value, [...chosen], search.value.trim());
      if (!text) { said.textContent = "Choose a value first."; return; }
      if (base.search.length) { base.search += "&"; }
      base.search += `filter=${encodeURIComponent(text)}`;
      window.finopsMenus.close(null);
      window.dash_clientside.finops.go(base.pathname + base.search, "push");
      window.finopsMenus.hold(holder.closest("details.menu").firstElementChild);
    });
    holder.replaceChildren(form);
    arrange();
    search.focus();
  }

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches || !menu.matches("details.menu")) { return; }
    const editor = menu.querySelector(".filter-editor");
    if (!editor) { return; }
    if (editor.dataset.filter && menu.open) { edit(editor); }
    if (!editor.dataset.filter) {
      editor.replaceChildren();
      menu.classList.remove("editing");
    }
  }, true);

  document.addEventListener("click", (event) => {
    const choice = event.target.closest(".filter-choices [data-filter]");
    if (!choice) { return; }
    const menu = choice.closest("details.menu");
    const editor = menu.querySelector(".filter-editor");
    menu.classList.add("editing");
    const inside = made("div", {});
    inside.dataset.filter = choice.dataset.filter;
    editor.replaceChildren(inside);
    edit(inside);
  });
})();
