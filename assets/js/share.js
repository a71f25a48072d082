// Keeping and sharing what a page shows: the presses of its menu and of the page of views, and what
// page and question stand in the URL.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.share = (function () {
  const set = (id, data) => window.dash_clientside.set_props(id, { data });

  // A press inside a menu closes it; what opens then gives the focus back to the menu's button.
  function leave(button) {
    const menu = button.closest("details.menu");
    if (menu) { menu.removeAttribute("open"); menu.querySelector("summary").focus(); }
  }

  let pressed = "";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-share], [data-act]");
    if (!button) { return; }
    const { share, act, slug, version } = button.dataset;
    leave(button);
    const at = Date.now();  // makes a second press of the same button a change
    if (share) {
      set("share-asked", { what: share, path: location.pathname, search: location.search, at });
    } else {
      pressed = button.closest("details.menu") ? "" : `.star[data-slug="${slug}"]`;
      set("views-asked", { act, slug, version, at });
    }
  });

  // What the page shows is told to the server where there is something to say about it.
  let told = "";
  let page = null;
  const worthTelling = (search) => /[?&](saved|as_of)=/.test(search);
  function tell() {
    const main = document.querySelector("main[data-store]");
    if (!main || !document.getElementById("view-line")) { page = null; return; }
    if (main === page && told === location.search) { return; }
    const before = main === page ? told : "";
    [page, told] = [main, location.search];
    if (worthTelling(told)) { set("view-place", { path: location.pathname, search: told }); }
    else if (worthTelling(before)) { set("view-place", null); }
  }

  // The tab is called as the saved view is.
  function name() {
    const title = document.querySelector("#view-line [data-title]");
    const heading = document.querySelector("main[data-store] h1");
    const words = (title && title.dataset.title) || (heading && heading.textContent);
    if (words && document.title !== `${words} · FinOps Dash`) { document.title = `${words} · FinOps Dash`; }
  }

  // What offers to undo takes the focus, which was on a row that is gone.
  function focus() {
    const undo = document.querySelector("#toast [data-act]:not([data-met])");
    if (undo) { undo.dataset.met = ""; undo.focus(); return; }
    if (pressed && document.activeElement === document.body) {
      const again = document.querySelector(pressed);
      if (again) { again.focus({ preventScroll: true }); pressed = ""; }
    }
  }

  // A link in a panel stands there whole, selected, and copied where the browser lets us.
  function writeLinks() {
    document.querySelectorAll("[data-link]:empty").forEach((box) => {
      box.textContent = location.origin + box.dataset.link;
      copy(box);
    });
  }

  async function copy(box) {
    const status = box.parentElement.querySelector("[data-copied]");
    getSelection().selectAllChildren(box);
    try {
      await navigator.clipboard.writeText(box.textContent);
      status.textContent = "The link is copied.";
    } catch (error) {
      status.textContent = "The link is selected: copy it with Ctrl+C.";
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".modal-body [data-copy]");
    if (button) { copy(button.closest(".modal-body").querySelector("[data-link]")); }
  });

  // The notes of a figure, and one of them less.
  let noted = {};
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-notes], [data-delete-note]");
    if (!button) { return; }
    const { notes, deleteNote } = button.dataset;
    if (notes) { noted = JSON.parse(notes); }
    const less = deleteNote ? { delete: Number(deleteNote) } : {};
    set("notes-asked", { ...noted, ...less, at: Date.now() });
  });

  // The page as it is, asked for again: what is noted on it has changed.
  function redraw(changed) {
    const main = document.querySelector("main[data-store]");
    if (changed && main) { set(main.dataset.store, location.search.replace(/^\?/, "")); }
  }

  new MutationObserver(() => { tell(); name(); focus(); writeLinks(); })
    .observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("finops-view", tell);

  // The page is shown as the view that was just saved, or with other dates.
  function arrive(href) {
    told = "";
    if (href) { window.dash_clientside.finops.go(href, "replace"); }
  }

  return { arrive, redraw };
})();
