import type { Problem } from "../contract";

const byNode = new WeakMap<readonly Problem[], Map<string, Problem>>();

/** The worst problem of each node. */
export function problemsByNode(problems: readonly Problem[]): Map<string, Problem> {
  let map = byNode.get(problems);
  if (!map) {
    byNode.set(problems, map = new Map());
    for (const problem of problems) {
      if (problem.nodeId === undefined) continue;
      const known = map.get(problem.nodeId);
      if (!known || (known.severity === "warning" && problem.severity === "error")) map.set(problem.nodeId, problem);
    }
  }
  return map;
}
