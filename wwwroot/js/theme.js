// Runs before the first paint: puts the remembered theme on <html>. Also serves the theme and copy buttons of every page,
// static ones included, by delegation, so that no page needs a script of its own.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("designer.theme") ?? "system"; } catch { return "system"; } };

  function paint() {
    const choice = stored();
    const dark = choice === "dark" || (choice === "system" && system.matches);
    root.classList.toggle("dark", dark);
    root.dataset.theme = choice;
    for (const button of document.querySelectorAll("theme-switch [data-theme-set]")) button.setAttribute("aria-pressed", button.dataset.themeSet === choice);
    document.querySelector("meta[name=theme-color]")?.setAttribute("content", dark ? "#171c24" : "#ffffff");
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 1600);
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-set],[data-copy]");
    if (!button) return;
    if (button.dataset.themeSet) {
      try { localStorage.setItem("designer.theme", button.dataset.themeSet); } catch { /* private mode: for this page only */ }
      paint();
    } else {
      copy(button);
    }
  });
  system.addEventListener("change", paint);
  addEventListener("storage", (event) => { if (event.key === "designer.theme") paint(); });
  paint();
  addEventListener("DOMContentLoaded", paint);
  // Pages that come later than the document bring their buttons behind the element that holds them, but within the same task.
  customElements.define("theme-switch", class extends HTMLElement { connectedCallback() { queueMicrotask(paint); } });
})();
