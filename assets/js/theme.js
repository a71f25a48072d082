// The colour mode: set before the first paint, remembered, switched by the button in the sidebar.
(function () {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem("theme"); } catch (error) { return null; } };
  const apply = (theme) => root.setAttribute("data-bs-theme", theme);
  if (window.finopsTheme) { return; }
  window.finopsTheme = { apply };
  apply(kept() || (system.matches ? "dark" : "light"));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme-toggle")) { return; }
    const theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    apply(theme);
    try { localStorage.setItem("theme", theme); } catch (error) { console.debug("theme not kept"); }
  });
})();
