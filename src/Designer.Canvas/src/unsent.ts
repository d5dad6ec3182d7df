// Commands that the host does not have yet wait in the browser, one entry each: several tabs, a reload or a crash lose none of them.
import type { Command } from "./contract";

export interface Store { length: number; key(index: number): string | null; getItem(key: string): string | null; setItem(key: string, value: string): void; removeItem(key: string): void }
interface Entry { at: number; n: number; command: Command }

export class Unsent {
  private readonly kept = new Set<string>();
  private n = 0;

  constructor(private readonly storage: () => Store, private readonly prefix: string, private readonly now: () => number = Date.now) {}

  /** All that any tab left here, in the order in which it was made. */
  read(): Command[] {
    try {
      const storage = this.storage();
      const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i)).filter((key) => key?.startsWith(this.prefix));
      const entries = keys.flatMap((key) => parsed(storage.getItem(key!)) ?? []);
      entries.sort((a, b) => a.at - b.at || a.n - b.n);
      for (const { command } of entries) this.kept.add(command.id);
      return entries.map((entry) => entry.command);
    } catch { return []; } // storage is forbidden
  }

  /** Keeps these and forgets the ones kept before. */
  keep(pending: readonly Command[], changed: ReadonlySet<string> = new Set()): void {
    try {
      const storage = this.storage();
      const ids = new Set(pending.map((command) => command.id));
      for (const id of [...this.kept]) {
        if (ids.has(id) && !changed.has(id)) continue;
        storage.removeItem(this.prefix + id);
        this.kept.delete(id);
      }
      for (const command of pending) {
        if (this.kept.has(command.id)) continue;
        storage.setItem(this.prefix + command.id, JSON.stringify({ at: this.now(), n: this.n++, command } satisfies Entry));
        this.kept.add(command.id);
      }
    } catch { /* storage is full or forbidden; the queue still lives in memory */ }
  }
}

function parsed(text: string | null): Entry | undefined {
  try {
    const entry = JSON.parse(text ?? "") as Entry;
    return typeof entry.command?.id === "string" && Array.isArray(entry.command.ops) ? entry : undefined;
  } catch { return undefined; }
}

/** This browser's mark, the same for all its tabs: what it sent itself is nothing that it did not know. */
export function browserMark(storage: () => Store): string {
  try {
    const known = storage().getItem("designer.browser");
    if (known && /^[0-9a-f]{8}$/.test(known)) return known;
    const mark = randomHex(4);
    storage().setItem("designer.browser", mark);
    return mark;
  } catch { return randomHex(4); }
}

/** Unlike crypto.randomUUID, this is there over plain HTTP, too. */
export const randomHex = (bytes: number): string => [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
