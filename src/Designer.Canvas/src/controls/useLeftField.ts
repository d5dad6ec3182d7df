import { useCallback, useEffect, useRef } from "react";
import { commitDraft, draftWaits, registerDraft } from "./drafts";

export interface LeftField {
  typed: (text: string) => void;
  flush: () => void;
  /** Forgets what was typed. */
  drop: () => void;
}

/**
 * A field whose text counts when it is left, not while it is being typed: by a key, by a click elsewhere, when it goes out of view, and when
 * the page goes.
 */
export function useLeftField(leave: (text: string) => void): LeftField {
  const live = useRef({ leave, text: undefined as string | undefined });
  live.current.leave = leave;
  const flush = useCallback(() => {
    const { text, leave: commit } = live.current;
    live.current.text = undefined;
    if (text !== undefined) commitDraft(flush, () => commit(text));
    draftWaits(flush, false);
  }, []);
  useEffect(() => {
    const forget = registerDraft(flush);
    return () => { flush(); forget(); };
  }, [flush]);
  return {
    flush,
    typed: (text) => { live.current.text = text; draftWaits(flush, true); },
    drop: () => { live.current.text = undefined; draftWaits(flush, false); },
  };
}
