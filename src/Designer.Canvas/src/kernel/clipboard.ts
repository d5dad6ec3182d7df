// Nodes as text: what copy puts on the clipboard, and what paste makes of it in any flow.
import type { FlowDocument, FlowEdge, FlowGroup, FlowNode, FlowSlot, Json, Op, Position } from "../contract";
import { endOf, endText, graphOf, indexOf, parentOf } from "./document";
import { groupsOf, wholeGroups } from "./groups";
import { freeEdgeId, freeId, freeName, idFromName } from "./ids";
import { renameReferences } from "./references";

export interface FlowPart {
  schema: "designer.flow-part/1";
  nodes: FlowNode[]; edges: FlowEdge[];
  /** Edges that came into the part from outside, for pasting beside the original. */
  incoming: FlowEdge[];
  slots: Record<string, FlowSlot>;
  /** Groups that came along with all their nodes. */
  groups?: FlowGroup[];
}

/** The given nodes of one level with the edges among them. Nodes inside a chosen container come with it. */
export function partOf(doc: FlowDocument, ids: readonly string[]): FlowPart {
  const { nodes } = indexOf(doc);
  const chosen = new Set(ids.filter((id) => nodes.has(id)));
  const level = ids.map((id) => nodes.get(id)).find((placed) => placed)?.parent;
  const graph = graphOf(doc, level) ?? { nodes: [], edges: [] };
  const taken = graph.nodes.filter((node) => chosen.has(node.id));
  const inside = (end: string, port: string): boolean => chosen.has(endOf(end, port).node);
  return {
    schema: "designer.flow-part/1",
    nodes: taken,
    edges: graph.edges.filter((edge) => inside(edge.from, "out") && inside(edge.to, "in")),
    incoming: graph.edges.filter((edge) => !inside(edge.from, "out") && inside(edge.to, "in")),
    slots: usedSlots(doc, taken),
    groups: wholeGroups(doc, taken.map((node) => node.id)).map(({ group }) => group),
  };
}

function usedSlots(doc: FlowDocument, nodes: readonly FlowNode[]): Record<string, FlowSlot> {
  const text = JSON.stringify(nodes);
  return Object.fromEntries(Object.entries(doc.slots ?? {}).filter(([name]) => text.includes(`"@slot:${name}"`)));
}

export const partText = (part: FlowPart): string => JSON.stringify(part, null, 2);

/** Reads a copied part, or a whole flow document; undefined when the text is neither. */
export function readPart(text: string): FlowPart | undefined {
  let value: Partial<Omit<FlowPart, "schema">> & { schema?: string };
  try { value = JSON.parse(text) as typeof value; }
  catch { return undefined; }
  const known = value?.schema === "designer.flow-part/1" || value?.schema?.startsWith("designer.flow/");
  if (!known || !Array.isArray(value.nodes) || !value.nodes.every(isNode)) return undefined;
  return { schema: "designer.flow-part/1", nodes: value.nodes, edges: value.edges ?? [], incoming: value.incoming ?? [], slots: value.slots ?? {}, groups: value.groups ?? [] };
}

const isNode = (node: Partial<FlowNode>): boolean =>
  typeof node?.id === "string" && typeof node.type === "string" && typeof node.position?.x === "number" && typeof node.position.y === "number";

export interface PasteTarget {
  parent: string | undefined;
  /** Where the part's upper left corner goes, in the level's own pixels. */
  at: Position;
  /** Also connects the copies to what the originals are fed by. */
  keepIncoming?: boolean;
}

export interface PlannedPaste { ops: Op[]; ids: string[] }

