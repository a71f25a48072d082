// Dash's field of two dates says that it opens a dialog, but not what it is; nor has that a name.
(function () {
  document.addEventListener("toggle", (event) => {
    const fields = event.target.querySelectorAll(".dash-datepicker-input-wrapper");
    fields.forEach((field) => { field.setAttribute("role", "combobox"); });
  }, true);
  new MutationObserver(() => {
    const calendar = document.querySelector("[role=dialog][class*=dash-datepicker]:not([aria-label])");
    if (!calendar) { return; }
    calendar.setAttribute("aria-label", "Choose two dates");
    calendar.querySelectorAll("input[type=number]").forEach((year) => { year.setAttribute("aria-label", "Year"); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
