// Which nodes of one level ran before a node: surely, or possibly.
import type { FlowEdge, FlowNode } from "../contract";
import { endOf } from "../kernel/document";
import type { NodeTypes } from "../kernel/ports";

export interface Level { nodes: FlowNode[]; edges: FlowEdge[]; container?: FlowNode }
export interface Upstream { /** Nearest first. */ order: string[]; sure: ReadonlySet<string>; /** Reached only through their error port. */ onlyFailed: ReadonlySet<string> }

interface Incoming { from: string; port: string }
interface Wires { incoming: Map<string, Incoming[]>; leaving: Map<string, { to: string; port: string }[]>; /** The agents that the asked node hangs below. */ hosts: string[] }

export function upstreamOf(level: Level, types: NodeTypes, nodeId: string): Upstream {
  const wires = wiresOf(level, types, nodeId);
  const { incoming, hosts } = wires;
  // An attached node runs when its agent calls it: what ran before the agent, ran before it.
  const isAttached = hosts.length > 0 && !incoming.has(nodeId);
  const starts = isAttached ? hosts.flatMap(host => incoming.get(host) ?? []) : incoming.get(nodeId) ?? [];
  const order = walk(starts.map(edge => edge.from), incoming);
  const sure = order.length > mostWeighed ? new Set(order) : sureBefore(level, types, wires, order, starts, isAttached ? hosts[0]! : nodeId);
  return { order, sure, onlyFailed: onlyFailedOf(order, incoming, starts) };
}

// Weighing costs the square of what ran before (0.9 s for 2,000 nodes with as many joins), and this runs on each change; beyond this many
// nodes nothing is marked, and the checker alone says what may not have run.
const mostWeighed = 400;

function wiresOf(level: Level, types: NodeTypes, nodeId: string): Wires {
  const wires: Wires = { incoming: new Map(), leaving: new Map(), hosts: [] };
  for (const edge of level.edges) {
    const from = endOf(edge.from, "out");
    const to = endOf(edge.to, "in");
    if (isAttachment(level, types, to.node, to.port)) { if (to.node === nodeId) wires.hosts.push(from.node); continue; }
    push(wires.incoming, to.node, { from: from.node, port: from.port });
    push(wires.leaving, from.node, { to: to.node, port: from.port });
  }
  return wires;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value); else map.set(key, [value]);
}

// What surely ran before a node is what all its edges have in common; where it joins all of them, also what surely follows from that.
function sureBefore(level: Level, types: NodeTypes, { incoming, leaving }: Wires, ancestors: string[], starts: Incoming[], target: string): Set<string> {
  const nodes = new Map(level.nodes.map(node => [node.id, node]));
  const known = new Map<string, Set<string>>();
  const common = (edges: Incoming[]): Set<string> => {
    let base: Set<string> | undefined;
    for (const { from } of edges) {
      const own = new Set(known.get(from)).add(from);
      base = base ? new Set([...base].filter(id => own.has(id))) : own;
    }
    return base ?? new Set();
  };
  const follow = (base: Set<string>, edges: Incoming[]): Set<string> => {
    const within = new Set(walk(edges.map(edge => edge.from), incoming, id => nodes.get(id)?.join !== "any"));
    const queue = [...base];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      for (const edge of leaving.get(id) ?? []) {
        if (!base.has(edge.to) && within.has(edge.to) && isCertainPort(nodes.get(id), types, edge.port)) { base.add(edge.to); queue.push(edge.to); }
      }
    }
    return base;
  };
  const sure = (id: string, edges: Incoming[]) => edges.length < 2 || nodes.get(id)?.join === "any" ? common(edges) : follow(common(edges), edges);
  for (const id of topological(ancestors, incoming)) known.set(id, sure(id, incoming.get(id) ?? []));
  return sure(target, starts);
}

function onlyFailedOf(ancestors: string[], incoming: ReadonlyMap<string, Incoming[]>, starts: Incoming[]): Set<string> {
  const succeeded = new Set<string>();
  const failed = new Set<string>();
  for (const edge of [...starts, ...ancestors.flatMap(id => incoming.get(id) ?? [])]) (edge.port === "error" ? failed : succeeded).add(edge.from);
  return new Set([...failed].filter(id => !succeeded.has(id)));
}

function isAttachment(level: Level, types: NodeTypes, to: string, port: string): boolean {
  const node = level.nodes.find(candidate => candidate.id === to);
  const kind = node && types.get(node.type)?.ports.find(candidate => candidate.name === port)?.kind;
  return kind ? kind === "tool" : port === "tool";
}

// The only way out of a node that cannot branch: whoever gets past it, gets past it here.
function isCertainPort(node: FlowNode | undefined, types: NodeTypes, port: string): boolean {
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

function topological(ids: string[], incoming: ReadonlyMap<string, { from: string }[]>): string[] {
  const within = new Set(ids);
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
