// The shell's part in the browser: shortcuts that belong to the whole app, and small remembered choices.
export function listen(dotnet) {
  const onKey = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      // The editor has a palette of its own.
      if (document.querySelector("[data-own-palette]")) return;
      event.preventDefault();
      dotnet.invokeMethodAsync("OpenPaletteAsync");
    }
  };
  addEventListener("keydown", onKey);
  // From here on clicks are heard; before, the page is only a picture of itself.
  document.documentElement.dataset.interactive = "";
  return { dispose: () => removeEventListener("keydown", onKey) };
}

export function remember(key, value) {
  try { localStorage.setItem(`designer.${key}`, value); } catch { /* private mode: not remembered */ }
}

export function recall(key) {
  try { return localStorage.getItem(`designer.${key}`); } catch { return null; }
}

export function scrollIntoView(element) {
  element?.scrollIntoView({ block: "nearest" });
}

/** Opens the file chooser of an <input type=file>, so that a styled button can stand for it. */
export function choose(id) {
  document.getElementById(id)?.click();
}

/** Saves text as a file on the person's machine. */
export function save(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
