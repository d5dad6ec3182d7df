// Edits as plans: the document and what a person wants in, operations out. Nothing here changes anything.
import type { FlowDocument, FlowEdge, FlowNode, Json, NodeDescriptor, Op, Position } from "../contract";
import { applyAll } from "./apply";
import { canConnect, fittingPort, kindsFit, reachable } from "./compat";
import { edgesFrom, edgesInto, endText, findNode, graphOf, indexOf, isInside, parentOf, type End } from "./document";
import { cachedFace, faceOf } from "./face";
import { removeEmptied } from "./groups";
import { freeEdgeId, freeId, freeName, idFromName } from "./ids";
import { portsOf, type NodeTypes } from "./ports";

export const gap = { x: 64, y: 48 };

export interface Addition {
  type: NodeDescriptor;
  /** In the level's own pixels; absent where it follows from what the node connects to. */
  position?: Position;
  /** The position is only a wish: the node goes to free ground near it. */
  isLoose?: boolean;
  parent?: string;
  /** The wire that the node goes to the end of (`from`), to the start of (`to`), or into the middle of (`edge`). */
  from?: End; to?: End; edge?: string;
}

export interface Planned { ops: Op[]; ids: string[] }

export function planAdd(doc: FlowDocument, types: NodeTypes, wish: Addition): Planned {
  const parent = wish.edge !== undefined ? indexOf(doc).edges.get(wish.edge)?.parent : wish.from ? parentOf(doc, wish.from.node) : wish.to ? parentOf(doc, wish.to.node) : wish.parent;
  const node = newNode(doc, wish.type);
  const face = faceOf(doc, node, types);
  const wanted = wish.position ?? besideEnd(doc, types, wish, face.width) ?? { x: 0, y: 0 };
  const inserted = wish.edge !== undefined ? planInto(doc, types, wish.edge, node, face.width, parent) : undefined;
  if (inserted) return inserted;
  node.position = wish.position && !wish.isLoose && !wish.from && !wish.to ? snapped(wanted) : freeSpot(doc, types, parent, wanted, face);
  if (parent !== undefined) node.position = { x: Math.max(0, node.position.x), y: Math.max(0, node.position.y) };
  const ops: Op[] = [{ op: "addNode", node, ...level(parent) }];
  const edge = wireFor(doc, types, wish, node);
  if (edge) ops.push({ op: "addEdge", edge, ...level(parent) });
  return { ops, ids: [node.id] };
}

export function newNode(doc: FlowDocument, type: NodeDescriptor): FlowNode {
  const { nodes } = indexOf(doc);
  const names = new Set([...nodes.values()].map(({ node }) => node.name));
  const settings: Record<string, Json> = {};
  for (const setting of type.settings) if (setting.default !== undefined && setting.default !== null) settings[setting.name] = setting.default;
  const fallback = idFromName(type.type.split(".").at(-1) ?? "node");
  return {
    id: freeId(idFromName(type.name, fallback), nodes), type: type.type, typeVersion: type.version, name: freeName(type.name, names), position: { x: 0, y: 0 },
    settings, ...(type.isContainer ? { children: { nodes: [], edges: [] } } : {}),
  };
}

function wireFor(doc: FlowDocument, types: NodeTypes, wish: Addition, node: FlowNode): FlowEdge | undefined {
  const end = wish.from ?? wish.to;
  const other = end && findNode(doc, end.node);
  const kind = other && portsOf(other, types.get(other.type), doc).find((port) => port.name === end.port)?.kind;
  const port = kind && fittingPort(wish.type, kind);
  if (!end || !port) return undefined;
  const own = { node: node.id, port };
  return wish.from ? { id: freeEdgeId(doc), from: endText(end), to: endText(own) } : { id: freeEdgeId(doc), from: endText(own), to: endText(end) };
}

function besideEnd(doc: FlowDocument, types: NodeTypes, wish: Addition, width: number): Position | undefined {
  const end = wish.from ?? wish.to;
  const other = end && findNode(doc, end.node);
  if (!end || !other) return undefined;
  const face = cachedFace(doc, other, types);
  const placed = face.ports.find((p) => p.port.name === end.port);
  if (placed?.side === "bottom") return { x: other.position.x + placed.x - 28, y: other.position.y + face.height + gap.y + 32 };
  if (placed?.side === "top") return { x: other.position.x, y: other.position.y - gap.y - 140 };
  if (wish.to) return { x: other.position.x - gap.x - width, y: other.position.y };
  return { x: other.position.x + face.width + gap.x, y: other.position.y + Math.max(0, (placed?.y ?? 24) - 24) };
}

