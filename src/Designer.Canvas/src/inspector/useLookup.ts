import { useMemo } from "react";
import { valuesOf } from "../run/runView";
import { useRun, useRunStore } from "../run/useRun";
import { useEditor, useStore } from "../store";
import { rootValue } from "./lastValues";
import { segments, valueAt, type Lookup } from "./lookup";
import { reachableValues } from "./reachable";

/** The values that a node's templates may use. It changes only when the values do, so that editors keep what they drew. */
export function useLookup(nodeId: string): Lookup {
  const store = useStore();
  const run = useRunStore();
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  // Tokens change no value, and come by the hundred.
  const logged = useRun(view => (view.model ? `${view.model.runId} ${view.model.lastSeq} ${view.base?.runId} ${view.base?.lastSeq}` : ""));
  const pins = useEditor(view => view.debugging.pins);
  const found = useMemo(() => reachableValues(document, types, nodeId), [document, types, nodeId]);
  const key = useMemo(() => JSON.stringify(found), [found]);
  return useMemo(() => {
    const root = (name: string) => rootValue({ document: store.state().document, types, model: valuesOf(run.state()), pinned: id => pins.get(id)?.outputs }, nodeId, name);
    return {
      values: found, rootValue: root,
      lastValue: path => {
        const [name, ...rest] = segments(path);
        return valueAt(root(name!), rest);
      },
    };
  // `key` stands for `found`, `logged` for the run's values: equal ones keep the old lookup.
  }, [key, logged, pins, store, run, types, nodeId]);
}
