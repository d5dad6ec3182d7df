// Fields that hold something typed and not committed yet; a run must not start without it, and "saved" must not be said over it.
const flushes = new Set<() => void>();
/** With the revision of the document that the person saw when they began to type. */
const waiting = new Map<() => void, number>();
const listeners = new Set<() => void>();
let revision = (): number => 0;
let base: number | undefined;

export function registerDraft(flush: () => void): () => void {
  flushes.add(flush);
  return () => {
    flushes.delete(flush);
    draftWaits(flush, false);
  };
}

export function flushDrafts(): void {
  for (const flush of flushes) flush();
}

/** Where the document's present revision is read. */
export function draftsFollow(source: () => number): void { revision = source; }
export const presentRevision = (): number => revision();

/** Says whether the field known by its flush holds something that is not committed; and what it stands on, if not the present revision. */
export function draftWaits(flush: () => void, isWaiting: boolean, since = revision()): void {
  if (waiting.has(flush) === isWaiting) return;
  if (isWaiting) waiting.set(flush, since);
  else waiting.delete(flush);
  for (const listener of listeners) listener();
}

/**
 * Commits a field's text as a change of the document that its author saw when they began to type: what somebody else stored meanwhile in the
 * same place is merged or asked about, never overwritten.
 */
export function commitDraft(flush: () => void, commit: () => void): void {
  base = waiting.get(flush);
  try { commit(); }
  finally { base = undefined; }
}

/** What the change that is being made stands on; undefined: on the document as it is. */
export const draftBase = (): number | undefined => base;

export function hasDrafts(): boolean { return waiting.size > 0; }

/** Calls back whenever a field begins or ends to hold something that is not committed. */
export function watchDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
