// Ids of nodes are `[a-z][a-z0-9_]*`, at most 48 characters, unique in the whole document.
import type { FlowDocument } from "../contract";
import { indexOf } from "./document";

const longest = 48;
export const idPattern = /^[a-z][a-z0-9_]{0,47}$/;

/** An id made of a name: "Search handbook" → `search_handbook`. Where nothing usable is left (a Chinese name), `fallback` stands in. */
export function idFromName(name: string, fallback = "node"): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const id = plain.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "").slice(0, longest).replace(/_+$/, "");
  return id || fallback;
}

export function freeId(wanted: string, taken: { has(id: string): boolean }): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  for (let n = 2; ; n++) {
    const suffix = `_${n}`;
    const id = stem.slice(0, longest - suffix.length) + suffix;
    if (!taken.has(id)) return id;
  }
}

export function freeName(wanted: string, taken: { has(name: string): boolean }): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, "");
  for (let n = 2; ; n++) if (!taken.has(`${stem} ${n}`)) return `${stem} ${n}`;
}

export function freeEdgeId(doc: FlowDocument, also: ReadonlySet<string> = new Set()): string {
  const { edges } = indexOf(doc);
  for (let n = edges.size + also.size + 1; ; n++) if (!edges.has(`e${n}`) && !also.has(`e${n}`)) return `e${n}`;
}
