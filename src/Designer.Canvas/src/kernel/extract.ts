// A selection becomes a flow of its own: what it uses from outside are the new flow's inputs, what others use of it are its outputs.
import type { FlowDocument, FlowEdge, FlowNode, FlowSlot, Json, NodeDescriptor, Op, Position } from "../contract";
import { edgesFrom, edgesInto, endText, findNode, graphOf, indexOf, parentOf, type End, type PlacedEdge } from "./document";
import { removeEmptied } from "./groups";
import { freeEdgeId, freeId, freeName, idFromName } from "./ids";
import { outputsOf, type NodeTypes } from "./ports";
import { referencesOf, rewriteReferences } from "./references";

export const subflowType = "logic.subflow";
export type ExtractRefusal = "nothing" | "levels" | "start" | "answer" | "variables" | "attached" | "entries" | "exits" | "apart" | "noType";

export interface Extraction {
  /** The new flow; the host gives it its id. */
  document: FlowDocument;
  /** Puts the sub-flow's node in the place of the selection. */
  ops: Op[];
  nodeId: string;
  /** What the new node's flow is bound by. */
  slot: string;
}

export function planExtract(doc: FlowDocument, types: NodeTypes, ids: readonly string[], name: string): Extraction | ExtractRefusal {
  const type = types.get(subflowType);
  if (!type) return "noType";
  const chosen = withTools(doc, ids);
  const refusal = refuse(doc, chosen);
  if (refusal) return refusal;
  const part = partFor(doc, chosen);
  const inputs = inputsOf(doc, types, part);
  const outputs = outputsUsed(doc, part);
  const node = subflowNode(doc, type, name, part, inputs);
  const { slots, slot } = slotFor(doc);
  node.settings = { ...node.settings, flow: `@slot:${slot}` };
  return { document: flowFor(doc, types, part, inputs, outputs, name), ops: opsFor(doc, part, node, slots, outputs), nodeId: node.id, slot };
}

/** The chosen nodes, and the tools that hang below them and below nobody else. */
function withTools(doc: FlowDocument, ids: readonly string[]): Set<string> {
  const chosen = new Set(ids.filter((id) => findNode(doc, id)));
  for (const id of [...chosen]) {
    for (const edge of edgesFrom(doc, id)) if (edge.to.port === "tool" && edgesInto(doc, edge.to.node).every((e) => chosen.has(e.from.node))) chosen.add(edge.to.node);
  }
  return chosen;
}

function refuse(doc: FlowDocument, chosen: ReadonlySet<string>): ExtractRefusal | undefined {
  const nodes = [...chosen].map((id) => findNode(doc, id)!);
  if (nodes.length === 0) return "nothing";
  if (new Set(nodes.map((node) => parentOf(doc, node.id))).size > 1) return "levels";
  const all = nodes.flatMap(deep);
  if (all.some((node) => node.type === "start")) return "start";
  if (all.some((node) => node.type === "answer")) return "answer";
  if (all.some((node) => node.type === "data.set")) return "variables";
  const { entries, exits } = borderOf(doc, chosen);
  if ([...entries, ...exits].some((edge) => edge.to.port === "tool")) return "attached";
  if (comesBack(doc, chosen, exits)) return "apart";
  // A sub-flow begins at one moment and goes on at one port: wires that lead in or out must agree on where.
  if (!agree(entries, (edge) => edge.to.node, (edge) => endText(edge.from))) return "entries";
  if (!agree(exits, (edge) => endText(edge.from), (edge) => endText(edge.to)) || exits.some((edge) => edge.from.port === "error")) return "exits";
  return undefined;
}

function borderOf(doc: FlowDocument, chosen: ReadonlySet<string>): { entries: PlacedEdge[]; exits: PlacedEdge[] } {
  const entries = [...chosen].flatMap((id) => edgesInto(doc, id).filter((edge) => !chosen.has(edge.from.node)));
  const exits = [...chosen].flatMap((id) => edgesFrom(doc, id).filter((edge) => !chosen.has(edge.to.node)));
  return { entries, exits };
}

