// References between nodes: `{{ node.output.field }}`, stored by node id.
import type { FlowDocument, FlowNode, Json } from "../contract";
import { indexOf } from "./document";

const inTemplates = /(\{\{|\{%)([\s\S]*?)(\}\}|%\})/g;
/** A path's first name: not after a dot, not inside a word, not inside quotes (handled by the caller), and followed by a dot or bracket. */
const pathStart = /(?<![\w.$"'])([a-z][a-z0-9_]*)(?=\s*(?:\.|\[))/g;

/** Ids of the nodes whose values the node's own settings use (a container's body is not looked into). */
export function referencedNodes(doc: FlowDocument, node: FlowNode): string[] {
  const { nodes } = indexOf(doc);
  const found = new Set<string>();
  visitStrings((node.settings ?? {}) as Json, (text) => {
    for (const name of namesIn(text)) if (nodes.has(name) && name !== node.id) found.add(name);
    return text;
  });
  return [...found];
}

function namesIn(text: string): string[] {
  const names: string[] = [];
  replaceNames(text, (name) => {
    names.push(name);
    return name;
  });
  return names;
}

/** Rewrites references after ids changed; text outside templates and strings inside them stay as they are. */
export function renameReferences(value: Json, ids: ReadonlyMap<string, string>): Json {
  return visitStrings(value, (text) => replaceNames(text, (name) => ids.get(name) ?? name));
}

function replaceNames(text: string, rename: (name: string) => string): string {
  return text.replace(inTemplates, (_, open: string, inner: string, close: string) => {
    const parts = inner.split(/("[^"]*"|'[^']*')/);
    const renamed = parts.map((part, i) => (i % 2 === 1 ? part : part.replace(pathStart, (name) => rename(name))));
    return open + renamed.join("") + close;
  });
}

function visitStrings(value: Json, visit: (text: string) => string): Json {
  if (typeof value === "string") return visit(value);
  if (Array.isArray(value)) return value.map((item) => visitStrings(item, visit));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visitStrings(item, visit)]));
  }
  return value;
}
