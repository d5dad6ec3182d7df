// References between nodes: `{{ node.output.field }}`, stored by node id.
import type { FlowDocument, FlowNode, Json } from "../contract";
import { indexOf } from "./document";

const inTemplates = /(\{\{|\{%)([\s\S]*?)(\}\}|%\})/g;
/** A path: its first name not after a dot, not inside a word, not inside quotes (handled by the caller), and something after it. */
const path = /(?<![\w.$"'-])([a-z][a-z0-9_]*)((?:\s*\.\s*[\w-]+)+|(?=\s*\[))/g;

export interface Reference {
  /** The path as written, without blanks: `search.chunks`. */
  path: string;
  /** Its first name: the node's id, or `each`, `vars`, … */
  root: string;
  /** The setting it stands in, e.g. `settings.messages.1.text`. */
  place: string;
}

const known = new WeakMap<FlowNode, readonly Reference[]>();

/** What the node's own settings reference, in order (a container's body is not looked into). */
export function referencesOf(node: FlowNode): readonly Reference[] {
  let found = known.get(node);
  if (!found) {
    const list: Reference[] = [];
    visitStrings((node.settings ?? {}) as Json, "settings", (text, place) => replacePaths(text, isBare(place), (root, rest) => {
      list.push({ path: (root + rest).replace(/\s+/g, ""), root, place });
      return root + rest;
    }));
    known.set(node, found = list);
  }
  return found;
}

/** Ids of the nodes whose values the node's own settings use. */
export function referencedNodes(doc: FlowDocument, node: FlowNode): string[] {
  const { nodes } = indexOf(doc);
  return [...new Set(referencesOf(node).map(({ root }) => root).filter((root) => nodes.has(root) && root !== node.id))];
}

export interface Usage extends Reference { nodeId: string }
const usages = new WeakMap<FlowDocument, ReadonlyMap<string, readonly Usage[]>>();

/** Where a node's values are used, by the node's id. Made once per document; only changed nodes are read again. */
export function usagesIn(doc: FlowDocument): ReadonlyMap<string, readonly Usage[]> {
  let map = usages.get(doc);
  if (!map) {
    const made = new Map<string, Usage[]>();
    for (const { node } of indexOf(doc).nodes.values()) {
      for (const reference of referencesOf(node)) {
        if (reference.root === node.id) continue;
        const usage = { ...reference, nodeId: node.id };
        const list = made.get(reference.root);
        if (list) list.push(usage);
        else made.set(reference.root, [usage]);
      }
    }
    usages.set(doc, map = made);
  }
  return map;
}

/** Rewrites references after ids changed; text outside templates and strings inside them stay as they are. */
export function renameReferences(value: Json, ids: ReadonlyMap<string, string>): Json {
  return rewriteReferences(value, (root, rest) => (ids.get(root) ?? root) + rest);
}

/** Rewrites every path in the templates of a node's settings; `rest` begins with its dot. */
export function rewriteReferences(settings: Json, rewrite: (root: string, rest: string) => string): Json {
  return visitStrings(settings, "settings", (text, place) => replacePaths(text, isBare(place), rewrite));
}

/** Paths that a template mentions, or a condition's expression, which has no braces. */
export function pathsIn(text: string, isExpression = false): string[] {
  const found: string[] = [];
  replacePaths(text, isExpression, (root, rest) => {
    found.push((root + rest).replace(/\s+/g, ""));
    return root + rest;
  });
  return found;
}

// A condition's expression is Liquid without braces: the setting itself, or its member of that name.
const isBare = (place: string): boolean => /(^|\.)(expression|condition)$/.test(place);

function replacePaths(text: string, isExpression: boolean, rewrite: (root: string, rest: string) => string): string {
  const inside = (code: string): string => code.split(/("[^"]*"|'[^']*')/).map((part, i) => (i % 2 === 1 ? part : part.replace(path, (_, root: string, rest: string) => rewrite(root, rest)))).join("");
  if (isExpression && !text.includes("{{")) return inside(text);
  return text.replace(inTemplates, (_, open: string, inner: string, close: string) => open + inside(inner) + close);
}

function visitStrings(value: Json, place: string, visit: (text: string, place: string) => string): Json {
  if (typeof value === "string") return visit(value, place);
  if (Array.isArray(value)) return value.map((item, i) => visitStrings(item, `${place}.${i}`, visit));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visitStrings(item, `${place}.${key}`, visit)]));
  }
  return value;
}