/** Every inner end of the wires has the same outer ends. */
function agree(edges: readonly PlacedEdge[], inner: (edge: PlacedEdge) => string, outer: (edge: PlacedEdge) => string): boolean {
  const ends = new Map<string, string[]>();
  for (const edge of edges) ends.set(inner(edge), [...ends.get(inner(edge)) ?? [], outer(edge)]);
  return new Set([...ends.values()].map((list) => [...new Set(list)].sort().join(" "))).size <= 1;
}

function comesBack(doc: FlowDocument, chosen: ReadonlySet<string>, exits: readonly PlacedEdge[]): boolean {
  const seen = new Set<string>();
  const open = exits.map((edge) => edge.to.node);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (chosen.has(id)) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...edgesFrom(doc, id).map((edge) => edge.to.node));
  }
  return false;
}

const deep = (node: FlowNode): FlowNode[] => [node, ...(node.children?.nodes ?? []).flatMap(deep)];

// ---- the part that is taken out ----

interface Part { parent: string | undefined; nodes: FlowNode[]; all: FlowNode[]; ids: ReadonlySet<string>; edges: FlowEdge[]; entries: PlacedEdge[]; exits: PlacedEdge[] }

function partFor(doc: FlowDocument, chosen: ReadonlySet<string>): Part {
  const parent = parentOf(doc, [...chosen][0]!);
  const graph = graphOf(doc, parent)!;
  const nodes = graph.nodes.filter((node) => chosen.has(node.id));
  const all = nodes.flatMap(deep);
  const edges = graph.edges.filter((edge) => { const placed = indexOf(doc).edges.get(edge.id)!; return chosen.has(placed.from.node) && chosen.has(placed.to.node); });
  return { parent, nodes, all, ids: new Set(all.map((node) => node.id)), edges, ...borderOf(doc, chosen) };
}

/** Outer value (`search.chunks`) by the name that it has as an input. */
interface Input { name: string; path: string; type: string }

/** Names that are made inside the selection, or known in every flow, are no inputs. */
function inputsOf(doc: FlowDocument, types: NodeTypes, part: Part): Input[] {
  const own = new Set([...part.ids, "run", "args", "forloop", ...part.all.flatMap((node) => Object.keys(types.get(node.type)?.bodyNames ?? {}))]);
  const inputs = new Map<string, Input>();
  const names = new Set<string>();
  for (const node of part.all) {
    for (const { path, root } of referencesOf(node)) {
      const [, member] = path.split(".");
      if (own.has(root) || member === undefined) continue;
      const outer = `${root}.${member}`;
      if (inputs.has(outer) || (!findNode(doc, root) && !outerNames.has(root))) continue;
      const name = freeId(idFromName(member, "value"), names);
      names.add(name);
      inputs.set(outer, { name, path: outer, type: inputType(doc, types, root, member) });
    }
  }
  return [...inputs.values()];
}

const outerNames = new Set(["each", "state", "vars", "conversation"]);
const inputTypes = new Set(["string", "number", "integer", "boolean", "object", "array", "array<string>", "file", "image"]);

function inputType(doc: FlowDocument, types: NodeTypes, root: string, member: string): string {
  const node = findNode(doc, root);
  const type = node ? outputsOf(node, types.get(node.type)).find((output) => output.name === member)?.type : doc.variables?.find((variable) => root === "vars" && variable.name === member)?.type;
  if (type?.startsWith("array") && type !== "array<string>") return "array";
  return type !== undefined && inputTypes.has(type) ? type : "any";
}