/** Puts the node in the middle of a wire; what follows moves right where there is too little room. */
function planInto(doc: FlowDocument, types: NodeTypes, edgeId: string, node: FlowNode, width: number, parent: string | undefined): Planned | undefined {
  const placed = indexOf(doc).edges.get(edgeId);
  const type = types.get(node.type);
  const into = type && fittingPort(type, "out");
  const out = type && fittingPort(type, "in");
  if (!placed || !into || !out || placed.to.port === "tool") return undefined;
  const source = findNode(doc, placed.from.node)!;
  const target = findNode(doc, placed.to.node)!;
  const right = source.position.x + cachedFace(doc, source, types).width;
  const missing = Math.max(0, right + width + 2 * gap.x - target.position.x);
  node.position = snapped({ x: right + gap.x, y: missing > 0 ? target.position.y : (source.position.y + target.position.y) / 2 });
  const behind = missing === 0 || target.position.x < source.position.x ? [] : [...reachable(doc, target.id)].map((id) => findNode(doc, id)!).filter((n) => n.position.x >= target.position.x);
  const first = freeEdgeId(doc);
  return {
    ids: [node.id],
    ops: [
      { op: "removeEdge", id: edgeId },
      ...behind.map((n): Op => ({ op: "moveNode", id: n.id, position: snapped({ x: n.position.x + missing, y: n.position.y }) })),
      { op: "addNode", node, ...level(parent) },
      { op: "addEdge", edge: { ...placed.edge, id: edgeId, from: placed.edge.from, to: endText({ node: node.id, port: into }) }, ...level(parent) },
      { op: "addEdge", edge: { id: first, from: endText({ node: node.id, port: out }), to: placed.edge.to }, ...level(parent) },
    ],
  };
}

/** True when a node that is already there may be put into this wire. */
export function canSplit(doc: FlowDocument, types: NodeTypes, edgeId: string, nodeId: string): boolean {
  const placed = indexOf(doc).edges.get(edgeId);
  const type = types.get(findNode(doc, nodeId)?.type ?? "");
  if (!placed || !type || placed.to.port === "tool" || placed.parent !== parentOf(doc, nodeId)) return false;
  if (edgesInto(doc, nodeId).length > 0 || edgesFrom(doc, nodeId).length > 0) return false;
  return fittingPort(type, "out") !== undefined && fittingPort(type, "in") !== undefined;
}

export function planSplit(doc: FlowDocument, types: NodeTypes, edgeId: string, nodeId: string): Op[] {
  const placed = indexOf(doc).edges.get(edgeId)!;
  const type = types.get(findNode(doc, nodeId)!.type)!;
  return [
    { op: "removeEdge", id: edgeId },
    { op: "addEdge", edge: { ...placed.edge, to: endText({ node: nodeId, port: fittingPort(type, "out")! }) }, ...level(placed.parent) },
    { op: "addEdge", edge: { id: freeEdgeId(doc), from: endText({ node: nodeId, port: fittingPort(type, "in")! }), to: placed.edge.to }, ...level(placed.parent) },
  ];
}

export function planConnect(doc: FlowDocument, types: NodeTypes, from: End, to: End): Op[] {
  if (!canConnect(doc, types, from, to)) return [];
  return [{ op: "addEdge", edge: { id: freeEdgeId(doc), from: endText(from), to: endText(to) }, ...level(parentOf(doc, from.node)) }];
}

/** Moves one end of an edge to another port; the edge itself does not stand in its own way. */
export function planReconnect(doc: FlowDocument, types: NodeTypes, edgeId: string, from: End, to: End): Op[] {
  const remove: Op = { op: "removeEdge", id: edgeId };
  const connect = planConnect(applyAll(doc, [remove]).doc, types, from, to);
  return connect.length === 0 ? [] : [remove, ...connect.map((op): Op => (op.op === "addEdge" ? { ...op, edge: { ...op.edge, id: edgeId } } : op))];
}

export function planDelete(doc: FlowDocument, nodeIds: readonly string[], edgeIds: readonly string[] = []): Op[] {
  const chosen = new Set(nodeIds);
  const tops = nodeIds.filter((id) => findNode(doc, id) && !ancestors(doc, id).some((a) => chosen.has(a)));
  const hanging = new Set(tops.flatMap((id) => [...edgesFrom(doc, id), ...edgesInto(doc, id)].map((placed) => placed.edge.id)));
  const gone = (id: string): boolean => tops.some((top) => isInside(doc, indexOf(doc).edges.get(id)?.parent, top));
  const free = edgeIds.filter((id) => indexOf(doc).edges.has(id) && !hanging.has(id) && !gone(id));
  return [
    ...[...hanging, ...free].map((id): Op => ({ op: "removeEdge", id })),
    ...tops.map((id): Op => ({ op: "removeNode", id })),
    ...removeEmptied(doc, new Set(tops)),
  ];
}

