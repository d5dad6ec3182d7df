// What a template editor asks about references: which exist here, how they look, and what they were last.
import type { Json } from "../contract";
import type { ReachableValue } from "./reachable";
import { localNames, type TemplatePart } from "./template";

export interface Lookup {
  values: readonly ReachableValue[];
  /** What the path stood for in the shown run. */
  lastValue: (path: string) => Json | undefined;
  /** The same for a path's first name alone: all outputs of a node. */
  rootValue: (root: string) => Json | undefined;
}

export const noLookup: Lookup = { values: [], lastValue: () => undefined, rootValue: () => undefined };

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

/** What a broken reference may have meant, best first: values spelled much alike, then those that end alike. */
export function nearestValues(lookup: Lookup, path: string, most = 4): ReachableValue[] {
  const wanted = segments(path);
  const name = wanted.at(1) ?? wanted[0]!;
  const scored = lookup.values.map(value => {
    const [root] = segments(value.path);
    const names = distance(value.name, name) / Math.max(value.name.length, name.length, 1);
    const roots = Math.min(distance(root!, wanted[0]!), distance(value.owner.toLowerCase(), wanted[0]!)) / Math.max(root!.length, wanted[0]!.length, 1);
    return { value, score: Math.min(names, 1) + Math.min(roots, 1) * 0.8 };
  });
  return scored.filter(one => one.score < 1.25).sort((a, b) => a.score - b.score).slice(0, most).map(one => one.value);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), row[j]! + 1, next[j - 1]! + 1);
    row = next;
  }
  return row[b.length]!;
}