/** Values of the selection that others use: `reply.text` → the name that it has among the sub-flow's outputs. */
function outputsUsed(doc: FlowDocument, part: Part): Map<string, string> {
  const outputs = new Map<string, string>();
  const names = new Set(["text", "citations"]); // these are the answer's own
  for (const { node } of indexOf(doc).nodes.values()) {
    if (part.ids.has(node.id)) continue;
    for (const { path, root } of referencesOf(node)) {
      const [, member] = path.split(".");
      if (!part.ids.has(root) || member === undefined || outputs.has(`${root}.${member}`)) continue;
      const name = freeId(names.has(idFromName(member)) ? idFromName(`${root}_${member}`) : idFromName(member, "value"), names);
      names.add(name);
      outputs.set(`${root}.${member}`, name);
    }
  }
  return outputs;
}

// ---- the new flow ----

function flowFor(doc: FlowDocument, types: NodeTypes, part: Part, inputs: readonly Input[], outputs: ReadonlyMap<string, string>, name: string): FlowDocument {
  const start = freeId("start", part.ids);
  const answer = freeId("answer", part.ids);
  const byPath = new Map(inputs.map((input) => [input.path, input.name]));
  const inner = (root: string, rest: string): string => {
    const [member = "", ...more] = rest.replace(/\s+/g, "").slice(1).split(".");
    const input = byPath.get(`${root}.${member}`);
    return input === undefined ? root + rest : [`${start}.${input}`, ...more].join(".");
  };
  const left = Math.min(...part.nodes.map((node) => node.position.x));
  const top = Math.min(...part.nodes.map((node) => node.position.y));
  const moved = (node: FlowNode, isTop: boolean): FlowNode => {
    const { group: _, ...rest } = node;
    return {
      ...rest, ...(node.settings ? { settings: rewriteReferences(node.settings as Json, inner) as Record<string, Json> } : {}),
      ...(isTop ? { position: { x: node.position.x - left + 256, y: node.position.y - top } } : {}),
      ...(node.children ? { children: { ...node.children, nodes: node.children.nodes.map((child) => moved(child, false)) } } : {}),
    };
  };
  const nodes = part.nodes.map((node) => moved(node, true));
  const right = Math.max(...nodes.map((node) => node.position.x)) + 320;
  const roots = distinct(part.entries.map((edge) => edge.to.node));
  const firsts = roots.length > 0 ? roots : part.nodes.filter((node) => edgesInto(doc, node.id).length === 0).map((node) => node.id);
  const edges = [...part.edges];
  const add = (from: End, to: End): void => { edges.push({ id: nextEdge(edges), from: endText(from), to: endText(to) }); };
  for (const id of firsts) add({ node: start, port: "out" }, { node: id, port: "in" });
  for (const end of lastEnds(doc, part)) add(end, { node: answer, port: "in" });
  return {
    schema: "designer.flow/1", id: "", name, mode: "task", edges, slots: usedSlots(doc, nodes),
    nodes: [
      { id: start, type: "start", typeVersion: types.get("start")?.version ?? 1, name: types.get("start")?.name ?? start, position: { x: 0, y: 0 }, settings: { inputs: inputs.map(({ name: input, type }) => ({ name: input, type })) } },
      ...nodes,
      { id: answer, type: "answer", typeVersion: types.get("answer")?.version ?? 1, name: types.get("answer")?.name ?? answer, position: { x: right, y: 0 }, settings: { outputs: [...outputs].map(([path, output]) => ({ name: output, value: `{{ ${path} }}` })) } },
    ],
  };
}

/** Where the selection ends: the ports that led out of it, else those of its last nodes. */
function lastEnds(doc: FlowDocument, part: Part): End[] {
  const out = new Map(part.exits.map((edge) => [endText(edge.from), edge.from]));
  if (out.size > 0) return [...out.values()];
  return part.nodes.filter((node) => edgesFrom(doc, node.id).every((edge) => edge.to.port === "tool") && !edgesInto(doc, node.id).some((edge) => edge.to.port === "tool")).map((node) => ({ node: node.id, port: "out" }));
}

