// Keys of the canvas. They never fire while a text field has focus, and Tab is left to move the focus.
import { useLayoutEffect } from "react";
import type { ReactFlowInstance } from "@xyflow/react";
import type { EditorStore } from "../store";
import { strings, type Strings } from "../strings";
import { isNarrow, lastDragMode } from "../ui/remember";
import { addNote, collapse, deleteSelection, duplicate, findUsages, group, neighbour, nudge, toggleDisabled, ungroup } from "./actions";
import { tidy } from "./tidy";

export interface Shortcut { keys: string; words: string; group: keyof Strings["keys"]["groups"] }
const words = strings.keys;
/** What the help dialog lists. */
export const shortcuts: readonly Shortcut[] = [
  { group: "edit", keys: "Ctrl Z", words: words.undo }, { group: "edit", keys: "Ctrl Y", words: words.redo }, { group: "edit", keys: "Ctrl C", words: words.copy },
  { group: "edit", keys: "Ctrl X", words: words.cut }, { group: "edit", keys: "Ctrl V", words: words.paste }, { group: "edit", keys: "Ctrl Shift V", words: words.pasteWired },
  { group: "edit", keys: "Ctrl S", words: words.checkpoint }, { group: "edit", keys: "Ctrl D", words: words.duplicate }, { group: "edit", keys: "Ctrl A", words: words.selectAll }, { group: "edit", keys: "Delete", words: words.delete },
  { group: "edit", keys: "Ctrl Delete", words: words.deleteReconnect },
  { group: "nodes", keys: "A", words: words.add }, { group: "nodes", keys: "Enter", words: words.open }, { group: "nodes", keys: "Shift Enter", words: words.expand }, { group: "nodes", keys: "Esc", words: words.close },
  { group: "nodes", keys: "F2", words: words.rename }, { group: "nodes", keys: "D", words: words.disable }, { group: "nodes", keys: "N", words: words.note },
  { group: "nodes", keys: "Ctrl G", words: words.group }, { group: "nodes", keys: "Ctrl Shift G", words: words.ungroup }, { group: "nodes", keys: "Alt C", words: words.collapse },
  { group: "nodes", keys: "U", words: words.usages },
  { group: "nodes", keys: "← ↑ → ↓", words: words.neighbour }, { group: "nodes", keys: "Ctrl ← ↑ → ↓", words: words.move },
  { group: "view", keys: "Ctrl 1", words: words.all }, { group: "view", keys: ".", words: words.selection }, { group: "view", keys: "Ctrl 0", words: words.full },
  { group: "view", keys: "Ctrl +", words: words.zoomIn }, { group: "view", keys: "Ctrl -", words: words.zoomOut }, { group: "view", keys: "Alt Shift F", words: words.tidy },
  { group: "view", keys: "V", words: words.pointer }, { group: "view", keys: "H", words: words.hand }, { group: "view", keys: "C", words: words.comment },
  { group: "view", keys: "Ctrl F", words: words.find }, { group: "view", keys: "Ctrl K", words: words.palette }, { group: "view", keys: "Space drag", words: words.pan }, { group: "view", keys: "Shift drag", words: words.box }, { group: "view", keys: "?", words: words.help },
  { group: "run", keys: "Ctrl Enter", words: words.run }, { group: "run", keys: "Alt R", words: words.run }, { group: "run", keys: "Ctrl Alt Enter", words: words.stop },
  { group: "run", keys: "P", words: words.pin }, { group: "run", keys: "B", words: words.breakpoint },
  { group: "run", keys: "F8", words: words.goOn }, { group: "run", keys: "F10", words: words.stepOver },
];

const textFields = "input, textarea, select, [contenteditable=''], [contenteditable='true'], [role='textbox'], [role='combobox']";
const arrows: Record<string, ["left" | "right" | "up" | "down", number, number]> = {
  ArrowLeft: ["left", -1, 0], ArrowRight: ["right", 1, 0], ArrowUp: ["up", 0, -1], ArrowDown: ["down", 0, 1],
};

// After a navigation the host gives the focus to the page's heading, where no key means anything of its own.
const isNowhere = (element: Element | null): boolean => element === null || element === document.body || element === document.documentElement || element.matches("h1");

/** True when keys and the clipboard belong to the canvas: the focus is in it or nowhere, and not in a text. */
export function ownsKeys(root: HTMLElement | null, target: EventTarget | null): boolean {
  const element = target instanceof Element ? target : null;
  if (!root || element?.closest(textFields)) return false;
  if (document.querySelector("dialog[open], .mud-overlay-dialog, .dz .expanded")) return false;
  return isNowhere(element) || (root.contains(element) && !element!.closest(".side, .drawer"));
}

export function useKeys(store: EditorStore, flow: ReactFlowInstance<never, never>, root: React.RefObject<HTMLElement | null>, pointer: () => { x: number; y: number }): void {
  // With the canvas itself, not a frame later: the first key after it appears counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && root.current && runKey(store, root.current, event)) return;
      if ((event.key === "F8" || event.key === "F10") && store.goOn?.(event.key === "F8" ? "continue" : "stepOver")) { event.preventDefault(); return; }
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s" && !document.querySelector("dialog[open], .mud-overlay-dialog")) {
        // From inside a text, too: the browser's own Save dialog is never what is meant.
        event.preventDefault();
        store.checkpoint();
        return;
      }
      if (event.key === "Escape" && closeOne(store, event)) return;
      if (!ownsKeys(root.current, event.target)) return;
      const done = event.ctrlKey || event.metaKey ? withControl(store, flow, event) : plain(store, flow, event, pointer);
      if (done) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [store, flow, root, pointer]);
}

