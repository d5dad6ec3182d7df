// Which values a node may use: outputs of the nodes that surely or possibly ran before it, names of the loops around it, and what every run has.
// Data in, data out; the checker on the server has the last word.
import type { FlowDocument, FlowEdge, FlowNode, Json, NodeDescriptor, NodeGroup, OutputDescriptor } from "../contract";

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

interface Level { nodes: FlowNode[]; edges: FlowEdge[]; container?: FlowNode }

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

/** The outputs of a node as its settings make them. */
export function outputsOf(node: FlowNode, descriptor: NodeDescriptor | undefined): OutputDescriptor[] {
  const list = descriptor?.outputsFrom ? node.settings?.[descriptor.outputsFrom.setting] : undefined;
  if (!Array.isArray(list)) return descriptor?.outputs ?? [];
  return list.flatMap(item => isRecord(item) && typeof item.name === "string" && item.name
    ? [{ name: item.name, type: typeof item.type === "string" ? item.type : "any", label: typeof item.description === "string" && item.description ? item.description : item.name }] : []);
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

const split = (end: string): [string, string] => { const at = end.indexOf(":"); return at < 0 ? [end, ""] : [end.slice(0, at), end.slice(at + 1)]; };

function upstreamValues(level: Level, types: Descriptors, nodeId: string): ReachableValue[] {
  const byId = new Map(level.nodes.map(node => [node.id, node]));
  const { order, sure, onlyFailed } = upstream(level, types, nodeId);
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

interface Upstream { /** Nearest first. */ order: string[]; sure: Set<string>; /** Reached only through their error port. */ onlyFailed: Set<string> }

function upstream(level: Level, types: Descriptors, nodeId: string): Upstream {
  const incoming = new Map<string, { from: string; port: string }[]>();
  const hosts: string[] = [];
  for (const edge of level.edges) {
    const [from, port] = split(edge.from);
    const [to, toPort] = split(edge.to);
    if (isAttachment(level, types, to, toPort)) { if (to === nodeId) hosts.push(from); continue; }
    const list = incoming.get(to);
    if (list) list.push({ from, port }); else incoming.set(to, [{ from, port }]);
  }
  // An attached node runs when its agent calls it: what ran before the agent, ran before it.
  const starts = hosts.length && !incoming.has(nodeId) ? hosts.flatMap(host => incoming.get(host) ?? []) : incoming.get(nodeId) ?? [];
  const order = walk(starts.map(edge => edge.from), incoming);
  const ancestors = new Set(order);
  const nodes = new Map(level.nodes.map(node => [node.id, node]));
  const leaving = new Map<string, { to: string; port: string }[]>();
  for (const [to, edges] of incoming) for (const edge of edges) {
    const list = leaving.get(edge.from);
    if (list) list.push({ to, port: edge.port }); else leaving.set(edge.from, [{ to, port: edge.port }]);
  }
  const certain = (from: string, port: string) => isCertainPort(nodes.get(from), types, port);
  const memo = new Map<string, Set<string>>();
  const sureOf = (edges: { from: string; port: string }[], any: boolean): Set<string> => {
    let base: Set<string> | undefined;
    for (const { from } of edges) {
      const with_ = new Set([...(memo.get(from) ?? []), from]);
      base = base ? new Set([...base].filter(id => with_.has(id))) : with_;
    }
    return any ? base ?? new Set() : spread(base ?? new Set(), edges);
  };
  // A join of all waits for every edge: whatever surely follows from what surely ran, ran too.
  const spread = (base: Set<string>, edges: { from: string; port: string }[]): Set<string> => {
    const within = new Set(walk(edges.map(edge => edge.from), incoming, id => nodes.get(id)?.join !== "any"));
    const queue = [...base];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      for (const edge of leaving.get(id) ?? []) {
        if (!base.has(edge.to) && within.has(edge.to) && certain(id, edge.port)) { base.add(edge.to); queue.push(edge.to); }
      }
    }
    return base;
  };
  for (const id of topological(order, incoming, ancestors)) memo.set(id, sureOf(incoming.get(id) ?? [], nodes.get(id)?.join === "any"));
  const sure = sureOf(starts, nodes.get(hosts[0] ?? nodeId)?.join === "any");
  const succeeded = new Set<string>();
  const failed = new Set<string>();
  for (const id of [...ancestors, undefined]) {
    for (const edge of id === undefined ? starts : incoming.get(id) ?? []) (edge.port === "error" ? failed : succeeded).add(edge.from);
  }
  return { order, sure, onlyFailed: new Set([...failed].filter(id => !succeeded.has(id))) };
}

function isAttachment(level: Level, types: Descriptors, to: string, port: string): boolean {
  const node = level.nodes.find(candidate => candidate.id === to);
  const kind = node && types.get(node.type)?.ports.find(candidate => candidate.name === port)?.kind;
  return kind ? kind === "tool" : port === "tool";
}

// The only way out of a node that cannot branch: whoever gets past it, gets past it here.
function isCertainPort(node: FlowNode | undefined, types: Descriptors, port: string): boolean {
  if (!node || node.onError?.mode === "branch") return false;
  const descriptor = types.get(node.type);
  if (!descriptor) return port === "out";
  const outs = descriptor.ports.filter(candidate => candidate.kind === "out" && candidate.name !== "error");
  return !descriptor.portsFrom && outs.length === 1 && outs[0]!.name === port;
}

function walk(from: string[], incoming: ReadonlyMap<string, { from: string }[]>, through: (id: string) => boolean = () => true): string[] {
  const seen = new Set<string>();
  let ring = from;
  while (ring.length) {
    const next: string[] = [];
    for (const id of ring) if (!seen.has(id)) { seen.add(id); if (through(id)) next.push(...(incoming.get(id) ?? []).map(edge => edge.from)); }
    ring = next;
  }
  return [...seen];
}

function topological(ids: string[], incoming: ReadonlyMap<string, { from: string }[]>, within: ReadonlySet<string>): string[] {
  const done = new Set<string>();
  const sorted: string[] = [];
  const pending = [...ids].map(id => ({ id, entered: false })).reverse();
  const open = new Set<string>();
  for (let top = pending.at(-1); top; top = pending.at(-1)) {
    if (done.has(top.id) || (top.entered === false && open.has(top.id))) { pending.pop(); continue; } // the latter: a cycle, which the checker reports
    if (top.entered) { pending.pop(); open.delete(top.id); done.add(top.id); sorted.push(top.id); continue; }
    top.entered = true;
    open.add(top.id);
    for (const { from } of incoming.get(top.id) ?? []) if (within.has(from) && !done.has(from) && !open.has(from)) pending.push({ id: from, entered: false });
  }
  return sorted;
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
  const values = [run("id", "string", "Id of this run"), run("now", "string", "Time at which the run started"), run("conversationId", "string", "Id of the conversation")];
  return document.mode === "chat"
    ? [{ path: "conversation.messages", name: "messages", owner: "conversation", group: "conversation", type: "array<message>", label: "Earlier messages", certain: true }, ...values]
    : values;
}

function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
