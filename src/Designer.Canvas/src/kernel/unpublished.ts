// Which nodes callers do not have as they are here: those that differ from the published version in anything but their place.
import type { FlowDocument, FlowNode, Json } from "../contract";
import { indexOf } from "./document";

const texts = new WeakMap<FlowNode, string>();
const found = new WeakMap<FlowDocument, { published: FlowDocument | undefined; ids: ReadonlySet<string> }>();
const none: ReadonlySet<string> = new Set();

/** Ids of the nodes that are new or changed since; none before the first publication. */
export function unpublishedNodes(published: FlowDocument | undefined, document: FlowDocument): ReadonlySet<string> {
  if (!published) return none;
  const known = found.get(document);
  if (known?.published === published) return known.ids;
  const before = indexOf(published).nodes;
  const ids = new Set([...indexOf(document).nodes].filter(([id, { node }]) => { const old = before.get(id)?.node; return !old || textOf(old) !== textOf(node); }).map(([id]) => id));
  found.set(document, { published, ids });
  return ids;
}

/** What a run sees of a node, in one form. */
function textOf(node: FlowNode): string {
  let text = texts.get(node);
  if (text === undefined) {
    const { type, typeVersion, name, settings, timeout, retry, onError, join, disabled } = node;
    texts.set(node, text = JSON.stringify(sorted({ type, typeVersion, name, settings: settings ?? {}, timeout: timeout ?? null, retry: (retry ?? null) as Json, onError: (onError ?? null) as Json, join: join ?? "all", disabled: disabled ?? false } as Json)));
  }
  return text;
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}
