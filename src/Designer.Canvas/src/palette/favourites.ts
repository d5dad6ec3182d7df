// Node types that a person uses often: those added last, and those marked. Kept in the browser.
import { useSyncExternalStore } from "react";
import { remember, remembered } from "../ui/remember";

const mostRecent = 5;
interface Kept { recent: readonly string[]; favourite: readonly string[] }
const listeners = new Set<() => void>();
const read = (name: string): string[] => (remembered(name) ?? "").split(" ").filter(Boolean);
let kept: Kept | undefined;

export const usedTypes = (): Kept => (kept ??= { recent: read("recentTypes"), favourite: read("favouriteTypes") });

function keep(next: Kept): void {
  kept = next;
  remember("recentTypes", next.recent.join(" "));
  remember("favouriteTypes", next.favourite.join(" "));
  for (const listener of listeners) listener();
}

export function noteUse(type: string): void {
  const { recent, favourite } = usedTypes();
  keep({ favourite, recent: [type, ...recent.filter((one) => one !== type)].slice(0, mostRecent) });
}

export function toggleFavourite(type: string): void {
  const { recent, favourite } = usedTypes();
  keep({ recent, favourite: favourite.includes(type) ? favourite.filter((one) => one !== type) : [...favourite, type] });
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useUsedTypes = (): Kept => useSyncExternalStore(subscribe, usedTypes);
