// An answer that takes long can be called off: the view that stands on the page, dimmed, is in
// force again, with its address and its controls. Where none stands yet, the page's plain view is
// offered instead.
(function () {
  const PATIENCE = 2000;
  const PAUSE = 100;  // Dash asks a page's calls one after the other
  const address = () => location.pathname + location.search;
  let standing = null;  // the address that all on the page answers
  let pushed = 0;  // how many entries of the history are newer than that
  let expects = true;  // a view was chosen, and none of its calls has begun
  let timer = 0;
  let settling = 0;
  let from = null;  // what had the focus before the button

  const note = () => document.querySelector("[data-waiting]");

  function hide() {
    const [box, button] = [note(), document.getElementById("waiting-cancel")];
    if (box) { box.querySelector("p").textContent = ""; }
    if (!button) { return; }
    const hadFocus = button === document.activeElement;
    button.remove();
    if (hadFocus) { giveFocus(); }
  }

  function giveFocus() {
    if (from && from.isConnected && from !== document.body) { window.finopsMenus.hold(from); return; }
    document.getElementById("content").focus({ preventScroll: true });
  }

  function offer() {
    const box = note();
    if (!box) { return; }
    box.querySelector("p").textContent = "This takes longer than usual.";
    if (!standing && !location.search) { return; }
    const words = standing ? "Cancel" : "Show the plain view";
    const button = Object.assign(document.createElement("button"), {
      id: "waiting-cancel", type: "button", className: "link-button", textContent: words });
    button.addEventListener("focus", (event) => { from = event.relatedTarget; });
    button.addEventListener("click", cancel);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); cancel(); }
    });
    box.append(button);
  }

  function cancel() {
    const [href, steps] = standing ? [standing, pushed] : [location.pathname, 0];
    pushed = 0;
    window.dash_clientside.finops.goBack(href, steps, Boolean(standing));
  }

  function rest() {
    clearTimeout(timer);
    clearTimeout(settling);
    timer = 0;
    expects = true;
    hide();
  }

  function settle(isWhole) {
    rest();
    if (isWhole) { standing = address(); pushed = 0; }
  }

  window.addEventListener("finops-calls", ({ detail }) => {
    clearTimeout(settling);
    if (detail.open) {
      expects = false;
      timer = timer || setTimeout(offer, PATIENCE);
    } else if (!expects) {
      settling = setTimeout(settle, PAUSE, detail.isWhole);
    }
  });

  window.addEventListener("finops-view", ({ detail }) => {
    rest();
    if (detail === "push") { pushed += 1; }
  });

  window.addEventListener("finops-page", () => { rest(); standing = null; pushed = 0; });
  window.addEventListener("popstate", () => { pushed = 0; });
})();
