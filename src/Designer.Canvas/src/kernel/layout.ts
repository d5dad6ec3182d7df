// Tidies a flow: what is to be arranged as a graph for ELK's layered layout, and the moves that follow from its answer. Level by level, containers
// from the inside out; open groups are boxes with their nodes inside, closed ones a single box.
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { FlowDocument, FlowNode, FlowNote, Op, Position } from "../contract";
import { applyAll } from "./apply";
import { blocksOf, boxOf, closeBy, gapOf, nearest, noteBox, type Block } from "./blocks";
import { edgesFrom, graphOf } from "./document";
import { cachedFace } from "./face";
import { groupBox, groupMeasures, groupNodeId, groupsOf, type PlacedGroup } from "./groups";
import type { NodeTypes } from "./ports";

/** Gives places to the children of a graph: ELK, in a worker. */
export type Arrange = (graph: ElkNode) => Promise<ElkNode>;

const step = 4;
const options = {
  "elk.algorithm": "layered", "elk.direction": "RIGHT", "elk.hierarchyHandling": "INCLUDE_CHILDREN", "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "48", "elk.spacing.edgeNode": "16", "elk.spacing.componentComponent": "64",
  "elk.layered.spacing.nodeNodeBetweenLayers": "72", "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.edgeRouting": "POLYLINE", "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF", "elk.layered.nodePlacement.favorStraightEdges": "true", "elk.randomSeed": "1",
};
const groupPadding = `[top=${groupMeasures.title + groupMeasures.padding / 2},left=${groupMeasures.padding},bottom=${groupMeasures.padding},right=${groupMeasures.padding}]`;

/** Moves that tidy the whole document. Places already right are not repeated. */
export async function planTidy(doc: FlowDocument, types: NodeTypes, arrange: Arrange): Promise<Op[]> {
  const { doc: after, ops } = await tidyBodies(doc, doc.nodes, types, arrange);
  return [...ops, ...await tidyLevel(after, undefined, types, arrange)];
}

async function tidyBodies(doc: FlowDocument, nodes: readonly FlowNode[], types: NodeTypes, arrange: Arrange): Promise<{ doc: FlowDocument; ops: Op[] }> {
  const ops: Op[] = [];
  for (const node of nodes) {
    if (!node.children) continue;
    const inner = await tidyBodies(doc, node.children.nodes, types, arrange);
    const own = await tidyLevel(inner.doc, node.id, types, arrange);
    doc = applyAll(inner.doc, own).doc;
    ops.push(...inner.ops, ...own);
  }
  return { doc, ops };
}

async function tidyLevel(doc: FlowDocument, parent: string | undefined, types: NodeTypes, arrange: Arrange): Promise<Op[]> {
  const { nodes } = graphOf(doc, parent)!;
  if (nodes.length === 0) return [];
  const notes = parent === undefined ? doc.notes ?? [] : [];
  const blocks = blocksOf(doc, nodes, types, notes);
  const groups = [...groupsOf(doc).values()].filter((group) => group.parent === parent);
  const places = placesIn(await arrange(graphFor(doc, types, blocks, groups)));
  const wanted = wantedPlaces(doc, types, blocks, groups, places);
  const shift = anchor(nodes, wanted, parent);
  for (const [id, at] of wanted) wanted.set(id, { x: round(at.x + shift.x), y: round(at.y + shift.y) });
  const moves = nodes.flatMap((node): Op[] => {
    const position = wanted.get(node.id) ?? node.position;
    return same(position, node.position) ? [] : [{ op: "moveNode", id: node.id, position }];
  });
  return [...moves, ...noteMoves(doc, nodes, notes, types, wanted)];
}

function graphFor(doc: FlowDocument, types: NodeTypes, blocks: readonly Block[], groups: readonly PlacedGroup[]): ElkNode {
  const byId = new Map(blocks.map((block) => [block.node.id, block]));
  const shownAs = new Map<string, string>();
  const boxes: ElkNode[] = [];
  for (const group of groups) {
    const members = group.members.flatMap((node) => byId.get(node.id) ?? []);
    if (members.length === 0) continue; // tools alone stand where their agent is
    const id = groupNodeId(group.group.id);
    if (group.group.collapsed) {
      const { width, height } = groupBox(doc, types, group);
      boxes.push({ id, width, height });
    } else boxes.push({ id, children: members.map((block) => shapeOf(doc, types, block)), layoutOptions: { "elk.padding": groupPadding } });
    for (const { node } of members) {
      byId.delete(node.id);
      shownAs.set(node.id, group.group.collapsed ? id : node.id);
    }
  }
  const isOpen = (id: string): boolean => (shownAs.get(id) ?? id) === id;
  const end = (block: Block, port: string): string => (isOpen(block.node.id) ? portId(block.node.id, port) : shownAs.get(block.node.id)!);
  const all = new Map(blocks.map((block) => [block.node.id, block]));
  const edges = blocks.flatMap((block) => edgesFrom(doc, block.node.id).flatMap(({ edge, from, to }): ElkExtendedEdge[] => {
    const target = all.get(to.node);
    if (!target || to.port === "tool" || (!isOpen(from.node) && shownAs.get(from.node) === shownAs.get(to.node))) return [];
    // Where a way forks, the first port's way goes straight on.
    const isFirst = edgesFrom(doc, from.node)[0]?.edge === edge;
    return [{ id: edge.id, sources: [end(block, from.port)], targets: [end(target, to.port)], layoutOptions: isFirst ? { "elk.layered.priority.straightness": "10" } : {} }];
  }));
  return { id: "root", layoutOptions: options, children: [...[...byId.values()].map((block) => shapeOf(doc, types, block)), ...boxes], edges };
}

