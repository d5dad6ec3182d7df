// What an expression gives with the values of the shown run: looked up here where it is one plain path, else asked of the server.
import type { Json } from "../contract";
import { pathsIn } from "../kernel/references";
import type { Lookup } from "./lookup";
import { isSingleReference, templateParts } from "./template";

export interface PreviewRequest { template: Json; isCondition?: boolean; values: Record<string, Json> }
export interface PreviewResult { value?: Json; isCut?: boolean; problem?: { message: string; line: number; column: number } }
export type Plan = { kind: "known"; value: Json } | { kind: "missing"; roots: string[] } | { kind: "ask"; request: PreviewRequest } | { kind: "tooLarge" } | { kind: "constant" };

const most = 900_000;

export function planPreview(template: Json, isCondition: boolean, lookup: Lookup): Plan {
  const texts = strings(template);
  const paths = texts.flatMap(text => pathsIn(text, isCondition));
  if (!isCondition && texts.every(text => templateParts(text).length === 0)) return { kind: "constant" };
  const values: Record<string, Json> = {};
  const missing: string[] = [];
  for (const root of new Set(paths.map(path => path.split(/[.[]/)[0]!))) {
    const value = lookup.rootValue(root);
    if (value !== undefined) values[root] = value;
    else if (lookup.values.some(one => one.path.startsWith(`${root}.`))) missing.push(root);
  }
  if (missing.length > 0) return { kind: "missing", roots: missing };
  const single = typeof template === "string" && isSingleReference(template) ? templateParts(template)[0]!.reference! : undefined;
  if (single && !single.filters) return { kind: "known", value: lookup.lastValue(single.path) ?? null };
  if (JSON.stringify(values).length > most) return { kind: "tooLarge" };
  return { kind: "ask", request: { template, values, ...(isCondition ? { isCondition } : {}) } };
}

function strings(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(strings);
}
