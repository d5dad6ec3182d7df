// Applies operations to a document. Each gives back the operations that undo it exactly, in the order to apply them.
import type { FlowDocument, FlowEdge, FlowNode, Json, Op } from "../contract";
import { endOf, graphOf, indexOf, type Graph } from "./document";

export interface Applied { doc: FlowDocument; inverse: Op[] }

/** The operation cannot be applied to this document, e.g. because somebody else removed the node. */
export class RefusedOp extends Error {
  constructor(readonly op: Op, reason: string) { super(reason); }
}

export function applyAll(doc: FlowDocument, ops: readonly Op[]): Applied {
  const inverse: Op[][] = [];
  for (let at = 0; at < ops.length;) {
    // A run of changes to nodes is one pass over the document: tidying 2,000 nodes must not be 2,000 copies.
    let end = at;
    while (end < ops.length && isNodeChange(ops[end]!)) end++;
    const step = end > at + 1 ? applyNodeChanges(doc, ops.slice(at, end) as NodeChange[]) : apply(doc, ops[at]!);
    doc = step.doc;
    inverse.push(step.inverse);
    at = Math.max(end, at + 1);
  }
  return { doc, inverse: inverse.reverse().flat() };
}

type NodeChange = Extract<Op, { op: "moveNode" | "setNode" | "setSetting" }>;
const isNodeChange = (op: Op): op is NodeChange => op.op === "moveNode" || op.op === "setNode" || op.op === "setSetting";

function applyNodeChanges(doc: FlowDocument, ops: readonly NodeChange[]): Applied {
  const changed = new Map<string, FlowNode>();
  const inverse: Op[] = [];
  for (const op of ops) {
    const { node, back } = changedBy(op, changed.get(op.id) ?? nodeFor(doc, op));
    changed.set(op.id, node);
    inverse.push(back);
  }
  return { doc: withNodes(doc, changed), inverse: inverse.reverse() };
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

export function apply(doc: FlowDocument, op: Op): Applied {
  switch (op.op) {
    case "addNode": return addNode(doc, op);
    case "removeNode": return removeNode(doc, op);
    case "addEdge": return addEdge(doc, op);
    case "removeEdge": return removeEdge(doc, op);
    case "moveNode": case "setNode": case "setSetting": return applyNodeChanges(doc, [op]);
    case "addNote": {
      if (doc.notes?.some((note) => note.id === op.note.id)) throw new RefusedOp(op, `A note "${op.note.id}" exists already.`);
      return { doc: { ...doc, notes: insert(doc.notes ?? [], op.note, op.index) }, inverse: [{ op: "removeNote", id: op.note.id }] };
    }
    case "removeNote": {
      const index = (doc.notes ?? []).findIndex((note) => note.id === op.id);
      const note = doc.notes?.[index];
      if (!note) throw new RefusedOp(op, `There is no note "${op.id}".`);
      return { doc: { ...doc, notes: without(doc.notes!, index) }, inverse: [{ op: "addNote", note, index }] };
    }
    case "setNote": {
      const was = doc.notes?.find((note) => note.id === op.note.id);
      if (!was) throw new RefusedOp(op, `There is no note "${op.note.id}".`);
      return { doc: { ...doc, notes: doc.notes!.map((note) => (note === was ? op.note : note)) }, inverse: [{ op: "setNote", note: was }] };
    }
    case "setFlow": {
      const was = (doc[op.field] ?? null) as Json;
      return { doc: withMember(doc, op.field, op.value), inverse: [{ ...op, value: was }] };
    }
  }
}

function addNode(doc: FlowDocument, op: Extract<Op, { op: "addNode" }>): Applied {
  const { nodes } = indexOf(doc);
  for (const id of idsOf(op.node)) if (nodes.has(id)) throw new RefusedOp(op, `A node "${id}" exists already.`);
  if (!graphOf(doc, op.parent)) throw new RefusedOp(op, `There is no node "${op.parent}".`);
  const changed = changeGraph(doc, op.parent, (graph) => ({ ...graph, nodes: insert(graph.nodes, op.node, op.index) }));
  return { doc: changed, inverse: [{ op: "removeNode", id: op.node.id }] };
}

/** Edges that hang on the node go with it, and come back with it. */
function removeNode(doc: FlowDocument, op: Extract<Op, { op: "removeNode" }>): Applied {
  const node = nodeFor(doc, op);
  const parent = indexOf(doc).nodes.get(op.id)!.parent;
  const graph = graphOf(doc, parent)!;
  const hanging = graph.edges.map((edge, index) => ({ edge, index })).filter(({ edge }) => touches(edge, op.id));
  const changed = changeGraph(doc, parent, (g) => ({ nodes: g.nodes.filter((n) => n.id !== op.id), edges: g.edges.filter((e) => !touches(e, op.id)) }));
  return {
    doc: changed,
    inverse: [
      { op: "addNode", node, ...level(parent), index: graph.nodes.indexOf(node) },
      ...hanging.map(({ edge, index }): Op => ({ op: "addEdge", edge, ...level(parent), index })),
    ],
  };
}

function addEdge(doc: FlowDocument, op: Extract<Op, { op: "addEdge" }>): Applied {
  if (indexOf(doc).edges.has(op.edge.id)) throw new RefusedOp(op, `An edge "${op.edge.id}" exists already.`);
  const graph = graphOf(doc, op.parent);
  for (const end of [endOf(op.edge.from, "out").node, endOf(op.edge.to, "in").node]) {
    if (!graph?.nodes.some((node) => node.id === end)) throw new RefusedOp(op, `There is no node "${end}" on this level.`);
  }
  const changed = changeGraph(doc, op.parent, (g) => ({ ...g, edges: insert(g.edges, op.edge, op.index) }));
  return { doc: changed, inverse: [{ op: "removeEdge", id: op.edge.id }] };
}

function removeEdge(doc: FlowDocument, op: Extract<Op, { op: "removeEdge" }>): Applied {
  const placed = indexOf(doc).edges.get(op.id);
  if (!placed) throw new RefusedOp(op, `There is no edge "${op.id}".`);
  const index = graphOf(doc, placed.parent)!.edges.indexOf(placed.edge);
  const changed = changeGraph(doc, placed.parent, (graph) => ({ ...graph, edges: without(graph.edges, index) }));
  return { doc: changed, inverse: [{ op: "addEdge", edge: placed.edge, ...level(placed.parent), index }] };
}

function nodeFor(doc: FlowDocument, op: Extract<Op, { id: string }>): FlowNode {
  const placed = indexOf(doc).nodes.get(op.id);
  if (!placed) throw new RefusedOp(op, `There is no node "${op.id}".`);
  return placed.node;
}

const level = (parent: string | undefined): { parent?: string } => (parent === undefined ? {} : { parent });
const touches = (edge: FlowEdge, id: string): boolean => endOf(edge.from, "out").node === id || endOf(edge.to, "in").node === id;
const idsOf = (node: FlowNode): string[] => [node.id, ...(node.children?.nodes.flatMap(idsOf) ?? [])];

/** Rebuilds only the path from the document down to the level that changes. */
function changeGraph(doc: FlowDocument, parent: string | undefined, change: (graph: Graph) => Graph): FlowDocument {
  if (parent === undefined) return { ...doc, ...change({ nodes: doc.nodes, edges: doc.edges }) };
  const node = indexOf(doc).nodes.get(parent)!.node;
  return withNodes(doc, new Map([[parent, { ...node, children: { ...node.children, ...change(node.children ?? { nodes: [], edges: [] }) } }]]));
}

/** The document with some nodes replaced; what did not change stays the same object. */
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
