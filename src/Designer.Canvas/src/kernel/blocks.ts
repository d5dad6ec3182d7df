// What stands together when a level is arranged: a node, the tools that hang below it, and the notes that lie close to it.
import type { FlowDocument, FlowNode, FlowNote, Position } from "../contract";
import { edgesFrom, edgesInto } from "./document";
import { cachedFace, type Box } from "./face";
import { isAttached, type NodeTypes } from "./ports";

/** A node or a note, and where it stands within its block. */
export interface Part extends Box { node?: FlowNode; note?: FlowNote }
export interface Block { node: FlowNode; parts: readonly Part[]; box: Box }

const toolSpace = 72;
const toolGap = 32;
/** Less than the space that the arrangement leaves, so that a note has one neighbour only. */
export const closeBy = 40;

export function blocksOf(doc: FlowDocument, nodes: readonly FlowNode[], types: NodeTypes, notes: readonly FlowNote[]): Block[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const blocks = nodes.filter((node) => !isAttached(doc, node.id)).map((node) => ({ node, parts: hanging(doc, node, types, byId, { x: 0, y: 0 }) }));
  for (const note of notes) {
    const near = nearest(note, nodes.map((node) => boxOf(doc, node, types)));
    const block = near && near.gap <= closeBy ? blocks.find(({ parts }) => parts.some((part) => part.node === near.box.node)) : undefined;
    if (block) block.parts.push({ note, ...noteBox(note), x: note.position.x - near!.box.x + partOf(block.parts, near!.box.node).x, y: note.position.y - near!.box.y + partOf(block.parts, near!.box.node).y });
  }
  return blocks.map((block) => ({ ...block, box: around(block.parts) }));
}

export const noteBox = (note: FlowNote): Box => ({ ...note.position, width: note.size?.w ?? 240, height: note.size?.h ?? 120 });
export const boxOf = (doc: FlowDocument, node: FlowNode, types: NodeTypes): Box & { node: FlowNode } => {
  const { width, height } = cachedFace(doc, node, types);
  return { ...node.position, width, height, node };
};

/** The box that lies closest to a note, and how far from it. */
export function nearest<T extends Box>(note: FlowNote, boxes: readonly T[]): { box: T; gap: number } | undefined {
  const own = noteBox(note);
  const middle = (box: Box): number => Math.hypot(box.x + box.width / 2 - own.x - own.width / 2, box.y + box.height / 2 - own.y - own.height / 2);
  return boxes.map((box) => ({ box, gap: gapOf(own, box) })).sort((a, b) => a.gap - b.gap || middle(a.box) - middle(b.box))[0];
}

/** How far two boxes are from each other; 0 where they meet. */
export function gapOf(a: Box, b: Box): number {
  return Math.hypot(Math.max(0, a.x - b.x - b.width, b.x - a.x - a.width), Math.max(0, a.y - b.y - b.height, b.y - a.y - a.height));
}

function hanging(doc: FlowDocument, node: FlowNode, types: NodeTypes, byId: ReadonlyMap<string, FlowNode>, at: Position): Part[] {
  const { width, height } = cachedFace(doc, node, types);
  const parts: Part[] = [{ node, ...at, width, height }];
  let x = at.x;
  for (const edge of edgesFrom(doc, node.id)) {
    const tool = edge.to.port === "tool" && ownerOf(doc, edge.to.node) === node.id ? byId.get(edge.to.node) : undefined;
    if (!tool) continue;
    const below = hanging(doc, tool, types, byId, { x, y: at.y + height + toolSpace });
    parts.push(...below);
    x = Math.max(...below.map((part) => part.x + part.width)) + toolGap;
  }
  return parts;
}

/** A tool that hangs below two agents stands below the first. */
const ownerOf = (doc: FlowDocument, id: string): string | undefined => edgesInto(doc, id).find((edge) => edge.to.port === "tool")?.from.node;
const partOf = (parts: readonly Part[], node: FlowNode): Part => parts.find((part) => part.node === node)!;

function around(parts: readonly Part[]): Box {
  const [x, y] = [Math.min(...parts.map((part) => part.x)), Math.min(...parts.map((part) => part.y))];
  return { x, y, width: Math.max(...parts.map((part) => part.x + part.width)) - x, height: Math.max(...parts.map((part) => part.y + part.height)) - y };
}
