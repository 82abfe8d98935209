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
