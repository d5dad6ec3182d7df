// The flow as an indented list: in the order of a run, tools below their agent, a container's body below it; and what a search finds in it.
import type { FlowDocument, FlowNode, Json, NodeDescriptor } from "../contract";
import { edgesFrom, edgesInto, graphOf } from "./document";
import type { NodeTypes } from "./ports";

export interface OutlineRow { node: FlowNode; depth: number; /** Ids of the nodes that its wires lead to. */ next: readonly string[]; hasBody: boolean }

const outlines = new WeakMap<FlowDocument, readonly OutlineRow[]>();

export function outlineOf(doc: FlowDocument): readonly OutlineRow[] {
  let rows = outlines.get(doc);
  if (!rows) outlines.set(doc, rows = levelRows(doc, undefined, 0));
  return rows;
}

function levelRows(doc: FlowDocument, parent: string | undefined, depth: number): OutlineRow[] {
  const nodes = graphOf(doc, parent)?.nodes ?? [];
  const rows: OutlineRow[] = [];
  const shown = new Set<string>();
  const show = (node: FlowNode, at: number): void => {
    if (shown.has(node.id)) return;
    shown.add(node.id);
    const out = edgesFrom(doc, node.id);
    rows.push({ node, depth: at, next: out.filter((edge) => edge.to.port !== "tool").map((edge) => edge.to.node), hasBody: (node.children?.nodes.length ?? 0) > 0 });
    if (node.children) rows.push(...levelRows(doc, node.id, at + 1));
    for (const edge of out) if (edge.to.port === "tool") show(nodes.find((one) => one.id === edge.to.node)!, at + 1);
  };
  for (const node of inOrder(doc, nodes)) show(node, depth);
  // Tools of a cycle, which the checker reports, still have their row.
  for (const node of nodes) show(node, depth);
  return rows;
}

/** Before what they lead to; among equals the upper, then the left one first. Attached tools are left to their agents. */
function inOrder(doc: FlowDocument, nodes: readonly FlowNode[]): FlowNode[] {
  const isTool = (id: string): boolean => edgesInto(doc, id).some((edge) => edge.to.port === "tool");
  const waiting = new Map<string, number>();
  const free = nodes.filter((node) => !isTool(node.id));
  const byId = new Map(free.map((node) => [node.id, node]));
  for (const node of free) waiting.set(node.id, edgesInto(doc, node.id).filter((edge) => byId.has(edge.from.node)).length);
  const first = (a: FlowNode, b: FlowNode): number => Number(b.type === "start") - Number(a.type === "start") || a.position.y - b.position.y || a.position.x - b.position.x;
  const ready = free.filter((node) => waiting.get(node.id) === 0).sort(first).reverse();
  const order: FlowNode[] = [];
  for (let node = ready.pop(); node; node = ready.pop()) {
    order.push(node);
    // Depth first: a branch is read to its end before the next one begins.
    const next = edgesFrom(doc, node.id).filter((edge) => edge.to.port !== "tool").flatMap((edge) => byId.get(edge.to.node) ?? []);
    for (const one of [...new Set(next)].sort(first).reverse()) {
      const left = waiting.get(one.id)! - next.filter((other) => other === one).length;
      waiting.set(one.id, left);
      if (left === 0) ready.push(one);
    }
  }
  return [...order, ...free.filter((node) => waiting.get(node.id)! > 0)];
}

export interface Hit { id: string; score: number; /** The setting that holds the words, and the text around them. */ setting?: { name: string; label: string; text: string } }

/** Nodes that hold every typed word in their name, id, type or settings; best first. */
export function searchNodes(doc: FlowDocument, types: NodeTypes, query: string): ReadonlyMap<string, Hit> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = new Map<string, Hit>();
  if (words.length === 0) return hits;
  for (const { node } of outlineOf(doc)) {
    const hit = hitOf(node, types.get(node.type), words);
    if (hit) hits.set(node.id, hit);
  }
  return hits;
}

function hitOf(node: FlowNode, type: NodeDescriptor | undefined, words: readonly string[]): Hit | undefined {
  const head = `${node.name} ${node.id}`.toLowerCase();
  const kind = `${type?.name ?? ""} ${node.type}`.toLowerCase();
  let score = 0;
  let setting: Hit["setting"];
  for (const word of words) {
    if (head.startsWith(word)) score += 8;
    else if (head.includes(word)) score += 6;
    else if (kind.includes(word)) score += 3;
    else {
      setting ??= settingWith(node, type, word);
      if (!setting || !textOf(node.settings?.[setting.name] ?? null).toLowerCase().includes(word)) return undefined;
      score += 1;
    }
  }
  return { id: node.id, score, ...(setting ? { setting } : {}) };
}

function settingWith(node: FlowNode, type: NodeDescriptor | undefined, word: string): Hit["setting"] {
  for (const [name, value] of Object.entries(node.settings ?? {})) {
    const text = textOf(value);
    const at = text.toLowerCase().indexOf(word);
    if (at < 0) continue;
    const from = Math.max(0, at - 24);
    return { name, label: type?.settings.find((one) => one.name === name)?.label ?? name, text: `${from > 0 ? "…" : ""}${text.slice(from, at + word.length + 48).replace(/\s+/g, " ").trim()}` };
  }
  return undefined;
}

/** All texts and numbers of a value, one after another. */
function textOf(value: Json): string {
  if (value === null || typeof value === "boolean") return "";
  if (typeof value !== "object") return String(value);
  return (Array.isArray(value) ? value : Object.values(value)).map(textOf).filter((text) => text !== "").join(" · ");
}
