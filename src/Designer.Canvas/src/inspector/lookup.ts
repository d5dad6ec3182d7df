// What a template editor asks about references: which exist here, how they look, and what they were last.
import type { Json } from "../contract";
import type { ReachableValue } from "./reachable";
import { localNames, type TemplatePart } from "./template";

export interface Lookup {
  values: readonly ReachableValue[];
  lastValue: (path: string) => Json | undefined;
}

export type Found = { state: "known"; value: ReachableValue } | { state: "open" } | { state: "broken" };

/** `open`: a name that the template makes itself, or one that only the server can judge. */
export function find(lookup: Lookup, reference: NonNullable<TemplatePart["reference"]>, text: string): Found {
  const [root, member] = segments(reference.path);
  if (localNames(text).has(root!) || root === "args") return { state: "open" };
  const ofRoot = lookup.values.filter(value => value.path.startsWith(`${root}.`));
  if (ofRoot.length === 0) return { state: "broken" };
  if (member === undefined) return { state: "open" };
  const value = ofRoot.find(candidate => candidate.name === member);
  if (value) return { state: "known", value };
  // A loop's names may have more members than its type says.
  return ofRoot[0]!.group === "loop" ? { state: "open" } : { state: "broken" };
}

export function segments(path: string): string[] {
  return path.replace(/\[\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*\]/g, (_, a, b, c) => `.${a ?? b ?? c}`).split(".");
}

/** The value at a path below a node's outputs. */
export function valueAt(root: Json | undefined, path: readonly string[]): Json | undefined {
  let value = root;
  for (const part of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = Array.isArray(value) ? value[Number(part)] : value[part];
  }
  return value;
}

/** Values whose owner, name, path or type holds every typed word. */
export function filterValues(values: readonly ReachableValue[], query: string): ReachableValue[] {
  const words = query.toLowerCase().split(/[\s.]+/).filter(Boolean);
  return values.filter(value => {
    const text = `${value.owner} ${value.path} ${value.label} ${value.type}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}
