// Two minutes before a session ends for want of use, its person is asked whether they are still
// there. Once it has ended, `live.js` asks in vain, and `answers.js` leads to the log-in page.
window.finopsSession = (function () {
  const WARNING = 120;
  let box = null;

  function close() {
    if (box) { box.remove(); box = null; }
  }

  async function stay() {
    const token = /(?:^|; )_csrf_token=([^;]+)/.exec(document.cookie);
    const headers = { "X-CSRFToken": token ? decodeURIComponent(token[1]) : "" };
    const answer = await fetch("/_stay", { method: "POST", headers });
    if (answer.ok) { close(); }
  }

  function warn(seconds) {
    if (box) { return; }
    box = document.createElement("div");
    box.className = "session-note";
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    const minutes = Math.max(1, Math.round(seconds / 60));
    words.textContent = `You are signed out in ${minutes === 1 ? "a minute" : `${minutes} minutes`}, for want of use.`;
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "button", textContent: "Stay signed in" });
    button.addEventListener("click", stay);
    box.append(words, button);
    document.body.append(box);
  }

  // How many seconds the session lasts, as the server told; undefined where it does not end by itself.
  function told(seconds) {
    if (seconds === undefined || seconds > WARNING) { close(); } else { warn(seconds); }
  }

  return { told };
})();
