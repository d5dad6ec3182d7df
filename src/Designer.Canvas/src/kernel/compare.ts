// Two documents drawn as one: what is there now, and in their old places the parts that are gone.
import type { FlowDocument, FlowEdge, FlowNode } from "../contract";
import { indexOf, type Graph } from "./document";

export type ChangeKind = "added" | "removed" | "changed" | "moved";
export interface PartChange { id: string; kind: ChangeKind; label: string }
export interface Changes { nodes: PartChange[]; edges: PartChange[]; notes: PartChange[] }
export interface Compared { document: FlowDocument; marks: Map<string, ChangeKind> }

/** The mark of a part stands under `node X`, `edge X` or `note X`. */
export function compared(before: FlowDocument, after: FlowDocument, changes: Changes): Compared {
  const marks = new Map<string, ChangeKind>();
  for (const { id, kind } of changes.nodes) marks.set(`node ${id}`, kind);
  for (const { id, kind } of changes.notes) marks.set(`note ${id}`, kind);
  const now = indexOf(after);
  const gone = (id: string): boolean => !now.nodes.has(id);
  const goneEdges = new Set(changes.edges.filter((edge) => edge.kind === "removed").map((edge) => edge.id));
  for (const { id, kind } of changes.edges) if (kind !== "removed") marks.set(`edge ${id}`, kind);
  const taken = new Set([...now.edges.keys()]);

  function level(graph: Graph, parent: string | undefined): Graph {
    const old = oldLevel(before, parent);
    const nodes = graph.nodes.map((node) => withBody(node));
    const back = old.nodes.filter((node) => gone(node.id)).map((node) => stripped(node));
    const all = [...nodes, ...back];
    const here = new Set(all.map((node) => node.id));
    const edges = old.edges.filter((edge) => goneEdges.has(edge.id) && endsIn(edge, here)).map((edge) => free(edge));
    return { nodes: all, edges: [...graph.edges, ...edges] };
  }

  /** Under an id of its own: the old one may be another edge's by now. */
  function free(edge: FlowEdge): FlowEdge {
    let { id } = edge;
    while (taken.has(id)) id += "'";
    taken.add(id);
    marks.set(`edge ${id}`, "removed");
    return { ...edge, id };
  }

  function withBody(node: FlowNode): FlowNode {
    return node.children ? { ...node, children: { ...node.children, ...level(node.children, node.id) } } : node;
  }

  /** A container that is gone, without those of its nodes that live on elsewhere. */
  function stripped(node: FlowNode): FlowNode {
    if (!node.children) return node;
    const nodes = node.children.nodes.filter((child) => gone(child.id)).map(stripped);
    const here = new Set(nodes.map((child) => child.id));
    return { ...node, children: { ...node.children, nodes, edges: node.children.edges.filter((edge) => endsIn(edge, here)).map(free) } };
  }

  const notes = [...(after.notes ?? []), ...(before.notes ?? []).filter((note) => !(after.notes ?? []).some((n) => n.id === note.id))];
  return { document: { ...after, ...level(after, undefined), notes }, marks };
}

const endsIn = (edge: FlowEdge, nodes: ReadonlySet<string>): boolean => nodes.has(edge.from.split(":")[0]!) && nodes.has(edge.to.split(":")[0]!);

function oldLevel(doc: FlowDocument, parent: string | undefined): Graph {
  if (parent === undefined) return doc;
  return indexOf(doc).nodes.get(parent)?.node.children ?? { nodes: [], edges: [] };
}
