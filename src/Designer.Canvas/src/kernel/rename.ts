// Commands follow when parts they speak of go by another id.
import type { FlowEdge, FlowNode, Json, Op, Renames } from "../contract";
import { endOf, endText } from "./document";
import { renameReferences } from "./references";

export function renamed(ops: readonly Op[], by: Renames): Op[] {
  const nodes = new Map(Object.entries(by.nodes));
  const node = (id: string): string => nodes.get(id) ?? id;
  const group = (id: string): string => by.groups[id] ?? id;
  const level = <T extends { parent?: string }>(op: T): T => (op.parent === undefined ? op : { ...op, parent: node(op.parent) });
  const end = (text: string, port: string): string => {
    const at = endOf(text, port);
    return nodes.has(at.node) ? endText({ ...at, node: node(at.node) }) : text;
  };
  const edge = (e: FlowEdge): FlowEdge => ({ ...e, id: by.edges[e.id] ?? e.id, from: end(e.from, "out"), to: end(e.to, "in") });
  const whole = (n: FlowNode): FlowNode => ({
    ...n, id: node(n.id), ...(n.group === undefined ? {} : { group: group(n.group) }), ...(n.settings ? { settings: renameReferences(n.settings, nodes) as Record<string, Json> } : {}),
    ...(n.children ? { children: { ...n.children, nodes: n.children.nodes.map(whole), edges: n.children.edges.map(edge) } } : {}),
  });
  return ops.map((op): Op => {
    switch (op.op) {
      case "addNode": return level({ ...op, node: whole(op.node) });
      case "addEdge": return level({ ...op, edge: edge(op.edge) });
      case "removeEdge": return { ...op, id: by.edges[op.id] ?? op.id };
      case "removeNode": case "moveNode": return { ...op, id: node(op.id) };
      case "setNode": return { ...op, id: node(op.id), value: op.field === "group" && typeof op.value === "string" ? group(op.value) : op.value };
      case "setSetting": return { ...op, id: node(op.id), value: renameReferences(op.value, nodes) };
      case "addNote": case "setNote": return { ...op, note: { ...op.note, id: by.notes[op.note.id] ?? op.note.id } };
      case "removeNote": return { ...op, id: by.notes[op.id] ?? op.id };
      case "addGroup": case "setGroup": return { ...op, group: { ...op.group, id: group(op.group.id) } };
      case "removeGroup": return { ...op, id: group(op.id) };
      case "setFlow": return op;
    }
  });
}
