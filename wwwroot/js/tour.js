// Keeps the tour's hint beside what it speaks of, and a ring around that. Both are placed over the page and touch nothing in it.
const gap = 12;

export function follow() {
  let asked = 0;
  const place = () => { asked = 0; settle(); };
  const ask = () => { asked ||= requestAnimationFrame(place); };
  const watch = new MutationObserver((changes) => { if (changes.some((change) => !isOurs(change.target))) ask(); });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class", "style", "data-tour-anchor"] });
  const onClick = (event) => { if (event.target.closest?.("[data-tour-focus]")) focusAnchor(); };
  addEventListener("resize", ask);
  addEventListener("scroll", ask, true);
  addEventListener("click", onClick);
  ask();
  return {
    dispose() {
      watch.disconnect();
      cancelAnimationFrame(asked);
      removeEventListener("resize", ask);
      removeEventListener("scroll", ask, true);
      removeEventListener("click", onClick);
    },
  };
}

const isOurs = (node) => node.nodeType === 1 && node.matches(".tour:not([data-tour-anchor]), .tour-ring");

/** The first selector that finds something to be seen wins. */
function anchorOf(hint) {
  for (const selector of hint.dataset.tourAnchor.split(",")) {
    for (const found of document.querySelectorAll(selector)) {
      const box = found.getBoundingClientRect();
      if (box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth) return found;
    }
  }
  return undefined;
}

function settle() {
  const hint = document.querySelector(".tour[data-tour-anchor]");
  const ring = document.querySelector("[data-tour-ring]");
  if (!hint || !ring) return;
  const anchor = anchorOf(hint);
  ring.hidden = !anchor;
  const size = hint.getBoundingClientRect();
  let [left, top] = [gap, innerHeight - size.height - gap];
  if (anchor) {
    const box = anchor.getBoundingClientRect();
    move(ring, box.left - 4, box.top - 4);
    ring.style.width = `${box.width + 8}px`;
    ring.style.height = `${box.height + 8}px`;
    const middle = box.left + box.width / 2 - size.width / 2;
    const sides = [[middle, box.bottom + gap], [box.right + gap, box.top], [box.left - gap - size.width, box.top], [middle, box.top - gap - size.height]];
    const fits = sides.find(([x, y]) => x >= gap - 400 && y >= gap && y + size.height <= innerHeight - gap && apart(clamp(x, size.width, innerWidth), y, size, box));
    if (fits) [left, top] = fits;
  }
  move(hint, clamp(left, size.width, innerWidth), clamp(top, size.height, innerHeight));
  hint.dataset.placed = "";
}

const clamp = (at, length, room) => Math.max(gap, Math.min(at, room - length - gap));

/** Whether the hint at this place leaves what it speaks of in sight. */
const apart = (x, y, size, box) => x + size.width <= box.left || x >= box.right || y + size.height <= box.top || y >= box.bottom;

function move(element, x, y) {
  const to = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  if (element.style.transform !== to) element.style.transform = to;
}

function focusAnchor() {
  const hint = document.querySelector(".tour[data-tour-anchor]");
  const anchor = hint && anchorOf(hint);
  const control = anchor?.matches("a, button, input, textarea, select, [tabindex]") ? anchor : anchor?.querySelector("a, button, input, textarea, select, [tabindex]");
  control?.focus();
}
