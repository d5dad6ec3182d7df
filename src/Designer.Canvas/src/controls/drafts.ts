// Fields that hold something typed and not committed yet; a run must not start without it.
const flushes = new Set<() => void>();

export function registerDraft(flush: () => void): () => void {
  flushes.add(flush);
  return () => flushes.delete(flush);
}

export function flushDrafts(): void {
  for (const flush of flushes) flush();
}
