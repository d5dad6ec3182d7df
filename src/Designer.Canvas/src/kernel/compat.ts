// Which ports may be connected: the rules the canvas lights ports up by, and the only place they stand in.
import type { FlowDocument, NodeDescriptor, PortDescriptor } from "../contract";
import { edgesFrom, edgesInto, findNode, parentOf, type End } from "./document";
import { isAttached, portsOf, type NodeTypes } from "./ports";

export type Refusal = "self" | "level" | "port" | "kind" | "duplicate" | "cycle" | "attached" | "sequenced";

/** Undefined when an edge from `from` to `to` may be added, else why not. */
export function refuseEdge(doc: FlowDocument, types: NodeTypes, from: End, to: End): Refusal | undefined {
  if (from.node === to.node) return "self";
  const source = findNode(doc, from.node);
  const target = findNode(doc, to.node);
  if (!source || !target || parentOf(doc, from.node) !== parentOf(doc, to.node)) return "level";
  const out = portsOf(source, types.get(source.type), doc).find((port) => port.name === from.port);
  const into = portsOf(target, types.get(target.type), doc).find((port) => port.name === to.port);
  if (!out || !into) return "port";
  if (!kindsFit(out.kind, into.kind)) return "kind";
  if (edgesFrom(doc, from.node).some((e) => e.from.port === from.port && e.to.node === to.node && e.to.port === to.port)) return "duplicate";
  if (into.kind === "tool") {
    if (!types.get(target.type)?.isAttachable) return "kind";
    if (edgesInto(doc, to.node).some((e) => e.to.port !== "tool") || hasSequenceOut(doc, to.node)) return "sequenced";
    return reaches(doc, to.node, from.node) ? "cycle" : undefined;
  }
  if (isAttached(doc, to.node) || isAttached(doc, from.node)) return "attached";
  return reaches(doc, to.node, from.node) ? "cycle" : undefined;
}

export const canConnect = (doc: FlowDocument, types: NodeTypes, from: End, to: End): boolean => refuseEdge(doc, types, from, to) === undefined;

export const kindsFit = (from: PortDescriptor["kind"], to: PortDescriptor["kind"]): boolean =>
  (from === "out" && to === "in") || (from === "attachment" && to === "tool");

/** The port of a new node of this type that a wire from (or to) a port of `kind` would take; undefined when none fits. */
export function fittingPort(descriptor: NodeDescriptor, kind: PortDescriptor["kind"]): string | undefined {
  const wanted = { out: "in", attachment: "tool", in: "out", tool: "attachment" } as const;
  if (kind === "attachment" && !descriptor.isAttachable) return undefined;
  const fitting = descriptor.ports.filter((port) => port.kind === wanted[kind] && port.name !== "error");
  if (kind === "attachment" && fitting.length === 0) return "tool";
  return (fitting.find((port) => port.name === "out") ?? fitting[0])?.name;
}

function hasSequenceOut(doc: FlowDocument, id: string): boolean {
  return edgesFrom(doc, id).some((edge) => edge.to.port !== "tool");
}

/** Every node that can be reached from `from` over edges, attachments included. */
export function reachable(doc: FlowDocument, from: string): Set<string> {
  const seen = new Set<string>([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { to } of edgesFrom(doc, id)) {
      if (seen.has(to.node)) continue;
      seen.add(to.node);
      open.push(to.node);
    }
  }
  return seen;
}

const reaches = (doc: FlowDocument, from: string, target: string): boolean => reachable(doc, from).has(target);
