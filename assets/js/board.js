// Arranging the cards of a dashboard, by pointer and by keyboard. The cards change where they
// stand, the URL follows, and nothing is asked of the server but the links of the controls.
(function () {
  const GAP = 12, ROW = 76, COLUMNS = 12, LEAST = 2, MOST_ROWS = 10;
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const root = document.documentElement;
  const board = () => document.getElementById("board");
  const cards = () => [...board().querySelectorAll(":scope > .board-card:not([hidden])")];

  function say(words) { document.getElementById("board-said").textContent = words; }

  function write(how) {
    const target = new URL(location.href);
    target.searchParams.delete("card");
    cards().forEach((card) => target.searchParams.append("card", card.dataset.card));
    if (!cards().length) { window.dash_clientside.finops.go(target.pathname + target.search, "push"); return; }
    history[how === "push" ? "pushState" : "replaceState"](null, "", target);
    window.dash_clientside.set_props("board-arranged", { data: target.search.slice(1) });
    window.dash_clientside.set_props("board-drawn", { data: cards().map((card) => card.dataset.card) });
    window.dispatchEvent(new Event("finops-view"));
  }

  const sizeOf = (card) => card.dataset.card.match(/^\d+x\d+/)[0].split("x").map(Number);

  function size(card, columns, rows) {
    const kept = [Math.min(Math.max(columns, LEAST), COLUMNS), Math.min(Math.max(rows, LEAST), MOST_ROWS)];
    if (kept.join("x") === sizeOf(card).join("x")) { return; }
    card.dataset.card = card.dataset.card.replace(/^\d+x\d+/, kept.join("x"));
    card.style.setProperty("--columns", kept[0]);
    card.style.setProperty("--rows", kept[1]);
    say(`${card.dataset.name}: ${kept[0]} columns wide, ${kept[1]} rows high.`);
    window.dispatchEvent(new Event("resize"));
  }

  function move(card, place) {
    const others = cards().filter((other) => other !== card);
    const kept = Math.min(Math.max(place, 0), others.length);
    board().insertBefore(card, others[kept] || null);
    say(`${card.dataset.name}: place ${kept + 1} of ${others.length + 1}.`);
  }

  function remove(card) {
    const place = cards().indexOf(card);
    card.hidden = true;
    say(`${card.dataset.name}: removed. Go back to have it again.`);
    write("push");
    const next = cards()[Math.min(place, cards().length - 1)];
    if (next) { next.querySelector(".card-remover").focus(); }
  }

  // Follows the pointer until it is let go of.
  function follow(event, handle, each) {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus();
    const end = () => {
      handle.removeEventListener("pointermove", each);
      write("replace");
    };
    handle.addEventListener("pointermove", each);
    handle.addEventListener("lostpointercapture", end, { once: true });
  }

  function drag(event, card, grip) {
    let over = card;
    card.classList.add("dragged");
    grip.addEventListener("lostpointercapture", () => card.classList.remove("dragged"), { once: true });
    follow(event, grip, (moved) => {
      const met = document.elementsFromPoint(moved.clientX, moved.clientY)
        .map((part) => part.closest(".board-card")).find((other) => other && other !== card);
      if (met && met !== over) {
        const place = cards().indexOf(met);
        grip.releasePointerCapture(moved.pointerId);
        move(card, place);
        grip.setPointerCapture(moved.pointerId);
      }
      over = met || card;
    });
  }

  function stretch(event, card, handle) {
    const corner = card.getBoundingClientRect();
    const column = (board().clientWidth + GAP) / COLUMNS;
    follow(event, handle, ({ clientX, clientY }) => size(card,
      Math.round((clientX - corner.left + GAP) / column), Math.round((clientY - corner.top + GAP) / ROW)));
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".card-grip, .card-sizer");
    if (!handle || event.button) { return; }
    const card = handle.closest(".board-card");
    if (handle.matches(".card-grip")) { drag(event, card, handle); } else { stretch(event, card, handle); }
  });

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest && event.target.closest(".card-grip, .card-sizer");
    const step = STEPS[event.key];
    if (!handle || !step) { return; }
    event.preventDefault();
    const card = handle.closest(".board-card");
    if (handle.matches(".card-grip")) {
      move(card, cards().indexOf(card) + step[0] + step[1]);
      handle.focus();
    } else {
      const [columns, rows] = sizeOf(card);
      size(card, columns + step[0], rows + step[1]);
    }
    write("replace");
  });

  function show() {
    const button = document.querySelector("[data-arrange]");
    if (!button) { delete root.dataset.arranging; return; }
    const pressed = String("arranging" in root.dataset);
    if (button.getAttribute("aria-pressed") !== pressed) { button.setAttribute("aria-pressed", pressed); }
  }

  document.addEventListener("click", (event) => {
    const remover = event.target.closest(".card-remover");
    if (remover) { remove(remover.closest(".board-card")); }
    if (!event.target.closest("[data-arrange]")) { return; }
    if ("arranging" in root.dataset) { delete root.dataset.arranging; } else { root.dataset.arranging = ""; }
    show();
  });
  new MutationObserver(show).observe(root, { childList: true, subtree: true });
})();
