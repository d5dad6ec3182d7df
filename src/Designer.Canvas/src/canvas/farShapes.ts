// What is painted from far, made from the nodes: boxes where they stand, and few paths for many of them.
import type { FlowDocument } from "../contract";
import { indexOf, type PlacedEdge } from "../kernel/document";
import { farBatches, type FarBatch, type FarBox } from "../kernel/farPaths";
import { hiddenNodes } from "../kernel/groups";
import { groupColour } from "../ui/Tile";
import type { CanvasNode } from "./flowNodes";
import { groupToken } from "./groupTone";

export type Boxes = ReadonlyMap<string, FarBox>;
export type StateOf = (id: string) => string | undefined;
export interface Painted extends FarBatch { outline: Path2D; tiles: Path2D }
export interface Shapes { batches: Painted[]; control: Path2D; attached: Path2D }

/** The boxes of these nodes; their containers stand before them, or in `around`. */
export function boxesOf(nodes: readonly CanvasNode[], stateOf: StateOf, around: Boxes = new Map()): Map<string, FarBox> {
  const boxes = new Map<string, FarBox>();
  for (const node of nodes) {
    if (node.type === "note") continue;
    const parent = node.parentId === undefined ? undefined : boxes.get(node.parentId) ?? around.get(node.parentId);
    const place = { id: node.id, x: (parent?.x ?? 0) + node.position.x, y: (parent?.y ?? 0) + node.position.y, width: node.width ?? 0, height: node.height ?? 0 };
    if (node.type === "region") {
      const { group } = node.data;
      boxes.set(node.id, { ...place, colour: groupToken(group.colour), state: undefined, isContainer: !group.collapsed });
    } else {
      const { descriptor, face } = node.data;
      boxes.set(node.id, { ...place, colour: descriptor ? groupColour[descriptor.group].slice(4, -1) : "--ink3", state: stateOf(node.id), isContainer: face.body !== undefined });
    }
  }
  return boxes;
}

/** A line between two boxes: from the port that it leaves, where the box is the node's own and not that of its closed group. */
export interface Wire { source: string; target: string; port: { x: number; y: number } | undefined; isAttached: boolean }

export function wiresOf(document: FlowDocument, nodes: readonly CanvasNode[]): Wire[] {
  const handles = new Map(nodes.map((node) => [node.id, node.handles]));
  const hidden = hiddenNodes(document);
  return [...indexOf(document).edges.values()].flatMap(({ from, to }: PlacedEdge): Wire[] => {
    const [source, target] = [hidden.get(from.node) ?? from.node, hidden.get(to.node) ?? to.node];
    if (source === target) return [];
    return [{ source, target, port: handles.get(from.node)?.find((handle) => handle.id === from.port), isAttached: to.port === "tool" }];
  });
}

export function shapesOf(boxes: Iterable<FarBox>, wires: readonly Wire[], boxOf: (id: string) => FarBox | undefined): Shapes {
  return { batches: farBatches(boxes).map(withPaths), ...wirePaths(wires, boxOf) };
}

function withPaths(batch: FarBatch): Painted {
  const outline = new Path2D();
  const tiles = new Path2D();
  for (const box of batch.boxes) {
    outline.roundRect(box.x, box.y, box.width, box.height, 14);
    const side = Math.min(40, box.height - 16);
    if (batch.isContainer) tiles.roundRect(box.x + 12, box.y + 12, 32, 32, 8);
    else tiles.roundRect(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side, 10);
  }
  return { ...batch, outline, tiles };
}

function wirePaths(wires: readonly Wire[], boxOf: (id: string) => FarBox | undefined): { control: Path2D; attached: Path2D } {
  const [control, attached] = [new Path2D(), new Path2D()];
  for (const { source, target, port, isAttached } of wires) {
    const [a, b] = [boxOf(source), boxOf(target)];
    if (!a || !b) continue;
    const [x, y] = [a.x + (port ? port.x + 5 : a.width), a.y + (port ? port.y + 5 : 24)];
    if (isAttached) {
      attached.moveTo(x, y);
      attached.lineTo(b.x + 28, b.y);
    } else {
      const bend = Math.max(40, Math.abs(b.x - x) / 2);
      control.moveTo(x, y);
      control.bezierCurveTo(x + bend, y, b.x - bend, b.y + 24, b.x, b.y + 24);
    }
  }
  return { control, attached };
}

/** What goes along with the dragged nodes: what stands in them, and the boxes of their groups, which follow their nodes. */
export function carriedBy(nodes: readonly CanvasNode[], moved: { has(id: string): boolean }): Set<string> {
  const carried = new Set<string>();
  for (const node of nodes) {
    const goes = moved.has(node.id) || (node.parentId !== undefined && carried.has(node.parentId)) || (node.type === "region" && node.data.members.some((id) => moved.has(id)));
    if (goes) carried.add(node.id);
  }
  return carried;
}
