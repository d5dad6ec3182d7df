// Tidies a flow: layers from left to right, few crossings, attached tools below their agent. Longest-path layers and barycenters, level by level.
import type { FlowDocument, FlowNode, Op, Position } from "../contract";
import { applyAll } from "./apply";
import { edgesFrom, edgesInto, graphOf } from "./document";
import { cachedFace } from "./face";
import { isAttached, type NodeTypes } from "./ports";

const spaceX = 72;
const spaceY = 48;
const toolSpace = 72;
const sweeps = 6;

interface Block { id: string; width: number; height: number; tools: Block[]; layer: number; order: number; x: number; y: number }
interface Rect { x: number; y: number; width: number; height: number }

/** Moves that tidy the whole document, containers from the inside out. Positions already right are not repeated. */
export function planTidy(doc: FlowDocument, types: NodeTypes): Op[] {
  const { doc: after, ops } = tidyBodies(doc, doc.nodes, types);
  return [...ops, ...tidyLevel(after, undefined, types)];
}

function tidyBodies(doc: FlowDocument, nodes: readonly FlowNode[], types: NodeTypes): { doc: FlowDocument; ops: Op[] } {
  const ops: Op[] = [];
  for (const node of nodes) {
    if (!node.children) continue;
    const inner = tidyBodies(doc, node.children.nodes, types);
    const own = tidyLevel(inner.doc, node.id, types);
    doc = applyAll(inner.doc, own).doc;
    ops.push(...inner.ops, ...own);
  }
  return { doc, ops };
}

function tidyLevel(doc: FlowDocument, parent: string | undefined, types: NodeTypes): Op[] {
  const nodes = graphOf(doc, parent)!.nodes;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const block = (node: FlowNode): Block => {
    const face = cachedFace(doc, node, types);
    const tools = edgesFrom(doc, node.id).filter((e) => e.to.port === "tool" && ownerOf(doc, e.to.node) === node.id).map((e) => block(byId.get(e.to.node)!));
    return { id: node.id, width: face.width, height: face.height, tools, layer: 0, order: 0, x: 0, y: 0 };
  };
  const blocks = nodes.filter((node) => !isAttached(doc, node.id)).map(block);
  const layers = layered(doc, blocks);
  orderLayers(doc, layers);
  place(doc, layers);
  const wanted = new Map<string, Position>();
  for (const b of blocks) for (const part of partsOf(b)) wanted.set(part.id, part);
  const top = Math.min(0, ...[...wanted.values()].map((p) => p.y));
  const origin = parent === undefined ? corner(nodes) : { x: 0, y: 0 };
  const moves: Op[] = [];
  for (const [id, at] of wanted) {
    const position = { x: round(at.x + origin.x), y: round(at.y - (parent === undefined ? 0 : top) + origin.y) };
    const was = byId.get(id)!.position;
    if (was.x !== position.x || was.y !== position.y) moves.push({ op: "moveNode", id, position });
  }
  return moves;
}

/** A tool that hangs below two agents is placed below the first. */
const ownerOf = (doc: FlowDocument, id: string): string | undefined => edgesInto(doc, id).find((e) => e.to.port === "tool")?.from.node;
const round = (value: number): number => Math.round(value / 4) * 4;
const corner = (nodes: readonly FlowNode[]): Position => ({ x: Math.min(0, ...nodes.map((n) => n.position.x)), y: nodes.find((n) => n.type === "start")?.position.y ?? 0 });

/** A node with the tools that hang below it, at their places. */
function partsOf(block: Block): (Rect & { id: string })[] {
  const parts = [{ id: block.id, x: block.x, y: block.y, width: block.width, height: block.height }];
  let x = block.x;
  for (const tool of block.tools) {
    const below = partsOf({ ...tool, x, y: block.y + block.height + toolSpace });
    parts.push(...below);
    x = Math.max(...below.map((part) => part.x + part.width)) + 32;
  }
  return parts;
}

function layered(doc: FlowDocument, blocks: Block[]): Block[][] {
  const byId = new Map(blocks.map((b) => [b.id, b]));
  const depth = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    depth.set(id, 0); // a cycle in a broken document ends here
    const before = edgesInto(doc, id).filter((e) => byId.has(e.from.node)).map((e) => depthOf(e.from.node) + 1);
    const value = Math.max(0, ...before);
    depth.set(id, value);
    return value;
  };
  const layers: Block[][] = [];
  for (const b of blocks) {
    b.layer = depthOf(b.id);
    (layers[b.layer] ??= []).push(b);
  }
  const full = Array.from(layers, (layer) => layer ?? []).filter((layer) => layer.length > 0);
  full.forEach((layer, i) => layer.forEach((b, order) => { b.layer = i; b.order = order; }));
  return full;
}

function orderLayers(doc: FlowDocument, layers: Block[][]): void {
  const byId = new Map(layers.flat().map((b) => [b.id, b]));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers.slice(1) : layers.slice(0, -1).reverse()) {
      const key = new Map(layer.map((b) => [b, barycenter(doc, b, byId, forward)]));
      layer.sort((a, b) => key.get(a)! - key.get(b)! || a.order - b.order);
      layer.forEach((b, order) => { b.order = order; });
    }
  }
}

/** Where the neighbours stand, ports counted as small steps, so that branches keep the order of their ports. */
function barycenter(doc: FlowDocument, block: Block, byId: ReadonlyMap<string, Block>, forward: boolean): number {
  const near = (forward ? edgesInto(doc, block.id) : edgesFrom(doc, block.id)).flatMap((edge) => {
    const other = byId.get(forward ? edge.from.node : edge.to.node);
    if (!other) return [];
    const siblings = edgesFrom(doc, edge.from.node);
    return [other.order + (forward ? siblings.indexOf(edge) / (siblings.length + 1) : 0)];
  });
  return near.length === 0 ? block.order : near.reduce((sum, n) => sum + n, 0) / near.length;
}

/** The straightest run of each layer: a node stands level with what leads to it, or below where something is in its way. */
function place(doc: FlowDocument, layers: Block[][]): void {
  const byId = new Map(layers.flat().map((b) => [b.id, b]));
  const placed: Rect[] = [];
  let x = 0;
  for (const layer of layers) {
    let free = Number.NEGATIVE_INFINITY;
    for (const b of layer) {
      b.x = x;
      const before = edgesInto(doc, b.id).flatMap((e) => byId.get(e.from.node) ?? []).filter((other) => other.layer < b.layer);
      const wanted = before.length > 0 ? Math.min(...before.map((other) => other.y)) : Math.max(0, free);
      b.y = Math.max(wanted, free);
      for (let hit = inTheWay(b, placed); hit !== undefined; hit = inTheWay(b, placed)) b.y = hit;
      placed.push(...partsOf(b));
      free = b.y + b.height + spaceY;
    }
    x += Math.max(...layer.map((b) => b.width)) + spaceX;
  }
}

/** Undefined when the block is free of what is placed, else the height below the first thing that it would cover. */
function inTheWay(block: Block, placed: readonly Rect[]): number | undefined {
  for (const part of partsOf(block)) {
    const hit = placed.find((r) => part.x < r.x + r.width + 16 && r.x < part.x + part.width + 16 && part.y < r.y + r.height + spaceY && r.y < part.y + part.height + spaceY);
    if (hit) return block.y + (hit.y + hit.height + spaceY - part.y);
  }
  return undefined;
}