const distinct = <T>(list: readonly T[]): T[] => [...new Set(list)];
const nextEdge = (edges: readonly FlowEdge[]): string => { for (let n = edges.length + 1; ; n++) if (!edges.some((edge) => edge.id === `e${n}`)) return `e${n}`; };

function usedSlots(doc: FlowDocument, nodes: readonly FlowNode[]): Record<string, FlowSlot> {
  const text = JSON.stringify(nodes);
  return Object.fromEntries(Object.entries(doc.slots ?? {}).filter(([name]) => text.includes(`"@slot:${name}"`)));
}

// ---- the old flow ----

function subflowNode(doc: FlowDocument, type: NodeDescriptor, name: string, part: Part, inputs: readonly Input[]): FlowNode {
  const names = new Set([...indexOf(doc).nodes.values()].map(({ node }) => node.name));
  const position: Position = { x: Math.min(...part.nodes.map((node) => node.position.x)), y: part.nodes[0]!.position.y };
  return {
    id: freeId(idFromName(name, "sub_flow"), indexOf(doc).nodes), type: type.type, typeVersion: type.version, name: freeName(name, names), position,
    settings: inputs.length === 0 ? {} : { input: Object.fromEntries(inputs.map((input) => [input.name, `{{ ${input.path} }}`])) },
  };
}

function slotFor(doc: FlowDocument): { slots: Record<string, FlowSlot>; slot: string } {
  const slots = doc.slots ?? {};
  const slot = freeId("flow", { has: (name) => slots[name] !== undefined });
  return { slot, slots: { ...slots, [slot]: { kind: "flow" } } };
}

function opsFor(doc: FlowDocument, part: Part, node: FlowNode, slots: Record<string, FlowSlot>, outputs: ReadonlyMap<string, string>): Op[] {
  const level = part.parent === undefined ? {} : { parent: part.parent };
  const tops = part.nodes.map(({ id }) => id);
  const hanging = distinct(tops.flatMap((id) => [...edgesInto(doc, id), ...edgesFrom(doc, id)].map((edge) => edge.edge.id)));
  const ids = new Set<string>();
  const edge = (from: End, to: End): Op => {
    const id = freeEdgeId(doc, ids);
    ids.add(id);
    return { op: "addEdge", edge: { id, from: endText(from), to: endText(to) }, ...level };
  };
  const sources = [...new Map(part.entries.map((e) => [endText(e.from), e.from])).values()];
  const targets = [...new Map(part.exits.map((e) => [endText(e.to), e.to])).values()];
  return [
    { op: "setFlow", field: "slots", value: slots as unknown as Json },
    ...hanging.map((id): Op => ({ op: "removeEdge", id })),
    ...tops.map((id): Op => ({ op: "removeNode", id })),
    ...removeEmptied(doc, new Set(tops)),
    { op: "addNode", node, ...level },
    ...sources.map((from) => edge(from, { node: node.id, port: "in" })),
    ...targets.map((to) => edge({ node: node.id, port: "out" }, to)),
    ...settingOps(doc, (id) => part.ids.has(id), (root, rest) => {
      const [member = "", ...more] = rest.replace(/\s+/g, "").slice(1).split(".");
      const name = outputs.get(`${root}.${member}`);
      return name === undefined ? root + rest : [`${node.id}.output.${name}`, ...more].join(".");
    }),
  ];
}

/** Rewrites what the remaining nodes reference, setting by setting. */
export function settingOps(doc: FlowDocument, isGone: (id: string) => boolean, rewrite: (root: string, rest: string) => string): Op[] {
  return [...indexOf(doc).nodes.values()].filter(({ node }) => !isGone(node.id) && node.settings).flatMap(({ node }) => {
    const next = rewriteReferences(node.settings as Json, rewrite) as Record<string, Json>;
    return Object.entries(next).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(node.settings![name])).map(([name, value]): Op => ({ op: "setSetting", id: node.id, name, value }));
  });
}