/** Pastes with new ids; references among the pasted nodes follow them, references to others stay. A second start node is left out. */
export function planPaste(doc: FlowDocument, part: FlowPart, target: PasteTarget): PlannedPaste {
  const index = indexOf(doc);
  const hasStart = [...index.nodes.values()].some(({ node }) => node.type === "start");
  const nodes = part.nodes.filter((node) => node.type !== "start" || (!hasStart && target.parent === undefined));
  const ids = newIds(index.nodes, nodes);
  const names = new Set([...index.nodes.values()].map(({ node }) => node.name));
  const corner = { x: Math.min(...nodes.map((n) => n.position.x)), y: Math.min(...nodes.map((n) => n.position.y)) };
  const edgeIds = new Set<string>();
  const newEdge = (edge: FlowEdge): FlowEdge => {
    const id = freeEdgeId(doc, edgeIds);
    edgeIds.add(id);
    return { ...edge, id, from: renameEnd(edge.from, "out", ids), to: renameEnd(edge.to, "in", ids) };
  };
  const groups = groupsFor(doc, part, target.parent);
  const copy = (original: FlowNode, top: boolean): FlowNode => {
    const { group, ...node } = original;
    const kept = group === undefined || !top ? undefined : groups.get(group);
    const name = top ? freeName(node.name, names) : node.name;
    names.add(name);
    return {
      ...node, id: ids.get(node.id)!, name, ...(kept === undefined ? {} : { group: kept.id }),
      ...(top ? { position: { x: node.position.x - corner.x + target.at.x, y: node.position.y - corner.y + target.at.y } } : {}),
      ...(node.settings ? { settings: renameReferences(node.settings as Json, ids) as Record<string, Json> } : {}),
      ...(node.children ? { children: { ...node.children, nodes: node.children.nodes.map((child) => copy(child, false)), edges: node.children.edges.map(newEdge) } } : {}),
    };
  };
  const level = target.parent === undefined ? {} : { parent: target.parent };
  const copies = nodes.map((node) => copy(node, true));
  const has = (end: string, port: string): boolean => ids.has(endOf(end, port).node);
  const edges = part.edges.filter((edge) => has(edge.from, "out") && has(edge.to, "in")).map(newEdge);
  const incoming = target.keepIncoming ? part.incoming.filter((edge) => canFeed(doc, edge, target.parent, ids)).map(newEdge) : [];
  return {
    ids: copies.map((node) => node.id),
    ops: [
      ...slotOps(doc, part, nodes),
      ...[...groups.values()].filter(({ isNew }) => isNew).map(({ id, group }): Op => ({ op: "addGroup", group: { ...group, id } })),
      ...copies.map((node): Op => ({ op: "addNode", node, ...level })),
      ...[...edges, ...incoming].map((edge): Op => ({ op: "addEdge", edge, ...level })),
    ],
  };
}

/** The groups of the copies: a new one for each that came whole, else the one that the original is in, where that stands on this level. */
function groupsFor(doc: FlowDocument, part: FlowPart, parent: string | undefined): Map<string, { id: string; group: FlowGroup; isNew: boolean }> {
  const groups = new Map<string, { id: string; group: FlowGroup; isNew: boolean }>();
  for (const [id, placed] of groupsOf(doc)) if (placed.parent === parent) groups.set(id, { id, group: placed.group, isNew: false });
  const taken = new Set((doc.groups ?? []).map((group) => group.id));
  for (const group of part.groups ?? []) {
    const id = freeId(group.id, taken);
    taken.add(id);
    groups.set(group.id, { id, group, isNew: true });
  }
  return groups;
}

function canFeed(doc: FlowDocument, edge: FlowEdge, parent: string | undefined, ids: ReadonlyMap<string, string>): boolean {
  const source = endOf(edge.from, "out").node;
  return indexOf(doc).nodes.has(source) && parentOf(doc, source) === parent && ids.has(endOf(edge.to, "in").node);
}

function newIds(taken: ReadonlyMap<string, unknown>, nodes: readonly FlowNode[]): Map<string, string> {
  const ids = new Map<string, string>();
  const used = new Set(taken.keys());
  const visit = (node: FlowNode): void => {
    const id = freeId(/^[a-z][a-z0-9_]{0,47}$/.test(node.id) ? node.id : idFromName(node.name), used);
    used.add(id);
    ids.set(node.id, id);
    node.children?.nodes.forEach(visit);
  };
  nodes.forEach(visit);
  return ids;
}

function renameEnd(text: string, port: string, ids: ReadonlyMap<string, string>): string {
  const end = endOf(text, port);
  return endText({ node: ids.get(end.node) ?? end.node, port: end.port });
}

function slotOps(doc: FlowDocument, part: FlowPart, nodes: readonly FlowNode[]): Op[] {
  const text = JSON.stringify(nodes);
  const missing = Object.entries(part.slots).filter(([name]) => !doc.slots?.[name] && text.includes(`"@slot:${name}"`));
  if (missing.length === 0) return [];
  return [{ op: "setFlow", field: "slots", value: { ...doc.slots, ...Object.fromEntries(missing) } as unknown as Json }];
}

/** What duplicate pastes: the chosen nodes again, beside themselves, in their own level. */
export function planDuplicate(doc: FlowDocument, ids: readonly string[], keepIncoming: boolean): PlannedPaste {
  const part = partOf(doc, ids);
  if (part.nodes.length === 0) return { ops: [], ids: [] };
  const at = { x: Math.min(...part.nodes.map((n) => n.position.x)) + 32, y: Math.max(...part.nodes.map((n) => n.position.y)) + 96 };
  const corner = Math.min(...part.nodes.map((n) => n.position.y));
  const single = part.nodes.length === 1;
  return planPaste(doc, part, { parent: parentOf(doc, part.nodes[0]!.id), at: { x: at.x, y: single ? at.y : corner + 32 }, keepIncoming });
}

