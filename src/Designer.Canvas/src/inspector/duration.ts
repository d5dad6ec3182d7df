// Durations as documents write them: 500ms, 10s, 1.5s, 5m, 1h.
export const isDuration = (text: string): boolean => /^\d+(\.\d+)?(ms|s|m|h)$/.test(text);
