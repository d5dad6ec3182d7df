// From the document to what React Flow draws. Objects of parts that did not change stay the same ones, so that nothing else renders again.
import { Position as Side, type Edge, type Node, type NodeHandle } from "@xyflow/react";
import type { FlowDocument, FlowGroup, FlowNode, FlowNote, NodeDescriptor, Position } from "../contract";
import { indexOf, type PlacedEdge } from "../kernel/document";
import { cachedFace, type Face, type PlacedPort } from "../kernel/face";
import { groupBox, groupNodeId, groupsOf, hiddenNodes, type PlacedGroup } from "../kernel/groups";
import type { NodeTypes } from "../kernel/ports";
import { strings } from "../strings";

export type FaceNode = Node<{ node: FlowNode; descriptor: NodeDescriptor | undefined; face: Face }, "face">;
export type NoteNode = Node<{ note: FlowNote }, "note">;
export type GroupNode = Node<{ group: FlowGroup; members: readonly string[] }, "region">;
export type CanvasNode = FaceNode | NoteNode | GroupNode;
export type CanvasEdge = Edge<{ placed: PlacedEdge }, "sequence" | "attachment">;

export const portSize = { circle: 11, diamond: 12 };
const sides: Record<PlacedPort["side"], Side> = { left: Side.Left, right: Side.Right, top: Side.Top, bottom: Side.Bottom };
const noteId = (id: string): string => `note ${id}`;
export const noteOf = (id: string): string | undefined => (id.startsWith("note ") ? id.slice(5) : undefined);

/** What a drawing of the nodes follows from, the places of dragged ones aside. */
interface Ground { doc: FlowDocument; types: NodeTypes; selection: ReadonlySet<string>; canEdit: boolean }

export class NodeCache {
  private last = new Map<string, CanvasNode>();
  private ground: Ground | undefined;
  private list: CanvasNode[] = [];

  build(doc: FlowDocument, types: NodeTypes, selection: ReadonlySet<string>, moved: ReadonlyMap<string, Position>, canEdit: boolean): CanvasNode[] {
    const ground = { doc, types, selection, canEdit };
    if (!this.ground || !sameGround(this.ground, ground)) {
      this.ground = ground;
      this.list = this.all(ground);
    }
    // While something is dragged only that changes, and a thousand others must not be looked at.
    if (moved.size === 0) return this.list;
    return this.list.map((node) => {
      if (node.type === "region") return node.data.members.some((id) => moved.has(id)) ? groupNode(doc, types, groupsOf(doc).get(node.data.group.id)!, canEdit, moved) : node;
      const position = moved.get(node.id);
      return position ? { ...node, position } : node;
    });
  }

  private all({ doc, types, selection, canEdit }: Ground): CanvasNode[] {
    const next = new Map<string, CanvasNode>();
    const hidden = hiddenNodes(doc);
    const groups = groupsOf(doc);
    for (const note of doc.notes ?? []) this.keep(next, noteNode(note, selection, canEdit));
    for (const { node, parent } of indexOf(doc).nodes.values()) {
      // Behind its nodes, and after the container that it stands in.
      const group = node.group === undefined ? undefined : groups.get(node.group);
      if (group?.members[0] === node && !(parent !== undefined && (hidden.has(parent) || indexOf(doc).nodes.get(parent)!.node.collapsed))) this.keep(next, groupNode(doc, types, group, canEdit));
      if (hidden.has(node.id)) continue;
      const body = parent === undefined ? undefined : cachedFace(doc, indexOf(doc).nodes.get(parent)!.node, types).body;
      this.keep(next, faceNode(node, parent, body, cachedFace(doc, node, types), types, selection, canEdit));
    }
    this.last = next;
    return [...next.values()];
  }

  private keep(into: Map<string, CanvasNode>, node: CanvasNode): void {
    const before = this.last.get(node.id);
    into.set(node.id, before && sameNode(before, node) ? before : node);
  }
}

const sameGround = (a: Ground, b: Ground): boolean => a.doc === b.doc && a.types === b.types && a.selection === b.selection && a.canEdit === b.canEdit;

function faceNode(
  node: FlowNode, parent: string | undefined, body: Position | undefined, face: Face, types: NodeTypes, selection: ReadonlySet<string>, canEdit: boolean,
): FaceNode {
  const descriptor = types.get(node.type);
  const at = { x: node.position.x + (body?.x ?? 0), y: node.position.y + (body?.y ?? 0) };
  const size = { width: face.width, height: face.height };
  return {
    id: node.id, type: "face", position: at, ...size, measured: size, data: { node, descriptor, face }, selected: selection.has(node.id),
    handles: face.ports.map(handle), draggable: canEdit, connectable: canEdit,
    ariaLabel: [node.name, descriptor?.name ?? strings.canvas.unknownNode, ...(node.disabled ? [strings.canvas.disabled] : [])].join(", "),
    ...(parent === undefined ? {} : { parentId: parent, extent: [[body?.x ?? 0, body?.y ?? 0], [Infinity, Infinity]] as [[number, number], [number, number]] }),
    ...(face.body ? { className: "is-container", zIndex: 0 } : {}),
  };
}

const noMoves: ReadonlyMap<string, Position> = new Map();

