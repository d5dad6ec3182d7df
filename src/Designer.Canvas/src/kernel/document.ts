// Looking things up in a flow document. Documents are immutable, so an index is built once per document and kept beside it.
import type { FlowDocument, FlowEdge, FlowNode } from "../contract";

export interface Graph { nodes: FlowNode[]; edges: FlowEdge[] }
export interface End { node: string; port: string }
export interface PlacedNode { node: FlowNode; parent: string | undefined }
export interface PlacedEdge { edge: FlowEdge; parent: string | undefined; from: End; to: End }

export interface DocumentIndex {
  /** In document order, a container before its body. */
  nodes: Map<string, PlacedNode>;
  edges: Map<string, PlacedEdge>;
  incoming: Map<string, PlacedEdge[]>;
  outgoing: Map<string, PlacedEdge[]>;
}

const indexes = new WeakMap<FlowDocument, DocumentIndex>();

export function indexOf(doc: FlowDocument): DocumentIndex {
  let index = indexes.get(doc);
  if (!index) {
    index = { nodes: new Map(), edges: new Map(), incoming: new Map(), outgoing: new Map() };
    collect(doc, undefined, index);
    indexes.set(doc, index);
  }
  return index;
}

function collect(graph: Graph, parent: string | undefined, index: DocumentIndex): void {
  for (const node of graph.nodes) {
    index.nodes.set(node.id, { node, parent });
    if (node.children) collect(node.children, node.id, index);
  }
  for (const edge of graph.edges) {
    const placed: PlacedEdge = { edge, parent, from: endOf(edge.from, "out"), to: endOf(edge.to, "in") };
    index.edges.set(edge.id, placed);
    push(index.outgoing, placed.from.node, placed);
    push(index.incoming, placed.to.node, placed);
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** A port may itself hold colons (`case:billing`), so only the first one splits. */
export function endOf(text: string, port: string): End {
  const colon = text.indexOf(":");
  return colon < 0 ? { node: text, port } : { node: text.slice(0, colon), port: text.slice(colon + 1) };
}

export const endText = (end: End): string => `${end.node}:${end.port}`;

export const findNode = (doc: FlowDocument, id: string): FlowNode | undefined => indexOf(doc).nodes.get(id)?.node;
export const parentOf = (doc: FlowDocument, id: string): string | undefined => indexOf(doc).nodes.get(id)?.parent;
export const edgesInto = (doc: FlowDocument, id: string): PlacedEdge[] => indexOf(doc).incoming.get(id) ?? [];
export const edgesFrom = (doc: FlowDocument, id: string): PlacedEdge[] => indexOf(doc).outgoing.get(id) ?? [];
export const allNodes = (doc: FlowDocument): FlowNode[] => [...indexOf(doc).nodes.values()].map((placed) => placed.node);

/** The graph of one level: the document's own, or a container's body (empty where the container has none yet). */
export function graphOf(doc: FlowDocument, parent: string | undefined): Graph | undefined {
  if (parent === undefined) return doc;
  const node = findNode(doc, parent);
  return node && (node.children ?? { nodes: [], edges: [] });
}

/** True when `id` is `ancestor` or stands somewhere in its body. */
export function isInside(doc: FlowDocument, id: string | undefined, ancestor: string): boolean {
  for (let at = id; at !== undefined; at = parentOf(doc, at)) if (at === ancestor) return true;
  return false;
}
