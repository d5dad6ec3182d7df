// Which ports a node has, from its type and its settings.
import type { FlowDocument, FlowNode, Json, NodeDescriptor, OutputDescriptor, PortDescriptor } from "../contract";
import { edgesFrom, edgesInto } from "./document";

export type NodeTypes = ReadonlyMap<string, NodeDescriptor>;

/** Ports that follow from a list setting stand before the named ones, `error` last and only where errors branch. */
export function portsOf(node: FlowNode, descriptor: NodeDescriptor | undefined, doc?: FlowDocument): PortDescriptor[] {
  if (!descriptor) return portsOfUnknown(node, doc);
  const fixed = descriptor.ports.filter((port) => port.name !== "error");
  if (descriptor.isAttachable && !fixed.some((port) => port.kind === "tool")) fixed.push({ name: "tool", kind: "tool", label: "tool" });
  const error = descriptor.ports.find((port) => port.name === "error") ?? { name: "error", kind: "out" as const, label: "error" };
  const isMain = (port: PortDescriptor): boolean => port.kind !== "out" || port.name === "out";
  return [
    ...fixed.filter(isMain), ...portsFromSettings(node, descriptor), ...fixed.filter((port) => !isMain(port)),
    ...(node.onError?.mode === "branch" ? [error] : []),
  ];
}

function portsFromSettings(node: FlowNode, descriptor: NodeDescriptor): PortDescriptor[] {
  const from = descriptor.portsFrom;
  if (!from) return [];
  const entries = node.settings?.[from.setting] ?? descriptor.settings.find((s) => s.name === from.setting)?.default;
  if (!Array.isArray(entries)) return [];
  const names = entries.map((entry) => entryText(entry, from.field)).filter((name) => name !== "");
  return [...new Set(names)].map((name) => ({ name: from.prefix + name, kind: "out", label: name }));
}

function entryText(entry: Json, field: string | undefined): string {
  const value = field && typeof entry === "object" && entry !== null && !Array.isArray(entry) ? entry[field] : entry;
  return typeof value === "string" ? value : "";
}

/** Of a node type this build does not know only the ports in use can be drawn. */
function portsOfUnknown(node: FlowNode, doc: FlowDocument | undefined): PortDescriptor[] {
  const ports = new Map<string, PortDescriptor>([["in", { name: "in", kind: "in", label: "in" }]]);
  for (const { from } of doc ? edgesFrom(doc, node.id) : []) ports.set(from.port, { name: from.port, kind: "out", label: from.port });
  for (const { to } of doc ? edgesInto(doc, node.id) : []) {
    ports.set(to.port, { name: to.port, kind: to.port === "tool" ? "tool" : "in", label: to.port });
  }
  return [...ports.values()];
}

/** Outputs of the type, and those that a setting names: a list of { name, type }, or a JSON Schema whose properties they are. */
export function outputsOf(node: FlowNode, descriptor: NodeDescriptor | undefined): OutputDescriptor[] {
  const setting = descriptor?.outputsFrom?.setting;
  const named = setting ? namedOutputs(parsed(node.settings?.[setting])) : [];
  return [...(descriptor?.outputs ?? []), ...named];
}

function namedOutputs(value: Json | undefined): OutputDescriptor[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry) => {
      const name = entryText(entry, "name");
      return name ? [{ name, type: entryText(entry, "type") || "any", label: entryText(entry, "label") || name }] : [];
    });
  }
  const properties = value && typeof value === "object" ? value.properties : undefined;
  if (!properties || typeof properties !== "object" || Array.isArray(properties)) return [];
  return Object.entries(properties).map(([name, schema]) => ({ name, type: entryText(schema, "type") || "any", label: entryText(schema, "title") || name }));
}

// A code editor may have stored JSON as text.
function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try { return JSON.parse(value) as Json; } catch { return value; }
}

/** True when the node hangs below an agent; then it takes no part in the sequence. */
export const isAttached = (doc: FlowDocument, id: string): boolean => edgesInto(doc, id).some((edge) => edge.to.port === "tool");
