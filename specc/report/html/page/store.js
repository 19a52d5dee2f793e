/** What is chosen on the page: a part of the model, a measure of cost, light or dark. */
(() => {
  "use strict";

  const { measures } = specc.model;
  const listeners = { part: [], measure: [] };
  const usual = ["seconds", "macs", "params"].find((key) => measures[key].of && measures[key].whole) || "params";

  specc.store = {
    part: null,
    measure: measures[usual],
    /** Call `action` whenever `what` (`part` or `measure`) has changed. */
    on: (what, action) => listeners[what].push(action),
    /** Choose a unit of `fold.js`; `source` is the name of the view where that was done. */
    choose(part, source) {
      this.part = part;
      listeners.part.forEach((action) => action(part, source));
    },
    measureBy(key) {
      this.measure = measures[key];
      listeners.measure.forEach((action) => action(this.measure));
    },
  };

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const THEMES = ["auto", "light", "dark"];
  const SIGNS = { auto: "◐ auto", light: "☀ light", dark: "☾ dark" };

  function setTheme(theme) {
    if (theme === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = theme;
    const button = specc.byId("theme");
    button.textContent = SIGNS[theme];
    button.setAttribute(
      "aria-label",
      `Theme: ${theme}${theme === "auto" ? ` (${dark.matches ? "dark" : "light"})` : ""}`,
    );
    button.dataset.theme = theme;
  }

  /** The switch goes from the system's theme to the other one first. */
  specc.startTheme = () => {
    setTheme("auto");
    specc.byId("theme").addEventListener("click", () => {
      const order = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
      const now = THEMES.indexOf(specc.byId("theme").dataset.theme) < 0 ? "auto" : specc.byId("theme").dataset.theme;
      setTheme(order[(order.indexOf(now) + 1) % order.length]);
    });
  };
})();
