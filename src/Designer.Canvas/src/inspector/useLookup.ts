import { useMemo } from "react";
import { useRunStore } from "../run/useRun";
import { stepsOf } from "../run/runModel";
import { useEditor } from "../store";
import { segments, valueAt, type Lookup } from "./lookup";
import { reachableValues } from "./reachable";

/** The values that a node's templates may use. It changes only when the values do, so that editors keep what they drew. */
export function useLookup(nodeId: string): Lookup {
  const run = useRunStore();
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  const found = useMemo(() => reachableValues(document, types, nodeId), [document, types, nodeId]);
  const key = useMemo(() => JSON.stringify(found), [found]);
  return useMemo(() => ({
    values: found,
    lastValue: path => {
      const [root, ...rest] = segments(path);
      const { model } = run.state();
      const outputs = model && stepsOf(model, root!).filter(step => step.outputs !== undefined).at(-1)?.outputs;
      return valueAt(outputs ?? undefined, rest);
    },
  // `key` stands for `found`: equal values keep the old lookup.
  }), [key, run]);
}