/** A block as a box whose ports are where the node has them. */
function shapeOf(doc: FlowDocument, types: NodeTypes, { node, box }: Block): ElkNode {
  const ports = cachedFace(doc, node, types).ports.filter(({ side }) => side === "left" || side === "right");
  return {
    id: node.id, width: box.width, height: box.height, layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: ports.map(({ port, side, y }) => ({
      id: portId(node.id, port.name), width: 0, height: 0, x: side === "left" ? 0 : box.width, y: y - box.y, layoutOptions: { "elk.port.side": side === "left" ? "WEST" : "EAST" },
    })),
  };
}

const portId = (node: string, port: string): string => `${node}:${port}`;

function placesIn(graph: ElkNode, from: Position = { x: 0, y: 0 }, places = new Map<string, Position>()): Map<string, Position> {
  for (const child of graph.children ?? []) {
    const at = { x: from.x + (child.x ?? 0), y: from.y + (child.y ?? 0) };
    places.set(child.id, at);
    placesIn(child, at, places);
  }
  return places;
}

/** Where the nodes go; the notes that belong to a block follow their node. */
function wantedPlaces(doc: FlowDocument, types: NodeTypes, blocks: readonly Block[], groups: readonly PlacedGroup[], places: ReadonlyMap<string, Position>): Map<string, Position> {
  const wanted = new Map<string, Position>();
  const put = ({ parts, box }: Block, at: Position): void => {
    for (const part of parts) if (part.node) wanted.set(part.node.id, { x: at.x + part.x - box.x, y: at.y + part.y - box.y });
  };
  for (const block of blocks) {
    const at = places.get(block.node.id);
    if (at) put(block, at);
  }
  for (const group of groups.filter((one) => one.group.collapsed)) {
    const at = places.get(groupNodeId(group.group.id));
    const box = groupBox(doc, types, group);
    if (at) for (const node of group.members) wanted.set(node.id, { x: at.x + node.position.x - box.x, y: at.y + node.position.y - box.y });
  }
  return wanted;
}

/** A body begins at its container's corner; a flow stays where its start is. */
function anchor(nodes: readonly FlowNode[], wanted: ReadonlyMap<string, Position>, parent: string | undefined): Position {
  if (parent !== undefined) return { x: 0, y: 0 };
  const fixed = nodes.find((node) => node.type === "start" && wanted.has(node.id));
  if (fixed) return { x: fixed.position.x - wanted.get(fixed.id)!.x, y: fixed.position.y - wanted.get(fixed.id)!.y };
  const least = (list: Iterable<Position>, axis: "x" | "y"): number => Math.min(...[...list].map((at) => at[axis]));
  const now = nodes.map((node) => node.position);
  return { x: least(now, "x") - least(wanted.values(), "x"), y: least(now, "y") - least(wanted.values(), "y") };
}

/** A note stays beside the node that it lies closest to; one that is close to none keeps clear of all, below what is in its way. */
function noteMoves(doc: FlowDocument, nodes: readonly FlowNode[], notes: readonly FlowNote[], types: NodeTypes, wanted: ReadonlyMap<string, Position>): Op[] {
  const before = nodes.map((node) => boxOf(doc, node, types));
  const after = before.map((box) => ({ ...box, ...(wanted.get(box.node.id) ?? {}) }));
  return notes.flatMap((note): Op[] => {
    const near = nearest(note, before);
    const to = near && wanted.get(near.box.node.id);
    if (!near || !to) return [];
    const position = { x: note.position.x + to.x - near.box.x, y: note.position.y + to.y - near.box.y };
    const inTheWay = (): { y: number; height: number } | undefined => after.find((box) => gapOf({ ...noteBox(note), ...position }, box) <= closeBy);
    if (near.gap > closeBy) for (let hit = inTheWay(); hit; hit = inTheWay()) position.y = hit.y + hit.height + closeBy + step;
    return same(position, note.position) ? [] : [{ op: "setNote", note: { ...note, position } }];
  });
}

const round = (value: number): number => Math.round(value / step) * step;
const same = (a: Position, b: Position): boolean => a.x === b.x && a.y === b.y;
