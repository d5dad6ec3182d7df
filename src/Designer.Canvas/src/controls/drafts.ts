// Fields that hold something typed and not committed yet; a run must not start without it, and "saved" must not be said over it.
const flushes = new Set<() => void>();
const waiting = new Set<() => void>();
const listeners = new Set<() => void>();

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

/** Says whether the field known by its flush holds something that is not committed. */
export function draftWaits(flush: () => void, isWaiting: boolean): void {
  if (waiting.has(flush) === isWaiting) return;
  if (isWaiting) waiting.add(flush);
  else waiting.delete(flush);
  for (const listener of listeners) listener();
}

export function hasDrafts(): boolean { return waiting.size > 0; }

/** Calls back whenever a field begins or ends to hold something that is not committed. */
export function watchDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