function groupNode(doc: FlowDocument, types: NodeTypes, placed: PlacedGroup, canEdit: boolean, moved: ReadonlyMap<string, Position> = noMoves): GroupNode {
  const { group, parent, members } = placed;
  const body = parent === undefined ? undefined : cachedFace(doc, indexOf(doc).nodes.get(parent)!.node, types).body;
  const offset = { x: body?.x ?? 0, y: body?.y ?? 0 };
  const box = groupBox(doc, types, placed, (node) => {
    const at = moved.get(node.id);
    return at ? { x: at.x - offset.x, y: at.y - offset.y } : node.position;
  });
  const size = { width: box.width, height: box.height };
  const port = (id: string, type: "source" | "target", position: Side): NodeHandle => ({ id, type, position, x: (type === "source" ? box.width : 0) - 5, y: box.height / 2 - 5, width: 10, height: 10 });
  return {
    id: groupNodeId(group.id), type: "region", position: { x: box.x + offset.x, y: box.y + offset.y }, ...size, measured: size, data: { group, members: members.map((node) => node.id) },
    handles: [port("in", "target", Side.Left), port("out", "source", Side.Right)], dragHandle: ".group-title", draggable: canEdit, selectable: false, connectable: false, focusable: false, style: { pointerEvents: "none" },
    ...(parent === undefined ? { zIndex: group.collapsed ? 0 : -1 } : { parentId: parent }),
  };
}

/** Handle positions are data: edges can be drawn to nodes that are not in the page. */
function handle({ port, side, x, y }: PlacedPort): NodeHandle {
  const size = port.kind === "attachment" || port.kind === "tool" ? portSize.diamond : portSize.circle;
  return {
    id: port.name, type: port.kind === "out" || port.kind === "attachment" ? "source" : "target", position: sides[side],
    x: x - size / 2, y: y - size / 2, width: size, height: size,
  };
}

function noteNode(note: FlowNote, selection: ReadonlySet<string>, canEdit: boolean): NoteNode {
  const id = noteId(note.id);
  const size = { width: note.size?.w ?? 240, height: note.size?.h ?? 120 };
  return {
    id, type: "note", position: note.position, ...size, measured: size, data: { note }, selected: selection.has(id), draggable: canEdit,
    connectable: false, zIndex: -1, ariaLabel: strings.canvas.note(note.text.slice(0, 60)),
  };
}

function sameNode(a: CanvasNode, b: CanvasNode): boolean {
  if (a.type !== b.type || a.selected !== b.selected || a.draggable !== b.draggable || a.parentId !== b.parentId) return false;
  if (a.position.x !== b.position.x || a.position.y !== b.position.y || a.width !== b.width || a.height !== b.height) return false;
  if (a.type === "region" || b.type === "region") {
    return a.type === "region" && b.type === "region" && a.data.group === b.data.group && a.data.members.length === b.data.members.length && a.data.members.every((id, i) => id === b.data.members[i]);
  }
  if (a.type === "note" || b.type === "note") return a.type === "note" && b.type === "note" && a.data.note === b.data.note;
  return a.data.node === b.data.node && a.data.descriptor === b.data.descriptor && sameFace(a.data.face, b.data.face);
}

function sameFace(a: Face, b: Face): boolean {
  if (a.isAttached !== b.isAttached || a.ports.length !== b.ports.length || a.used.size !== b.used.size || a.body?.y !== b.body?.y) return false;
  for (const name of a.used) if (!b.used.has(name)) return false;
  return a.ports.every((p, i) => {
    const o = b.ports[i]!;
    return p.port.name === o.port.name && p.port.label === o.port.label && p.port.kind === o.port.kind && p.x === o.x && p.y === o.y;
  });
}

export class EdgeCache {
  private last = new Map<string, CanvasEdge>();

  build(doc: FlowDocument, selected: ReadonlySet<string>, canEdit: boolean): CanvasEdge[] {
    const next = new Map<string, CanvasEdge>();
    const hidden = hiddenNodes(doc);
    for (const placed of indexOf(doc).edges.values()) {
      const source = hidden.get(placed.from.node) ?? placed.from.node;
      const target = hidden.get(placed.to.node) ?? placed.to.node;
      if (source === target) continue;
      const before = this.last.get(placed.edge.id);
      const isSelected = selected.has(placed.edge.id);
      if (before && before.data?.placed.edge === placed.edge && before.data.placed.parent === placed.parent && before.selected === isSelected && before.source === source && before.target === target) {
        next.set(before.id, before);
        continue;
      }
      const attachment = placed.to.port === "tool";
      next.set(placed.edge.id, {
        id: placed.edge.id, type: attachment ? "attachment" : "sequence", source, sourceHandle: source === placed.from.node ? placed.from.port : "out",
        target, targetHandle: target === placed.to.node ? placed.to.port : "in", selected: isSelected, data: { placed }, interactionWidth: 20, reconnectable: canEdit && !hidden.has(placed.from.node) && !hidden.has(placed.to.node),
        ariaLabel: strings.canvas.edge(placed.from.node, placed.from.port, placed.to.node), focusable: false,
      });
    }
    this.last = next;
    return [...next.values()];
  }
}
