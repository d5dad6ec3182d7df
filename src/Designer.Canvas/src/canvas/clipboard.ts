// Copy, cut and paste by the browser's own events: they need no permission and work across flows and tabs.
import { useLayoutEffect, useRef, type RefObject } from "react";
import type { Position } from "../contract";
import type { EditorStore } from "../store";
import { copyText, deleteSelection, pasteText } from "./actions";
import { ownsKeys } from "./keys";
import { strings } from "../strings";

export function useClipboard(store: EditorStore, root: RefObject<HTMLElement | null>, place: () => Position): void {
  const placeRef = useRef(place);
  placeRef.current = place;
  useLayoutEffect(() => {
    let withShift = false;
    const onKey = (event: KeyboardEvent): void => { withShift = event.shiftKey; };
    const put = (event: ClipboardEvent): boolean => {
      if (!ownsKeys(root.current, event.target) || globalThis.getSelection()?.toString()) return false;
      const text = copyText(store);
      if (text === undefined || !event.clipboardData) return false;
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      return true;
    };
    const onCopy = (event: ClipboardEvent): void => void put(event);
    const onCut = (event: ClipboardEvent): void => { if (store.state().canEdit && put(event)) deleteSelection(store, false); };
    const onPaste = (event: ClipboardEvent): void => {
      const text = event.clipboardData?.getData("text/plain");
      if (!text || !store.state().canEdit || !ownsKeys(root.current, event.target)) return;
      if (pasteText(store, text, placeRef.current(), withShift)) event.preventDefault();
      else if (text.trimStart().startsWith("{")) store.toast(strings.canvas.noPart);
    };
    window.addEventListener("keydown", onKey, true);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, [store, root]);
}
