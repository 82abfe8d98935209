// Dark or light: what the visitor chose, else what the system says. Runs in <head>, before anything is painted.
(() => {
  const KEY = "dangwu-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const isDark = () => (kept() ?? (system.matches ? "dark" : "light")) === "dark";

  const apply = () => {
    const dark = isDark();
    document.documentElement.classList.toggle("dark", dark);
    document.body?.classList.toggle("dark", dark);
  };
  apply();
  system.addEventListener("change", apply);

  // The size of the text, kept the same way.
  const SIZE = "dangwu-text";
  const size = () => {
    try { return localStorage.getItem(SIZE) ?? ""; } catch { return ""; }
  };
  const applySize = () => {
    document.documentElement.dataset.text = size();
    document.querySelectorAll("[data-text-size]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.textSize === size()));
    });
  };
  applySize();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-text-size]");
    if (button) {
      try { localStorage.setItem(SIZE, button.dataset.textSize); } catch { /* private mode */ }
    }
    if (button || event.target.closest("[role=tab]")) setTimeout(applySize, button ? 0 : 200);
  });

  document.addEventListener("DOMContentLoaded", () => {
    apply();
    // Gradio sets the class by itself once it has started.
    new MutationObserver(() => {
      if (document.body.classList.contains("dark") !== isDark()) apply();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    try { localStorage.setItem(KEY, isDark() ? "light" : "dark"); } catch { /* private mode: for this page only */ }
    apply();
  });
})();
