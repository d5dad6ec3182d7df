// The reverse of extraction: a sub-flow's nodes take the place of the node that calls it.
import type { FlowDocument, FlowNode, FlowSlot, Json, Op } from "../contract";
import { edgesFrom, edgesInto, endOf, endText, findNode, indexOf, parentOf, type End } from "./document";
import { settingOps, subflowType } from "./extract";
import { freeEdgeId, freeId, freeName } from "./ids";
import type { NodeTypes } from "./ports";
import { referencesOf, rewriteReferences } from "./references";

export type InlineRefusal = "notSubflow" | "errorBranch" | "attached" | "answers" | "conversation" | "wholeOutput" | "noStart";
/** Slots to bind once the operations are applied: the slot's name here and its value. */
export interface Inlined { ops: Op[]; ids: string[]; bind: Record<string, string> }
export interface SubFlow { document: FlowDocument; bindings: Readonly<Record<string, string>> }

const textType = "data.template";

export function planInline(doc: FlowDocument, types: NodeTypes, id: string, sub: SubFlow, bindings: Readonly<Record<string, string>>): Inlined | InlineRefusal {
  const node = findNode(doc, id);
  if (node?.type !== subflowType) return "notSubflow";
  const refusal = refuse(doc, node, sub.document);
  if (refusal) return refusal;
  return new Inlining(doc, types, node, sub, bindings).plan();
}

function refuse(doc: FlowDocument, node: FlowNode, inner: FlowDocument): InlineRefusal | undefined {
  if (edgesInto(doc, node.id).some((edge) => edge.to.port === "tool")) return "attached";
  if (edgesFrom(doc, node.id).some((edge) => edge.from.port === "error")) return "errorBranch";
  const all = [...indexOf(inner).nodes.values()].map((placed) => placed.node);
  if (!inner.nodes.some((one) => one.type === "start")) return "noStart";
  // Several answers are joined into one text, which no reference can say.
  if (all.filter((one) => one.type === "answer").length !== 1 || !inner.nodes.some((one) => one.type === "answer")) return "answers";
  if ((inner.variables ?? []).length > 0 || all.some((one) => referencesOf(one).some(({ root }) => root === "conversation"))) return "conversation";
  const used = [...indexOf(doc).nodes.values()].flatMap((placed) => referencesOf(placed.node)).filter(({ root }) => root === node.id);
  return used.some(({ path }) => path.split(".").length < 3) ? "wholeOutput" : undefined;
}

class Inlining {
  private readonly ids = new Map<string, string>();
  private readonly taken: Set<string>;
  private readonly names: Set<string>;
  private readonly edgeIds = new Set<string>();
  private readonly slots: Record<string, FlowSlot>;
  private readonly slotNames = new Map<string, string>();
  private readonly bind: Record<string, string> = {};
  /** Nodes that write a text which stood in the call's input or in the answer, and is no plain reference. */
  private readonly texts: FlowNode[] = [];
  private readonly start: FlowNode;
  private readonly answer: FlowNode;
  private readonly level: { parent?: string };

  constructor(private readonly doc: FlowDocument, private readonly types: NodeTypes, private readonly node: FlowNode, private readonly sub: SubFlow, bindings: Readonly<Record<string, string>>) {
    const { nodes } = indexOf(doc);
    this.taken = new Set([...nodes.keys()].filter((one) => one !== node.id));
    this.names = new Set([...nodes.values()].map((placed) => placed.node.name));
    this.start = sub.document.nodes.find((one) => one.type === "start")!;
    this.answer = sub.document.nodes.find((one) => one.type === "answer")!;
    const parent = parentOf(doc, node.id);
    this.level = parent === undefined ? {} : { parent };
    this.slots = { ...doc.slots };
    for (const [name, slot] of Object.entries(sub.document.slots ?? {})) this.slotNames.set(name, this.slotFor(name, slot, bindings));
  }

