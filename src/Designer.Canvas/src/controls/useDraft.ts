import { useEffect, useRef, useState } from "react";
import { commitDraft, draftWaits, registerDraft } from "./drafts";

const pauseMs = 400;

export interface Draft<T> {
  value: T;
  isDirty: boolean;
  change: (value: T) => void;
  focus: () => void;
  blur: () => void;
  flush: () => void;
  /** Takes back what was typed since the focus came. */
  revert: () => void;
}

/**
 * What is being edited, apart from what is stored. What somebody else stores meanwhile shows, unless something typed waits to be committed;
 * a change is committed when typing pauses, on blur, and when the field goes away.
 */
export function useDraft<T>(stored: T, commit: (value: T) => void): Draft<T> {
  const [draft, setDraft] = useState<{ value: T } | undefined>();
  const live = useRef({
    commit, stored, pending: undefined as { value: T } | undefined, timer: undefined as ReturnType<typeof setTimeout> | undefined, before: stored, isOwn: false,
    flush: () => undefined as void,
  });
  live.current.commit = commit;
  live.current.stored = stored;

  const flush = () => {
    const at = live.current;
    clearTimeout(at.timer);
    const { pending } = at;
    at.pending = undefined;
    if (pending && pending.value !== at.stored) {
      at.isOwn = true;
      commitDraft(at.flush, () => at.commit(pending.value));
    }
    draftWaits(at.flush, false);
  };
  useEffect(() => {
    live.current.flush = flush; // reads nothing but the ref; this one stands for the field among the drafts
    const forget = registerDraft(flush);
    return () => { flush(); forget(); };
  }, []);

  useEffect(() => {
    const at = live.current;
    const isOwn = at.isOwn;
    at.isOwn = false;
    if (!isOwn && !at.pending) setDraft((shown) => shown && { value: stored });
  }, [stored]);

  return {
    value: draft ? draft.value : stored,
    isDirty: draft !== undefined && draft.value !== live.current.before,
    change: value => {
      setDraft({ value });
      live.current.pending = { value };
      draftWaits(live.current.flush, true);
      clearTimeout(live.current.timer);
      live.current.timer = setTimeout(flush, pauseMs);
    },
    focus: () => { live.current.before = stored; setDraft({ value: stored }); },
    blur: () => { flush(); setDraft(undefined); },
    flush,
    revert: () => {
      live.current.pending = { value: live.current.before };
      flush();
      setDraft({ value: live.current.before });
    },
  };
}