/** Deletes the nodes and connects what came before them with what came after. */
export function planDeleteReconnect(doc: FlowDocument, types: NodeTypes, nodeIds: readonly string[]): Op[] {
  const ops = planDelete(doc, nodeIds);
  const chosen = new Set(nodeIds);
  let after = applyAll(doc, ops).doc;
  for (const id of nodeIds) {
    const sources = edgesInto(doc, id).filter((e) => e.to.port !== "tool" && !chosen.has(e.from.node));
    for (const target of nextOutside(doc, id, chosen)) {
      for (const source of sources) {
        const connect = planConnect(after, types, source.from, target);
        after = applyAll(after, connect).doc;
        ops.push(...connect);
      }
    }
  }
  return ops;
}

function nextOutside(doc: FlowDocument, id: string, chosen: ReadonlySet<string>, seen = new Set<string>()): End[] {
  if (seen.has(id)) return [];
  seen.add(id);
  return edgesFrom(doc, id).filter((e) => e.to.port !== "tool").flatMap((e) => (chosen.has(e.to.node) ? nextOutside(doc, e.to.node, chosen, seen) : [e.to]));
}

/** Takes nodes of one level into a container's body (or out to the top); edges that would cross the border go. */
export function planMoveInto(doc: FlowDocument, nodeIds: readonly string[], parent: string | undefined, positions: ReadonlyMap<string, Position>): Op[] {
  const chosen = new Set(nodeIds);
  const from = parentOf(doc, nodeIds[0]!);
  const nodes = graphOf(doc, from)!.nodes.filter((node) => chosen.has(node.id) && (parent === undefined || !isInside(doc, parent, node.id)));
  const moved = new Set(nodes.map((node) => node.id));
  const edges = graphOf(doc, from)!.edges;
  const placed = edges.map((edge) => indexOf(doc).edges.get(edge.id)!);
  const touching = placed.filter((e) => moved.has(e.from.node) || moved.has(e.to.node));
  const among = touching.filter((e) => moved.has(e.from.node) && moved.has(e.to.node));
  return [
    ...touching.map((e): Op => ({ op: "removeEdge", id: e.edge.id })),
    ...nodes.map((node): Op => ({ op: "removeNode", id: node.id })),
    ...nodes.map((node): Op => ({ op: "addNode", node: withoutGroup({ ...node, position: positions.get(node.id) ?? node.position }), ...level(parent) })),
    ...among.map((e): Op => ({ op: "addEdge", edge: e.edge, ...level(parent) })),
    ...removeEmptied(doc, moved),
  ];
}

// A group's nodes stand on one level.
function withoutGroup(node: FlowNode): FlowNode {
  const { group: _, ...rest } = node;
  return rest;
}

/** The port a new node would be connected to when just this node is selected: its `out`, while nothing hangs on it. */
export function freeOut(doc: FlowDocument, types: NodeTypes, id: string): End | undefined {
  const node = findNode(doc, id);
  const ports = node ? portsOf(node, types.get(node.type), doc).filter((port) => kindsFit(port.kind, "in")) : [];
  const free = ports.filter((port) => port.name !== "error" && !edgesFrom(doc, id).some((e) => e.from.port === port.name));
  const attached = edgesInto(doc, id).some((e) => e.to.port === "tool");
  const port = attached ? undefined : free.find((p) => p.name === "out") ?? free[0];
  return port && { node: id, port: port.name };
}

const level = (parent: string | undefined): { parent?: string } => (parent === undefined ? {} : { parent });

function ancestors(doc: FlowDocument, id: string): string[] {
  const found: string[] = [];
  for (let at = parentOf(doc, id); at !== undefined; at = parentOf(doc, at)) found.push(at);
  return found;
}

const snapped = (at: Position): Position => ({ x: Math.round(at.x / 16) * 16, y: Math.round(at.y / 16) * 16 });

/** The wanted place, or the next one below it that no node of the level covers. */
function freeSpot(doc: FlowDocument, types: NodeTypes, parent: string | undefined, wanted: Position, size: { width: number; height: number }): Position {
  const others = (graphOf(doc, parent)?.nodes ?? []).map((node) => ({ at: node.position, face: cachedFace(doc, node, types) }));
  const at = snapped(wanted);
  for (let tries = 0; tries < 200; tries++) {
    const hit = others.find(({ at: o, face }) => at.x < o.x + face.width + 16 && o.x < at.x + size.width + 16 && at.y < o.y + face.height + 16 && o.y < at.y + size.height + 16);
    if (!hit) return at;
    at.y = Math.ceil((hit.at.y + hit.face.height + 32) / 16) * 16;
  }
  return at;
}
