import { useSyncExternalStore } from "react";

// Small preferences of a person, kept in the browser: sizes of panels, what is open.
export function remembered(name: string): string | undefined {
  try { return localStorage.getItem(`designer.${name}`) ?? undefined; }
  catch { return undefined; }
}

export function remember(name: string, value: string): void {
  try { localStorage.setItem(`designer.${name}`, value); }
  catch { /* storage is full or forbidden: it is only a preference */ }
}

/** What a drag on the empty canvas does: pans (H) or selects in a box (V). */
export const lastDragMode = (): "pan" | "select" => (remembered("dragMode") === "select" ? "select" : "pan");

/** Below this width the canvas is for reading: panels become sheets. */
export const narrowBelow = 900;
export const isNarrow = (): boolean => globalThis.innerWidth < narrowBelow;

const narrow = globalThis.matchMedia?.(`(max-width: ${narrowBelow - 0.02}px)`);
const onNarrow = (changed: () => void): (() => void) => {
  narrow?.addEventListener("change", changed);
  return () => narrow?.removeEventListener("change", changed);
};
export const useNarrow = (): boolean => useSyncExternalStore(onNarrow, isNarrow);
