// The menus of the controls. Controls are drawn anew after a choice: the one it was made with keeps
// the focus, and a menu that was opened meanwhile stays open.
window.finopsMenus = (function () {
  let held = "";
  let opened = { menu: null, name: "" };

  const nameOf = (control) => (control.getAttribute("aria-label") || control.textContent).split(":")[0];
  const controls = () => [...document.querySelectorAll("details.menu > summary, a[data-view]:not(.menu-item)")];
  const named = (name) => controls().find((control) => nameOf(control) === name);

  function close(except) {
    if (opened.menu !== except) { opened = { menu: null, name: "" }; }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) { menu.removeAttribute("open"); }
    });
  }

  function hold(control) {
    control.focus();
    held = nameOf(control);
  }

  function reopen() {
    const again = named(opened.name);
    if (!again) { return; }
    opened.menu = again.parentElement;
    opened.menu.setAttribute("open", "");
    if (document.activeElement === document.body) { again.focus({ preventScroll: true }); }
  }

  function refocus() {
    (named(held) || document.getElementById("content")).focus({ preventScroll: true });
  }

  // Whoever goes elsewhere meanwhile is not called back.
  const forget = (event) => {
    if (event.type === "pointerdown" || nameOf(event.target) !== held) { held = ""; }
  };
  document.addEventListener("focusin", forget);
  document.addEventListener("pointerdown", forget);

  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches || !target.matches("details.menu")) { return; }
    if (target.open) { opened = { menu: target, name: nameOf(target.firstElementChild) }; }
    else if (target === opened.menu) { opened = { menu: null, name: "" }; }
  }, true);

  new MutationObserver(() => {
    if (opened.menu && !opened.menu.isConnected) { reopen(); }
    if (held && document.activeElement === document.body) { refocus(); }
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (open) { open.removeAttribute("open"); open.querySelector("summary").focus(); }
  });

  return { close, hold };
})();