  plan(): Inlined {
    const inner = this.sub.document.nodes.filter((one) => one !== this.start && one !== this.answer);
    for (const one of inner.flatMap(deep)) this.ids.set(one.id, this.freeId(one.id));
    const inputs = this.inputs();
    const end = this.textNode(this.answer.name, this.text(this.answer.settings?.["text"], inputs), this.answer.position);
    const outputs = this.outputs(inputs, end);
    const copies = inner.map((one) => this.copy(one, true, inputs));
    const corner = { x: Math.min(...[...copies, ...this.texts].map((one) => one.position.x)), y: Math.min(...[...copies, ...this.texts].map((one) => one.position.y)) };
    const placed = [...copies, ...this.texts].map((one) => ({ ...one, position: { x: one.position.x - corner.x + this.node.position.x, y: one.position.y - corner.y + this.node.position.y } }));
    return {
      ids: placed.map((one) => one.id), bind: this.bind,
      ops: [
        ...(Object.keys(this.slots).length > 0 ? [{ op: "setFlow", field: "slots", value: this.slots as unknown as Json } as Op] : []),
        ...[...edgesInto(this.doc, this.node.id), ...edgesFrom(this.doc, this.node.id)].map((edge): Op => ({ op: "removeEdge", id: edge.edge.id })),
        { op: "removeNode", id: this.node.id },
        ...placed.map((one): Op => ({ op: "addNode", node: one, ...this.level })),
        ...this.edges(end),
        ...this.outerReferences(outputs),
      ],
    };
  }

  /** Path here for each of the sub-flow's inputs. */
  private inputs(): Map<string, string> {
    const given = this.node.settings?.["input"];
    const values = given && typeof given === "object" && !Array.isArray(given) ? given : {};
    const declared = this.start.settings?.["inputs"];
    const paths = new Map<string, string>();
    for (const field of Array.isArray(declared) ? declared : []) {
      if (!field || typeof field !== "object" || Array.isArray(field) || typeof field["name"] !== "string") continue;
      const name = field["name"];
      const value = values[name] ?? field["default"] ?? "";
      const path = singlePath(value);
      paths.set(name, path ?? `${this.textNode(name, typeof value === "string" ? value : JSON.stringify(value), this.start.position).id}.text`);
    }
    return paths;
  }

  /** Path here for each of the answer's named outputs, its text and its citations. */
  private outputs(inputs: ReadonlyMap<string, string>, end: FlowNode): Map<string, string> {
    const text = singlePath(this.text(this.answer.settings?.["text"], inputs));
    const outputs = new Map([["text", text ?? `${end.id}.text`]]);
    const citations = singlePath(this.text(this.answer.settings?.["citations"], inputs));
    if (citations !== undefined) outputs.set("citations", citations);
    const rows = this.answer.settings?.["outputs"];
    for (const row of Array.isArray(rows) ? rows : []) {
      if (!row || typeof row !== "object" || Array.isArray(row) || typeof row["name"] !== "string") continue;
      const value = this.text(row["value"], inputs);
      outputs.set(row["name"], singlePath(value) ?? `${this.textNode(row["name"], value, this.answer.position).id}.text`);
    }
    return outputs;
  }

  private text(value: Json | undefined, inputs: ReadonlyMap<string, string>): string {
    const rewritten = rewriteReferences({ value: value ?? "" }, this.innerPath(inputs)) as Record<string, Json>;
    return typeof rewritten["value"] === "string" ? rewritten["value"] : JSON.stringify(rewritten["value"]);
  }

  private innerPath(inputs: ReadonlyMap<string, string>): (root: string, rest: string) => string {
    return (root, rest) => {
      if (root !== this.start.id) return (this.ids.get(root) ?? root) + rest;
      const [member = "", ...more] = rest.replace(/\s+/g, "").slice(1).split(".");
      const path = inputs.get(member);
      return path === undefined ? root + rest : [path, ...more].join(".");
    };
  }

  private copy(one: FlowNode, isTop: boolean, inputs: ReadonlyMap<string, string>): FlowNode {
    const { group: _, ...rest } = one;
    const name = isTop ? freeName(one.name, this.names) : one.name;
    this.names.add(name);
    const settings = one.settings && this.withSlots(rewriteReferences(one.settings as Json, this.innerPath(inputs)));
    return {
      ...rest, id: this.ids.get(one.id)!, name, ...(settings ? { settings: settings as Record<string, Json> } : {}),
      ...(one.children ? { children: { ...one.children, nodes: one.children.nodes.map((child) => this.copy(child, false, inputs)), edges: one.children.edges.map((edge) => this.edge(this.end(edge.from, "out"), this.end(edge.to, "in"))) } } : {}),
    };
  }

