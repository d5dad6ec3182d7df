import { createContext, useContext, useRef, useSyncExternalStore } from "react";
import type { RunStore } from "./runStore";
import type { RunView } from "./runView";

export const RunContext = createContext<RunStore | undefined>(undefined);

export function useRunStore(): RunStore {
  const store = useContext(RunContext);
  if (!store) throw new Error("No run store above this component.");
  return store;
}

/** A part of the run's state; the component renders again when it changes. */
export function useRun<T>(select: (view: RunView) => T, same: (a: T, b: T) => boolean = Object.is): T {
  const store = useRunStore();
  const last = useRef<{ value: T } | undefined>(undefined);
  return useSyncExternalStore(store.subscribe, () => {
    const value = select(store.state());
    if (last.current && same(last.current.value, value)) return last.current.value;
    last.current = { value };
    return value;
  });
}
