// Tells people when the connection to the server is gone, and takes the page up again when it is back.
const box = document.getElementById("components-reconnect-modal");
const retry = document.getElementById("reconnect-retry");

box?.addEventListener("components-reconnect-state-changed", (event) => {
  const state = event.detail.state;
  box.dataset.state = state;
  if (state === "show") box.showPopover?.();
  if (state === "hide") box.hidePopover?.();
  if (state === "rejected") location.reload();
});

// The pauses between tries grow; a network that is back is reason enough to try at once.
addEventListener("online", () => {
  if (box?.dataset.state && box.dataset.state !== "hide") retry?.click();
});

retry?.addEventListener("click", async () => {
  try {
    if (!(await Blazor.reconnect())) location.reload();
  } catch {
    box.dataset.state = "failed";
  }
});