  private edges(end: FlowNode): Op[] {
    const sources = edgesInto(this.doc, this.node.id).map((edge) => edge.from);
    const targets = edgesFrom(this.doc, this.node.id).map((edge) => edge.to);
    const before = this.texts.filter((one) => one !== end && one.position === this.start.position);
    const after = this.texts.filter((one) => one !== end && one.position !== this.start.position);
    // Texts of the call run first, one after the other; texts of the answer last.
    const chain = (list: readonly FlowNode[]): [End, End][] => list.slice(1).map((one, i) => [{ node: list[i]!.id, port: "out" }, { node: one.id, port: "in" }]);
    const pairs: [End, End][] = [...chain(before), ...chain([end, ...after])];
    const firsts = before.length > 0 ? [{ node: before.at(-1)!.id, port: "out" }] : sources;
    if (before.length > 0) for (const from of sources) pairs.push([from, { node: before[0]!.id, port: "in" }]);
    for (const edge of this.sub.document.edges) {
      const [from, to] = [endOf(edge.from, "out"), endOf(edge.to, "in")];
      const goal = to.node === this.answer.id ? { node: end.id, port: "in" } : this.end(edge.to, "in");
      for (const source of from.node === this.start.id ? firsts : [this.end(edge.from, "out")]) pairs.push([source, goal]);
    }
    const last = after.at(-1) ?? end;
    for (const to of targets) pairs.push([{ node: last.id, port: "out" }, to]);
    return pairs.map(([from, to]): Op => ({ op: "addEdge", edge: this.edge(from, to), ...this.level }));
  }

  private outerReferences(outputs: ReadonlyMap<string, string>): Op[] {
    const rewrite = (root: string, rest: string): string => {
      const [, name = "", ...more] = rest.replace(/\s+/g, "").slice(1).split(".");
      const path = root === this.node.id ? outputs.get(name) : undefined;
      return path === undefined ? root + rest : [path, ...more].join(".");
    };
    return settingOps(this.doc, (id) => id === this.node.id, rewrite);
  }

  private textNode(name: string, text: string, position: FlowNode["position"]): FlowNode {
    const title = freeName(name, this.names);
    this.names.add(title);
    const node: FlowNode = { id: this.freeId(name.toLowerCase().replace(/[^a-z0-9_]+/g, "_").replace(/^[_0-9]+/, "") || "text"), type: textType, typeVersion: this.types.get(textType)?.version ?? 1, name: title, position, settings: { text } };
    this.texts.push(node);
    return node;
  }

  private slotFor(name: string, slot: FlowSlot, bindings: Readonly<Record<string, string>>): string {
    const value = this.sub.bindings[name];
    const same = Object.entries(this.slots).find(([own, one]) => one.kind === slot.kind && (value === undefined ? own === name : (this.bind[own] ?? bindings[own]) === value));
    if (same) return same[0];
    const own = freeId(name, { has: (one) => this.slots[one] !== undefined });
    this.slots[own] = slot;
    if (value !== undefined) this.bind[own] = value;
    return own;
  }

  private withSlots(value: Json): Json {
    if (typeof value === "string" && value.startsWith("@slot:")) return `@slot:${this.slotNames.get(value.slice(6)) ?? value.slice(6)}`;
    if (Array.isArray(value)) return value.map((item) => this.withSlots(item));
    if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.withSlots(item)]));
    return value;
  }

  private end(text: string, port: string): End {
    const end = endOf(text, port);
    return { node: this.ids.get(end.node) ?? end.node, port: end.port };
  }

  private edge(from: End, to: End): { id: string; from: string; to: string } {
    const id = freeEdgeId(this.doc, this.edgeIds);
    this.edgeIds.add(id);
    return { id, from: endText(from), to: endText(to) };
  }

  private freeId(wanted: string): string {
    const id = freeId(wanted, this.taken);
    this.taken.add(id);
    return id;
  }
}

const deep = (node: FlowNode): FlowNode[] => [node, ...(node.children?.nodes ?? []).flatMap(deep)];

/** `{{ a.b }}` and nothing else → `a.b`. */
function singlePath(value: Json): string | undefined {
  const found = typeof value === "string" ? /^\s*\{\{-?\s*([a-z][\w.[\]-]*)\s*-?\}\}\s*$/.exec(value) : null;
  return found?.[1];
}
