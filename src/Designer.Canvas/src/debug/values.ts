// All values of a run as one tree that can be searched; data in, rows out.
import type { Json } from "../contract";

export interface ValueRow { /** As references write it: `search.chunks[0].title`. */ path: string; key: string; depth: number; value: Json; hasChildren: boolean; isOpen: boolean }

const mostRows = 2000;

/**
 * The rows of a value that are in sight. With a query only what holds it is shown, with all that encloses it, opened; `open` says which paths are
 * open otherwise.
 */
export function valueRows(value: Json, base: string, open: ReadonlySet<string>, query: string, depth = 0): ValueRow[] {
  const words = query.trim().toLowerCase();
  const rows: ValueRow[] = [];
  const visit = (item: Json, path: string, key: string, at: number): boolean => {
    if (rows.length >= mostRows) return false;
    const children = childrenOf(item, path);
    const row: ValueRow = { path, key, depth: at, value: item, hasChildren: children.length > 0, isOpen: words !== "" || open.has(path) };
    const place = rows.push(row) - 1;
    let holds = words === "" || key.toLowerCase().includes(words) || (children.length === 0 && String(item).toLowerCase().includes(words));
    if (row.isOpen) for (const child of children) holds = visit(child.value, child.path, child.key, at + 1) || holds;
    if (!holds) rows.length = place;
    return holds;
  };
  for (const child of childrenOf(value, base)) visit(child.value, child.path, child.key, depth);
  return rows;
}

function childrenOf(value: Json, path: string): { key: string; path: string; value: Json }[] {
  if (Array.isArray(value)) return value.map((item, i) => ({ key: String(i), path: `${path}[${i}]`, value: item }));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).map(([key, item]) => ({ key, path: /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${key.replaceAll('"', '\\"')}"]`, value: item }));
}

/** The same value with another one at the path (below `base`); undefined when there is no such place. */
export function withValue(whole: Json, base: string, path: string, next: Json): Json | undefined {
  if (path === base) return next;
  for (const child of childrenOf(whole, base)) {
    if (path !== child.path && !path.startsWith(`${child.path}.`) && !path.startsWith(`${child.path}[`)) continue;
    const inner = withValue(child.value, child.path, path, next);
    if (inner === undefined) continue;
    return Array.isArray(whole) ? whole.map((item, i) => (String(i) === child.key ? inner : item)) : { ...(whole as Record<string, Json>), [child.key]: inner };
  }
  return undefined;
}

/** What somebody typed over a value: a text stays a text, everything else is JSON. Undefined when it is none. */
export function typed(text: string, before: Json): Json | undefined {
  if (typeof before === "string") return text;
  try { return JSON.parse(text) as Json; } catch { return undefined; }
}
