// Files: fetched with their progress in sight, called off by a button, saved when they are whole.
// Without this file each link is a plain download.
(function () {
  const HELD = 250000; // rows of a stream kept until they are saved; more go straight to the disk
  const count = (number) => number.toLocaleString("en");
  let running = null;
  function toast(words, mood = "") {
    const props = { children: words, className: `toast-text ${mood}`, key: String(Date.now()) };
    const shown = { type: "Div", namespace: "dash_html_components", props };
    window.dash_clientside.set_props("toast", { children: shown });
  }
  function size(bytes) {
    return bytes < 1e6 ? `${count(Math.ceil(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  }
  function made(kind, className, text) {
    const element = document.createElement(kind);
    element.className = className;
    element.textContent = text || "";
    return element;
  }
  // What is under way, at the foot of the page: words, a bar, how far, and a way to call it off.
  function panel(title, cancel) {
    const box = made("section", "export-panel");
    box.setAttribute("aria-label", "Export");
    const bar = made("progress", "");
    bar.setAttribute("aria-label", title);
    const words = made("p", "export-words", "Asking …");
    const spoken = made("p", "visually-hidden");
    spoken.setAttribute("role", "status");
    spoken.setAttribute("aria-live", "polite");
    const button = made("button", "link-button", "Cancel");
    button.type = "button";
    button.addEventListener("click", cancel);
    box.append(made("strong", "", title), bar, words, button, spoken);
    document.body.append(box);
    let told = -1;
    return {
      say(text) { words.textContent = text; spoken.textContent = text; },
      // Spoken at each quarter: who listens wants to know, not to be kept from everything else.
      reach(share, text) {
        words.textContent = text;
        if (share === null) { bar.removeAttribute("value"); return; }
        bar.value = Math.min(1, share);
        const quarter = Math.floor(share * 4);
        if (quarter > told) { told = quarter; spoken.textContent = text; }
      },
      close() { box.remove(); },
    };
  }
  function lines(piece) {
    let found = 0;
    for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) { found += 1; }
    return found;
  }
  async function refused(answer) {
    const text = (await answer.text()).trim();
    const isSentence = (answer.headers.get("Content-Type") || "").startsWith("text/plain") && text;
    return isSentence ? text : "This could not be exported. Try again in a moment.";
  }
  function fileName(answer) {
    const found = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") || "");
    return found ? found[1] : "export";
  }
  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
  async function read(answer, rows, shown) {
    const whole = Number(answer.headers.get("Content-Length")) || 0;
    const isText = (answer.headers.get("Content-Type") || "").startsWith("text/csv");
    const reader = answer.body.getReader();
    const pieces = [];
    let bytes = 0;
    let seen = -1; // the head is a line too
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      bytes += next.value.length;
      if (isText) {
        seen += lines(next.value);
        const text = `${count(Math.max(0, Math.min(seen, rows)))} of ${count(rows)} rows, ${size(bytes)}`;
        shown.reach(rows ? seen / rows : 1, text);
      } else {
        shown.reach(whole ? bytes / whole : null, size(bytes));
      }
    }
    return new Blob(pieces, { type: answer.headers.get("Content-Type") });
  }
  // How many rows there will be, or null where the file is not to be fetched here.
  async function ahead(link, signal) {
    const answer = await fetch(link.href, { method: "HEAD", signal });
    if (!answer.ok) { return 0; } // the answer itself says why
    const rows = Number(answer.headers.get("X-Row-Count")) || 0;
    return rows > HELD && link.pathname.endsWith(".csv") ? null : rows;
  }
  function leave(link) {
    const plain = document.createElement("a");
    plain.href = link.href;
    plain.download = "";
    plain.click();
    toast("This is a large file: your browser saves it as it comes, and can cancel it.", "said");
  }
  async function run(title, work) {
    if (running) { toast("An export is running. Wait until it is done, or cancel it."); return; }
    const call = new AbortController();
    running = call;
    const shown = panel(title, () => call.abort());
    try {
      await work(call.signal, shown);
    } catch (error) {
      if (call.signal.aborted) { toast("Cancelled: nothing was saved.", "said"); }
      else { toast("The export broke off. Try again in a moment."); }
    } finally {
      running = null;
      shown.close();
    }
  }
  async function fetched(request, rows, shown) {
    const answer = await request;
    if (answer.redirected || !answer.ok) { toast(await refused(answer)); return; }
    const name = fileName(answer);
    save(await read(answer, rows, shown), name);
    toast(`Saved ${name}.`, "said");
  }
  function exportFile(link) {
    run(link.dataset.export, async (signal, shown) => {
      const rows = await ahead(link, signal);
      if (rows === null) { leave(link); return; }
      shown.reach(null, `${count(rows)} rows, being written …`);
      await fetched(fetch(link.href, { signal }), rows, shown);
    });
  }
  // Every picture that can be seen, as it is on the page, under the heading of its card.
  async function pictures() {
    const found = [];
    for (const plot of document.querySelectorAll("main .js-plotly-plot")) {
      const card = plot.closest(".card-figure");
      if (card && plot.clientWidth && plot.layout) {
        const parts = plot.data[0].type === "pie" ? plot.data[0].labels.length : 0; // each named on a line
        const size = { width: plot.clientWidth, height: plot.clientHeight + 20 * parts };
        const showlegend = window.finopsIsNamed(plot);
        const legend = { orientation: "h", yanchor: "bottom", y: 1, maxheight: 0.9 };
        const layout = { ...plot.layout, ...size, paper_bgcolor: "#ffffff", showlegend, legend };
        const made = await window.Plotly.toImage({ data: plot.data, layout }, { format: "svg", imageDataOnly: true, ...size });
        const title = card.querySelector("h2");
        const words = card.querySelector(".card-sentence");
        found.push({ title: title ? title.textContent : "", words: words ? words.textContent : "", svg: made });
      }
    }
    return found;
  }
  function exportPage() {
    run("PDF of this page", async (signal, shown) => {
      shown.reach(null, "The pictures are drawn …");
      const body = JSON.stringify({
        path: location.pathname, search: location.search.slice(1), figures: await pictures(),
      });
      const token = /(?:^|; )_csrf_token=([^;]+)/.exec(document.cookie);
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" };
      shown.reach(null, "The pages are set …");
      await fetched(fetch("/export/page.pdf", { method: "POST", body, headers, signal }), 0, shown);
    });
  }
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied. Paste it into a terminal where finops-dash is installed.", "said");
    } catch (error) {
      toast(text); // no clipboard for pages that are not encrypted: to be copied by hand
    }
  }
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("a[data-export], [data-page-pdf], .menu.export [data-copy]");
    if (!chosen || event.metaKey || event.ctrlKey || event.shiftKey || event.button) { return; }
    event.preventDefault();
    const menu = chosen.closest("details.menu");
    if (menu) { menu.removeAttribute("open"); menu.querySelector("summary").focus(); }
    if (chosen.dataset.export) { exportFile(chosen); }
    else if (chosen.dataset.copy) { copy(chosen.dataset.copy); }
    else { exportPage(); }
  });
})();
