// What a browser keeps of runs, and ids made here.

/** A UUIDv7, made here because a conversation starts with its first message. `crypto.randomUUID` would need a secure origin. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

type Where = "local" | "session";
// Where storage is forbidden, already naming it throws.
const storage = (where: Where): Storage => (where === "local" ? localStorage : sessionStorage);

export function write(where: Where, key: string, value: unknown): void {
  try { storage(where).setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the run is still shown, only not after a reload */ }
}

export function read<T>(where: Where, key: string): T | undefined {
  try { return (JSON.parse(storage(where).getItem(key) ?? "null") as T | null) ?? undefined; } catch { return undefined; }
}