/** Running is wanted from inside a setting's text, too. */
function runKey(store: EditorStore, root: HTMLElement, event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (!store.state().canRun || !(isNowhere(target) || root.contains(target!))) return false;
  event.preventDefault();
  if (event.altKey) store.stop?.();
  else startRun(store);
  return true;
}

export function startRun(store: EditorStore): void {
  store.set({ runOpen: true });
  store.run?.();
}

/** Escape closes one thing at a time, the uppermost first. */
function closeOne(store: EditorStore, event: KeyboardEvent): boolean {
  const view = store.state();
  if (event.target instanceof Element && event.target.closest(textFields) && !event.target.closest(".add-list, .expanded")) return false;
  if (view.menu) store.set({ menu: undefined });
  else if (view.add) store.set({ add: undefined });
  else if (view.helpOpen) store.set({ helpOpen: false });
  else if (view.problemsOpen) store.set({ problemsOpen: false });
  else if (view.mode === "note") store.setMode(lastDragMode());
  else if (view.outlineOpen) store.set({ outlineOpen: false });
  else if (view.expanded) store.set({ expanded: false });
  else if (view.sheetOpen) store.set({ sheetOpen: false });
  else if (view.selection.length + view.selectedEdges.length + view.selectedNotes.length > 0) store.select([]);
  else return false;
  return true;
}

function withControl(store: EditorStore, flow: ReactFlowInstance<never, never>, event: KeyboardEvent): boolean {
  const { document, selection } = store.state();
  const arrow = arrows[event.key];
  if (arrow) {
    const size = event.shiftKey ? 4 : 16;
    nudge(store, arrow[1] * size, arrow[2] * size);
    return selection.length > 0;
  }
  switch (event.key.toLowerCase()) {
    case "z": if (event.shiftKey) store.redo(); else store.undo(); return true;
    case "y": store.redo(); return true;
    case "a": store.select(document.nodes.map((node) => node.id), [], (document.notes ?? []).map((note) => note.id)); return true;
    case "d": duplicate(store); return true;
    case "delete": case "backspace": deleteSelection(store, true); return true;
    case "f": store.set({ outlineOpen: true }); return true;
    case "g": if (event.shiftKey) ungroup(store); else group(store); return true;
    case "1": store.fit(); return true;
    case "0": void flow.zoomTo(1, { duration: 150 }); return true;
    case "=": case "+": void flow.zoomIn({ duration: 150 }); return true;
    case "-": void flow.zoomOut({ duration: 150 }); return true;
    default: return false;
  }
}

function plain(store: EditorStore, flow: ReactFlowInstance<never, never>, event: KeyboardEvent, pointer: () => { x: number; y: number }): boolean {
  const view = store.state();
  if (event.altKey) {
    if (event.shiftKey && event.code === "KeyF") { void tidy(store); return true; }
    if (event.code === "KeyC") { collapse(store); return true; }
    if (event.code === "KeyR" && view.canRun) { startRun(store); return true; }
    return false;
  }
  const focused = event.target instanceof Element ? event.target.closest<HTMLElement>(".react-flow__node") : null;
  const onButton = event.target instanceof Element && event.target.closest("button, a, [role='menu']") !== null;
  const arrow = arrows[event.key];
  if (arrow && !onButton) {
    const next = neighbour(store, arrow[0]);
    if (next !== undefined) { store.select([next]); store.reveal(next); }
    return true;
  }
  switch (event.key) {
    case "Delete": case "Backspace": deleteSelection(store, false); return true;
    case "Enter":
      if (onButton) return false;
      if (focused) store.select([focused.dataset["id"]!]);
      if (event.shiftKey && !isNarrow() && store.state().selection.length === 1) store.set({ expanded: true });
      else store.openInspector();
      return true;
    case "F2": if (view.canEdit && view.selection.length === 1) store.set({ renaming: view.selection[0] }); return true;
    case "a": case "A": if (view.canEdit) store.set({ add: {} }); return true;
    case "d": case "D": toggleDisabled(store); return true;
    case "u": case "U": if (view.selection.length === 1) findUsages(store, view.selection[0]!); return true;
    case "p": case "P": for (const id of view.selection) void store.debug?.togglePin(id); return true;
    case "b": case "B": for (const id of view.selection) void store.debug?.toggleBreakpoint(id); return true;
    case "n": case "N": if (view.canEdit) addNote(store, flow.screenToFlowPosition(pointer())); return true;
    case ".": if (view.selection.length > 0) store.fit(view.selection); return true;
    case "v": case "V": store.setMode("select"); return true;
    case "h": case "H": store.setMode("pan"); return true;
    case "c": case "C": if (view.canEdit) store.setMode("note"); return true;
    case "?": store.set({ helpOpen: true }); return true;
    default: return false;
  }
}
