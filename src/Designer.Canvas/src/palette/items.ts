// What the add list offers: node types that fit the request, grouped, and found by words.
import type { FlowNode, NodeDescriptor, NodeGroup } from "../contract";
import { canConnect, fittingPort } from "../kernel/compat";
import { findNode, graphOf, parentOf, type End } from "../kernel/document";
import { strings } from "../strings";
import { portsOf } from "../kernel/ports";
import { usedTypes } from "./favourites";
import type { AddRequest, EditorView } from "../store";

export const groups: readonly { group: NodeGroup; icon: string }[] = [
  { group: "start", icon: "play" }, { group: "models", icon: "message-square" }, { group: "knowledge", icon: "search" },
  { group: "agents", icon: "bot" }, { group: "logic", icon: "split" }, { group: "data", icon: "braces" },
  { group: "tools", icon: "globe" }, { group: "safety", icon: "shield-check" }, { group: "human", icon: "user-check" },
  { group: "output", icon: "message-square-text" },
];

export function fittingTypes(view: EditorView, request: AddRequest): NodeDescriptor[] {
  const hasStart = view.document.nodes.some((node) => node.type === "start");
  const inside = request.parent !== undefined;
  return [...view.nodeTypes.values()].filter((type) => {
    if (type.type === "start" && (hasStart || inside)) return false;
    if (request.edge !== undefined) return fittingPort(type, "out") !== undefined && fittingPort(type, "in") !== undefined;
    const end = request.from ?? request.to;
    const node = end && findNode(view.document, end.node);
    if (!end || !node) return true;
    const port = portsOf(node, view.nodeTypes.get(node.type), view.document).find((candidate) => candidate.name === end.port);
    return port !== undefined && fittingPort(type, port.kind) !== undefined;
  });
}

/** Types that hold every word, best first: in the name, then in the type, then in the description. */
export function searchTypes(types: readonly NodeDescriptor[], query: string): NodeDescriptor[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...types];
  const scored = types.flatMap((type) => {
    let score = 0;
    for (const word of words) {
      const name = type.name.toLowerCase();
      if (name.startsWith(word)) score += 8;
      else if (name.includes(` ${word}`)) score += 6;
      else if (name.includes(word)) score += 4;
      else if (type.type.toLowerCase().includes(word)) score += 3;
      else if (type.group.includes(word)) score += 2;
      else if (type.description.toLowerCase().includes(word)) score += 1;
      else return [];
    }
    return [{ type, score }];
  });
  return scored.sort((a, b) => b.score - a.score).map((entry) => entry.type);
}

export type Entry =
  | { kind: "type"; id: string; type: NodeDescriptor; /** Listed a second time, above its group. */ isExtra?: boolean }
  | { kind: "node"; id: string; node: FlowNode; from: End; to: End };
export interface EntryGroup { words: string; entries: Entry[] }

/** All that the add list shows: types in the palette's groups (best first while searching), then nodes that the wire could go to as they are. */
export function entriesFor(view: EditorView, request: AddRequest, query: string): EntryGroup[] {
  const types = fittingTypes(view, request);
  const entry = (type: NodeDescriptor): Entry => ({ kind: "type", id: `add-${type.type}`, type });
  const shown: EntryGroup[] = query === ""
    ? groups.map(({ group }) => ({ words: strings.palette.groups[group], entries: types.filter((type) => type.group === group).map(entry) }))
    : [{ words: "", entries: searchTypes(types, query).map(entry) }];
  const words = query.toLowerCase();
  if (query === "") shown.unshift(...oftenUsed(types));
  const existing = existingFor(view, request).filter((found) => found.kind === "node" && found.node.name.toLowerCase().includes(words));
  return [...shown, { words: strings.palette.connectTo, entries: existing }].filter((group) => group.entries.length > 0);
}

function oftenUsed(types: readonly NodeDescriptor[]): EntryGroup[] {
  const { recent, favourite } = usedTypes();
  const pick = (names: readonly string[], key: string): Entry[] => names.flatMap((name) => types.filter((type) => type.type === name).map((type): Entry => ({ kind: "type", id: `${key}-${type.type}`, type, isExtra: true })));
  return [{ words: strings.palette.favourites, entries: pick(favourite, "favourite") }, { words: strings.palette.recent, entries: pick(recent.filter((name) => !favourite.includes(name)), "recent") }];
}

function existingFor(view: EditorView, request: AddRequest): Entry[] {
  const end = request.from ?? request.to;
  if (!end || request.edge !== undefined) return [];
  const level = graphOf(view.document, parentOf(view.document, end.node));
  return (level?.nodes ?? []).flatMap((node) => portsOf(node, view.nodeTypes.get(node.type), view.document).flatMap((port): Entry[] => {
    const other = { node: node.id, port: port.name };
    const [from, to] = request.from ? [end, other] : [other, end];
    return canConnect(view.document, view.nodeTypes, from, to) ? [{ kind: "node", id: `to-${node.id}-${port.name}`, node, from, to }] : [];
  }));
}

const dragKind = "application/x-designer-node";
export const startDrag = (data: DataTransfer, type: string): void => {
  data.setData(dragKind, type);
  data.effectAllowed = "copy";
};
export const draggedType = (data: DataTransfer): string | undefined => data.getData(dragKind) || undefined;
