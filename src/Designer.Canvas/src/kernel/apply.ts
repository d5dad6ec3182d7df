// Applies operations to a document. Each gives back the operations that undo it exactly, in the order to apply them.
import type { FlowDocument, FlowEdge, FlowNode, Json, Op } from "../contract";
import { strings } from "../strings";
import { endOf, indexOf, type Graph } from "./document";

export interface Applied { doc: FlowDocument; inverse: Op[] }

/** The operation cannot be applied to this document, e.g. because somebody else removed the node. */
export class RefusedOp extends Error {
  constructor(readonly op: Op, reason: string) { super(reason); }
}

export const apply = (doc: FlowDocument, op: Op): Applied => applyAll(doc, [op]);

export function applyAll(doc: FlowDocument, ops: readonly Op[]): Applied {
  const state: State = { doc, where: whereOf(doc) };
  const inverse: Op[][] = [];
  for (let at = 0; at < ops.length;) {
    // A run of changes to nodes is one pass over the document: tidying 2,000 nodes must not be 2,000 copies.
    let end = at;
    while (end < ops.length && isNodeChange(ops[end]!)) end++;
    inverse.push(end > at ? changeNodes(state, ops.slice(at, end) as NodeChange[]) : applyOne(state, ops[at]! as Exclude<Op, NodeChange>));
    at = Math.max(end, at + 1);
  }
  return { doc: state.doc, inverse: inverse.reverse().flat() };
}

/** On which level each node and edge stands (undefined: the document's own), kept while a list of operations is applied. */
interface Where { nodes: Map<string, string | undefined>; edges: Map<string, string | undefined> }
interface State { doc: FlowDocument; where: Where }

function whereOf(doc: FlowDocument): Where {
  const { nodes, edges } = indexOf(doc);
  const where: Where = { nodes: new Map(), edges: new Map() };
  for (const [id, { parent }] of nodes) where.nodes.set(id, parent);
  for (const [id, { parent }] of edges) where.edges.set(id, parent);
  return where;
}

type NodeChange = Extract<Op, { op: "moveNode" | "setNode" | "setSetting" }>;
const isNodeChange = (op: Op): op is NodeChange => op.op === "moveNode" || op.op === "setNode" || op.op === "setSetting";

function applyOne(state: State, op: Exclude<Op, NodeChange>): Op[] {
  switch (op.op) {
    case "addNode": return addNode(state, op);
    case "removeNode": return removeNode(state, op);
    case "addEdge": return addEdge(state, op);
    case "removeEdge": return removeEdge(state, op);
    case "addNote": return addPart(state, op, "notes", "note", op.note, op.index);
    case "removeNote": return removePart(state, op, "notes", "note", op.id, (note, index) => ({ op: "addNote", note, index }));
    case "setNote": return setPart(state, op, "notes", "note", op.note);
    case "addGroup": return addPart(state, op, "groups", "group", op.group, op.index);
    case "removeGroup": return removePart(state, op, "groups", "group", op.id, (group, index) => ({ op: "addGroup", group, index }));
    case "setGroup": return setPart(state, op, "groups", "group", op.group);
    case "setFlow": {
      const was = (state.doc[op.field] ?? null) as Json;
      state.doc = withMember(state.doc, op.field, op.value);
      return [{ ...op, value: was }];
    }
  }
}

function addNode(state: State, op: Extract<Op, { op: "addNode" }>): Op[] {
  const added = idsOf(op.node);
  for (const id of added.keys()) if (state.where.nodes.has(id)) throw new RefusedOp(op, strings.refusals.nodeExists(id));
  requireLevel(state, op, op.parent);
  changeGraph(state, op.parent, (graph) => ({ ...graph, nodes: insert(graph.nodes, op.node, op.index) }));
  enter(state.where, op.node, op.parent);
  return [{ op: "removeNode", id: op.node.id }];
}

