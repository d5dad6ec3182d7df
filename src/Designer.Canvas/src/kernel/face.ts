// How large a node is drawn and where its ports sit, from the document alone: nothing is measured in the page.
import type { FlowDocument, FlowNode, PortDescriptor, Position } from "../contract";
import { edgesFrom, indexOf } from "./document";
import { isAttached, portsOf, type NodeTypes } from "./ports";

export interface PlacedPort { port: PortDescriptor; side: "left" | "right" | "top" | "bottom"; x: number; y: number }
export interface Face {
  width: number; height: number; ports: PlacedPort[];
  /** Out ports that stand as rows of their own. */
  rows: PortDescriptor[]; attachments: PortDescriptor[];
  /** Where the body of a container begins; children stand relative to it. */
  body: Position | undefined;
  isAttached: boolean;
  /** Attachment ports on which something hangs. */
  used: ReadonlySet<string>;
}

export const measures = { minWidth: 176, maxWidth: 240, header: 60, row: 28, attachments: 28, portY: 24, toolX: 28, inset: 24, collapsed: 40, minBody: { w: 272, h: 96 } };

export function faceOf(doc: FlowDocument, node: FlowNode, types: NodeTypes): Face {
  const descriptor = types.get(node.type);
  const all = portsOf(node, descriptor, doc);
  const attached = isAttached(doc, node.id);
  const ports = all.filter((port) => (attached ? port.kind === "tool" || port.kind === "attachment" : true));
  const rows = ports.filter((port) => port.kind === "out" && port.name !== "out");
  const attachments = ports.filter((port) => port.kind === "attachment");
  const top = measures.header + rows.length * measures.row;
  const used = new Set(edgesFrom(doc, node.id).map((edge) => edge.from.port));
  if (node.collapsed) return collapsedFace(node, ports, attachments, attached, used);
  const isContainer = descriptor?.isContainer === true || node.children !== undefined;
  const size = isContainer ? containerSize(doc, node, types, top) : plainSize(node, rows, attachments, top);
  return {
    ...size, rows, attachments, isAttached: attached, body: isContainer ? { x: measures.inset, y: top + 12 } : undefined,
    ports: ports.map((port) => place(port, rows, attachments, size)),
    used,
  };
}

/** The title alone: wires meet at one point on each side. */
function collapsedFace(node: FlowNode, ports: PortDescriptor[], attachments: PortDescriptor[], isAttached: boolean, used: ReadonlySet<string>): Face {
  const size = { width: Math.min(measures.maxWidth, Math.max(120, onGrid(42 + textWidth(node.name, 13) + 44))), height: measures.collapsed };
  const placed = ports.map((port): PlacedPort => {
    const at = place(port, [], attachments, size);
    return at.side === "left" || at.side === "right" ? { ...at, y: size.height / 2 } : at;
  });
  return { ...size, rows: [], attachments: [], isAttached, body: undefined, ports: placed, used };
}

function plainSize(node: FlowNode, rows: PortDescriptor[], attachments: PortDescriptor[], top: number): { width: number; height: number } {
  const named = 42 + textWidth(node.name, 13) + 12 + 48;
  const labels = attachments.length * (Math.max(0, ...attachments.map((port) => textWidth(port.label, 11))) + 4);
  const branches = Math.max(0, ...rows.map((port) => textWidth(port.label, 12) + 36));
  const width = Math.min(measures.maxWidth, Math.max(measures.minWidth, onGrid(Math.max(named, labels, branches))));
  return { width, height: top + (attachments.length > 0 ? measures.attachments : 0) };
}

function containerSize(doc: FlowDocument, node: FlowNode, types: NodeTypes, top: number): { width: number; height: number } {
  let right = measures.minBody.w;
  let bottom = measures.minBody.h;
  for (const child of node.children?.nodes ?? []) {
    const face = cachedFace(doc, child, types);
    right = Math.max(right, child.position.x + face.width);
    bottom = Math.max(bottom, child.position.y + face.height);
  }
  return { width: onGrid(right + 2 * measures.inset), height: onGrid(top + 12 + bottom + measures.inset) };
}

function place(port: PortDescriptor, rows: PortDescriptor[], attachments: PortDescriptor[], size: { width: number; height: number }): PlacedPort {
  if (port.kind === "in") return { port, side: "left", x: 0, y: measures.portY };
  if (port.kind === "tool") return { port, side: "top", x: measures.toolX, y: 0 };
  if (port.kind === "attachment") {
    return { port, side: "bottom", x: ((attachments.indexOf(port) + 0.5) / attachments.length) * size.width, y: size.height };
  }
  const row = rows.indexOf(port);
  return { port, side: "right", x: size.width, y: row < 0 ? measures.portY : measures.header + row * measures.row + measures.row / 2 };
}

const faces = new WeakMap<FlowDocument, { types: NodeTypes; faces: Map<string, Face> }>();

export function cachedFace(doc: FlowDocument, node: FlowNode, types: NodeTypes): Face {
  let cache = faces.get(doc);
  if (!cache || cache.types !== types) faces.set(doc, cache = { types, faces: new Map() });
  let face = cache.faces.get(node.id);
  if (!face) cache.faces.set(node.id, face = faceOf(doc, node, types));
  return face;
}

/** Where a node's upper left corner stands on the canvas, whatever containers it is in. */
export function absolutePosition(doc: FlowDocument, id: string, types: NodeTypes): Position {
  const { nodes } = indexOf(doc);
  const at = { x: 0, y: 0 };
  for (let placed = nodes.get(id); placed; placed = placed.parent === undefined ? undefined : nodes.get(placed.parent)) {
    at.x += placed.node.position.x;
    at.y += placed.node.position.y;
    if (placed.parent === undefined) break;
    const body = cachedFace(doc, nodes.get(placed.parent)!.node, types).body;
    at.x += body?.x ?? 0;
    at.y += body?.y ?? 0;
  }
  return at;
}

export interface Box { x: number; y: number; width: number; height: number }

export function absoluteBox(doc: FlowDocument, id: string, types: NodeTypes): Box {
  const face = cachedFace(doc, indexOf(doc).nodes.get(id)!.node, types);
  return { ...absolutePosition(doc, id, types), width: face.width, height: face.height };
}

/** The innermost container whose body holds the point, leaving out `not` and what is inside them. */
export function containerAt(doc: FlowDocument, types: NodeTypes, point: Position, not: ReadonlySet<string> = new Set()): string | undefined {
  let found: string | undefined;
  const excluded = new Set(not);
  for (const [id, { node, parent }] of indexOf(doc).nodes) {
    if (parent !== undefined && excluded.has(parent)) excluded.add(id);
    if (excluded.has(id)) continue;
    const face = cachedFace(doc, node, types);
    if (!face.body) continue;
    const at = absolutePosition(doc, id, types);
    const inX = point.x >= at.x && point.x <= at.x + face.width;
    if (inX && point.y >= at.y + face.body.y - 12 && point.y <= at.y + face.height) found = id;
  }
  return found;
}

export const onGrid = (value: number): number => Math.ceil(value / 4) * 4;

/** The width of a text in Inter, near enough to decide how wide a node grows. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const char of text) ems += charWidth(char);
  return ems * size;
}

function charWidth(char: string): number {
  if (char.charCodeAt(0) > 0x2e80) return 1;
  if ("iljI.,:;'|!".includes(char)) return 0.3;
  if ("ftr()[]-/ ".includes(char)) return 0.38;
  if ("mwMW@%".includes(char)) return 0.9;
  return char >= "A" && char <= "Z" ? 0.71 : 0.61;
}
