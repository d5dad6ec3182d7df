import type { Problem } from "../contract";

const ranks = { error: 0, warning: 1, info: 2 };

/** What stands in the way first. */
export function byWeight(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

/** Without what is only good to know. */
export function wrongs(problems: readonly Problem[]): Problem[] {
  return problems.filter(problem => problem.severity !== "info");
}

export const problemIcon = (problem: Problem): string => ({ error: "circle-x", warning: "triangle-alert", info: "info" })[problem.severity];

const byNode = new WeakMap<readonly Problem[], Map<string, Problem>>();

/** The worst problem of each node. */
export function problemsByNode(problems: readonly Problem[]): Map<string, Problem> {
  let map = byNode.get(problems);
  if (!map) {
    byNode.set(problems, map = new Map());
    for (const problem of problems) {
      if (problem.nodeId === undefined) continue;
      const known = map.get(problem.nodeId);
      if (!known || ranks[problem.severity] < ranks[known.severity]) map.set(problem.nodeId, problem);
    }
  }
  return map;
}