/** Edges that hang on the node go with it, and come back with it. */
function removeNode(state: State, op: Extract<Op, { op: "removeNode" }>): Op[] {
  if (!state.where.nodes.has(op.id)) throw new RefusedOp(op, strings.refusals.noNode(op.id));
  const parent = state.where.nodes.get(op.id);
  const graph = graphAt(state, parent);
  const index = graph.nodes.findIndex((node) => node.id === op.id);
  const node = graph.nodes[index]!;
  const hanging = graph.edges.map((edge, at) => ({ edge, at })).filter(({ edge }) => touches(edge, op.id));
  changeGraph(state, parent, (g) => ({ nodes: without(g.nodes, index), edges: hanging.length === 0 ? g.edges : g.edges.filter((edge) => !touches(edge, op.id)) }));
  leave(state.where, node);
  for (const { edge } of hanging) state.where.edges.delete(edge.id);
  return [
    { op: "addNode", node, ...level(parent), index },
    ...hanging.map(({ edge, at }): Op => ({ op: "addEdge", edge, ...level(parent), index: at })),
  ];
}

function addEdge(state: State, op: Extract<Op, { op: "addEdge" }>): Op[] {
  if (state.where.edges.has(op.edge.id)) throw new RefusedOp(op, strings.refusals.edgeExists(op.edge.id));
  requireLevel(state, op, op.parent);
  for (const end of [endOf(op.edge.from, "out").node, endOf(op.edge.to, "in").node]) {
    if (!state.where.nodes.has(end) || state.where.nodes.get(end) !== op.parent) throw new RefusedOp(op, strings.refusals.noNodeHere(end));
  }
  changeGraph(state, op.parent, (graph) => ({ ...graph, edges: insert(graph.edges, op.edge, op.index) }));
  state.where.edges.set(op.edge.id, op.parent);
  return [{ op: "removeEdge", id: op.edge.id }];
}

function removeEdge(state: State, op: Extract<Op, { op: "removeEdge" }>): Op[] {
  if (!state.where.edges.has(op.id)) throw new RefusedOp(op, strings.refusals.noEdge(op.id));
  const parent = state.where.edges.get(op.id);
  const { edges } = graphAt(state, parent);
  const index = edges.findIndex((edge) => edge.id === op.id);
  changeGraph(state, parent, (graph) => ({ ...graph, edges: without(graph.edges, index) }));
  state.where.edges.delete(op.id);
  return [{ op: "addEdge", edge: edges[index]!, ...level(parent), index }];
}

// ---- notes and groups: parts that stand in a list of the document by themselves ----

type PartList = "notes" | "groups";
type PartOf<L extends PartList> = NonNullable<FlowDocument[L]>[number];
type PartWord = "note" | "group";

function partsOf<L extends PartList>(state: State, list: L): PartOf<L>[] { return (state.doc[list] ?? []) as PartOf<L>[]; }

function placeOf<L extends PartList>(state: State, op: Op, list: L, word: PartWord, id: string): number {
  const index = partsOf(state, list).findIndex((part) => part.id === id);
  if (index < 0) throw new RefusedOp(op, word === "note" ? strings.refusals.noNote(id) : strings.refusals.noGroup(id));
  return index;
}

function addPart<L extends PartList>(state: State, op: Op, list: L, word: PartWord, part: PartOf<L>, index: number | undefined): Op[] {
  if (partsOf(state, list).some((one) => one.id === part.id)) throw new RefusedOp(op, word === "note" ? strings.refusals.noteExists(part.id) : strings.refusals.groupExists(part.id));
  state.doc = { ...state.doc, [list]: insert(partsOf(state, list), part, index) };
  return [{ op: word === "note" ? "removeNote" : "removeGroup", id: part.id }];
}

function removePart<L extends PartList>(state: State, op: Op, list: L, word: PartWord, id: string, undo: (part: PartOf<L>, index: number) => Op): Op[] {
  const index = placeOf(state, op, list, word, id);
  const part = partsOf(state, list)[index]!;
  state.doc = { ...state.doc, [list]: without(partsOf(state, list), index) };
  return [undo(part, index)];
}

function setPart<L extends PartList>(state: State, op: Op, list: L, word: PartWord, part: PartOf<L>): Op[] {
  const index = placeOf(state, op, list, word, part.id);
  const was = partsOf(state, list)[index]!;
  state.doc = { ...state.doc, [list]: partsOf(state, list).map((one) => (one === was ? part : one)) };
  return [word === "note" ? { op: "setNote", note: was as PartOf<"notes"> } : { op: "setGroup", group: was as PartOf<"groups"> }];
}

