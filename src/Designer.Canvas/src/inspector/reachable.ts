// Which values a node may use: outputs of the nodes that surely or possibly ran before it, names of the loops around it, and what every run has.
// Data in, data out; the checker on the server has the last word.
import type { FlowDocument, FlowNode, Json, NodeDescriptor, NodeGroup } from "../contract";
import { outputsOf } from "../kernel/ports";
import { strings } from "../strings";
import { upstreamOf, type Level } from "./upstream";

export type ValueGroup = "upstream" | "loop" | "arguments" | "variables" | "conversation" | "run";
export interface ReachableValue {
  /** What stands between the braces, e.g. `search.chunks`. */
  path: string;
  /** The part after the first dot. */
  name: string;
  /** Name of the node or of the group's root as shown. */
  owner: string;
  nodeId?: string;
  group: ValueGroup;
  icon?: string;
  nodeGroup?: NodeGroup;
  type: string;
  label: string;
  /** False where the node may have been skipped: the value may be null. */
  certain: boolean;
}

export type Descriptors = ReadonlyMap<string, NodeDescriptor>;

/** Values that the settings of `nodeId` may reference, nearest nodes first. */
export function reachableValues(document: FlowDocument, types: Descriptors, nodeId: string): ReachableValue[] {
  const chain = levelsTo(document, nodeId);
  if (!chain) return [];
  const values: ReachableValue[] = [];
  let inner = nodeId;
  for (const level of [...chain].reverse()) {
    values.push(...upstreamValues(level, types, inner));
    if (level.container) {
      values.push(...loopValues(level.container, types));
      inner = level.container.id;
    }
  }
  const own = chain.at(-1)!.nodes.find(node => node.id === nodeId)!;
  return [...argumentValues(own), ...ownLoopValues(own, types), ...values, ...variableValues(document), ...runValues(document)];
}

/** The levels from the document down to the one that holds the node; undefined when there is no such node. */
export function levelsTo(document: FlowDocument, nodeId: string): Level[] | undefined {
  const search = (level: Level): Level[] | undefined => {
    if (level.nodes.some(node => node.id === nodeId)) return [level];
    for (const node of level.nodes) {
      const below = node.children && search({ ...node.children, container: node });
      if (below) return [level, ...below];
    }
    return undefined;
  };
  return search({ nodes: document.nodes, edges: document.edges });
}

function upstreamValues(level: Level, types: Descriptors, nodeId: string): ReachableValue[] {
  const byId = new Map(level.nodes.map(node => [node.id, node]));
  const { order, sure, onlyFailed } = upstreamOf(level, types, nodeId);
  return order.flatMap(id => {
    const node = byId.get(id)!;
    const descriptor = types.get(node.type);
    const base = { owner: node.name || node.id, nodeId: id, group: "upstream" as const, icon: descriptor?.icon, nodeGroup: descriptor?.group };
    const outputs: ReachableValue[] = outputsOf(node, descriptor).map(output => ({
      ...base, path: `${id}.${output.name}`, name: output.name, type: output.type, label: output.label, certain: sure.has(id) && !onlyFailed.has(id) && !node.disabled,
    }));
    if (node.onError?.mode === "branch") outputs.push({ ...base, path: `${id}.error`, name: "error", type: "object", label: "Error", certain: onlyFailed.has(id) });
    return outputs;
  });
}

function loopValues(container: FlowNode, types: Descriptors): ReachableValue[] {
  const descriptor = types.get(container.type);
  return Object.entries(descriptor?.bodyNames ?? {}).flatMap(([root, members]) => {
    const base = { owner: root, nodeId: container.id, group: "loop" as const, icon: descriptor?.icon, nodeGroup: descriptor?.group, certain: true };
    const named = stateNames(container, root);
    const all: Record<string, string> = { ...members, ...Object.fromEntries(named.map(name => [name, "any"])) };
    return Object.entries(all).map(([name, type]) => ({ ...base, path: `${root}.${name}`, name, type, label: container.name || container.id }));
  });
}

// A while loop's own condition and `next` see its state; a for-each's `collect` sees `each` and the body.
function ownLoopValues(node: FlowNode, types: Descriptors): ReachableValue[] {
  const descriptor = types.get(node.type);
  if (!descriptor?.isContainer) return [];
  const body: Level = { nodes: node.children?.nodes ?? [], edges: [], container: node };
  const inside = body.nodes.flatMap(child => {
    const type = types.get(child.type);
    return outputsOf(child, type).map(output => ({
      path: `${child.id}.${output.name}`, name: output.name, owner: child.name || child.id, nodeId: child.id, group: "loop" as const,
      icon: type?.icon, nodeGroup: type?.group, type: output.type, label: output.label, certain: false,
    }));
  });
  return [...loopValues(node, types), ...inside];
}

function stateNames(container: FlowNode, root: string): string[] {
  const list = container.settings?.[root];
  return Array.isArray(list) ? list.flatMap(item => isRecord(item) && typeof item.name === "string" && item.name ? [item.name] : []) : [];
}

function argumentValues(node: FlowNode): ReachableValue[] {
  const parameters = node.settings?.parameters;
  if (!Array.isArray(parameters)) return [];
  return parameters.flatMap(item => isRecord(item) && typeof item.name === "string" && item.name
    ? [{ path: `args.${item.name}`, name: item.name, owner: "args", group: "arguments" as const, type: typeof item.type === "string" ? item.type : "any", label: typeof item.description === "string" ? item.description : "", certain: true }] : []);
}

function variableValues(document: FlowDocument): ReachableValue[] {
  return (document.variables ?? []).filter(variable => variable.name).map(variable => ({
    path: `vars.${variable.name}`, name: variable.name, owner: "vars", group: "variables" as const, type: variable.type, label: variable.scope ?? "run", certain: true,
  }));
}

function runValues(document: FlowDocument): ReachableValue[] {
  const run = (name: string, type: string, label: string): ReachableValue => ({ path: `run.${name}`, name, owner: "run", group: "run", type, label, certain: true });
  const values = [run("id", "string", strings.picker.runId), run("now", "string", strings.picker.runNow), run("conversationId", "string", strings.picker.runConversation)];
  return document.mode === "chat"
    ? [{ path: "conversation.messages", name: "messages", owner: "conversation", group: "conversation", type: "array<message>", label: strings.picker.messages, certain: true }, ...values]
    : values;
}

function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