function changeNodes(state: State, ops: readonly NodeChange[]): Op[] {
  const changed = new Map<string, FlowNode>();
  const inverse: Op[] = [];
  const { nodes } = indexOf(state.doc);
  for (const op of ops) {
    const known = changed.get(op.id) ?? nodes.get(op.id)?.node;
    if (!known) throw new RefusedOp(op, strings.refusals.noNode(op.id));
    const { node, back } = changedBy(op, known);
    changed.set(op.id, node);
    inverse.push(back);
  }
  state.doc = withNodes(state.doc, changed);
  return inverse.reverse();
}

function changedBy(op: NodeChange, node: FlowNode): { node: FlowNode; back: Op } {
  switch (op.op) {
    case "moveNode": return { node: { ...node, position: op.position }, back: { ...op, position: node.position } };
    case "setNode": return { node: withMember(node, op.field, op.value), back: { ...op, value: (node[op.field] ?? null) as Json } };
    case "setSetting": return {
      node: { ...node, settings: withMember(node.settings ?? {}, op.name, op.value) }, back: { ...op, value: node.settings?.[op.name] ?? null },
    };
  }
}

// ---- where things stand ----

function graphAt(state: State, parent: string | undefined): Graph {
  if (parent === undefined) return state.doc;
  const container = graphAt(state, state.where.nodes.get(parent)).nodes.find((node) => node.id === parent)!;
  return container.children ?? { nodes: [], edges: [] };
}

function requireLevel(state: State, op: Op, parent: string | undefined): void {
  if (parent !== undefined && !state.where.nodes.has(parent)) throw new RefusedOp(op, strings.refusals.noNode(parent));
}

function enter(where: Where, node: FlowNode, parent: string | undefined): void {
  where.nodes.set(node.id, parent);
  for (const edge of node.children?.edges ?? []) where.edges.set(edge.id, node.id);
  for (const child of node.children?.nodes ?? []) enter(where, child, node.id);
}

function leave(where: Where, node: FlowNode): void {
  where.nodes.delete(node.id);
  for (const edge of node.children?.edges ?? []) where.edges.delete(edge.id);
  for (const child of node.children?.nodes ?? []) leave(where, child);
}

const level = (parent: string | undefined): { parent?: string } => (parent === undefined ? {} : { parent });
const touches = (edge: FlowEdge, id: string): boolean => endOf(edge.from, "out").node === id || endOf(edge.to, "in").node === id;

function idsOf(node: FlowNode, into = new Map<string, FlowNode>()): Map<string, FlowNode> {
  into.set(node.id, node);
  node.children?.nodes.forEach((child) => idsOf(child, into));
  return into;
}

// ---- changing one level or some nodes; what does not change stays the same object ----

function changeGraph(state: State, parent: string | undefined, change: (graph: Graph) => Graph): void {
  if (parent === undefined) {
    state.doc = { ...state.doc, ...change({ nodes: state.doc.nodes, edges: state.doc.edges }) };
    return;
  }
  changeGraph(state, state.where.nodes.get(parent), (outer) => ({
    ...outer, nodes: outer.nodes.map((node) => (node.id === parent ? { ...node, children: { ...node.children, ...change(node.children ?? { nodes: [], edges: [] }) } } : node)),
  }));
}

function withNodes(doc: FlowDocument, changed: ReadonlyMap<string, FlowNode>): FlowDocument {
  const replace = (list: FlowNode[]): FlowNode[] => {
    let same = true;
    const next = list.map((old) => {
      let node = changed.get(old.id) ?? old;
      if (node.children) {
        const nodes = replace(node.children.nodes);
        if (nodes !== node.children.nodes) node = { ...node, children: { ...node.children, nodes } };
      }
      same &&= node === old;
      return node;
    });
    return same ? list : next;
  };
  return { ...doc, nodes: replace(doc.nodes) };
}

function withMember<T extends object>(target: T, name: string, value: Json): T {
  const copy = { ...target } as Record<string, unknown>;
  if (value === null) delete copy[name];
  else copy[name] = value;
  return copy as T;
}

function insert<T>(list: readonly T[], item: T, index?: number): T[] {
  const at = index === undefined ? list.length : Math.min(Math.max(index, 0), list.length);
  return [...list.slice(0, at), item, ...list.slice(at)];
}

const without = <T>(list: readonly T[], index: number): T[] => [...list.slice(0, index), ...list.slice(index + 1)];
