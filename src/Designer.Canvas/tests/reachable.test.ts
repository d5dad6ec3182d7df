import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowEdge, FlowNode, NodeDescriptor } from "../src/contract";
import { reachableValues } from "../src/inspector/reachable";

const type = (name: string, more: Partial<NodeDescriptor> = {}): NodeDescriptor => ({
  type: name, version: 1, name, group: "logic", icon: "box", description: "", summary: "", settings: [],
  outputs: [{ name: "value", type: "string", label: "Value" }],
  ports: [{ name: "in", kind: "in", label: "in" }, { name: "out", kind: "out", label: "out" }],
  isEffect: false, isContainer: false, isAttachable: false, ...more,
});
const types = new Map([
  type("start", { outputs: [], outputsFrom: { setting: "inputs" }, ports: [{ name: "out", kind: "out", label: "out" }] }),
  type("step"),
  type("if", { outputs: [], ports: [{ name: "in", kind: "in", label: "in" }, { name: "true", kind: "out", label: "true" }, { name: "false", kind: "out", label: "false" }] }),
  type("each", { isContainer: true, outputs: [{ name: "results", type: "array<any>", label: "Results" }], bodyNames: { each: { item: "any", index: "integer" } } }),
  type("agent", { ports: [{ name: "in", kind: "in", label: "in" }, { name: "out", kind: "out", label: "out" }, { name: "tools", kind: "attachment", label: "tools" }] }),
].map(descriptor => [descriptor.type, descriptor]));

const node = (id: string, kind = "step", more: Partial<FlowNode> = {}): FlowNode => ({ id, type: kind, typeVersion: 1, name: id, position: { x: 0, y: 0 }, ...more });
const start = node("start", "start", { settings: { inputs: [{ name: "question", type: "string" }] } });
const edges = (...pairs: string[]): FlowEdge[] => pairs.map((pair, i) => {
  const [from, to] = pair.split(">") as [string, string];
  return { id: `e${i}`, from: from.includes(":") ? from : `${from}:out`, to: to.includes(":") ? to : `${to}:in` };
});
const flow = (nodes: FlowNode[], list: FlowEdge[], more: Partial<FlowDocument> = {}): FlowDocument =>
  ({ schema: "designer.flow/1", id: "f", name: "f", mode: "task", nodes: [start, ...nodes], edges: list, ...more });
const at = (document: FlowDocument, id: string) =>
  Object.fromEntries(reachableValues(document, types, id).filter(value => value.group !== "run").map(value => [value.path, value.certain]));

describe("reachableValues", () => {
  it("offers what ran before, nearest first, and nothing from after or beside", () => {
    const document = flow([node("a"), node("b"), node("c"), node("side")], edges("start>a", "a>b", "b>c", "start>side"));
    expect(Object.keys(at(document, "b"))).toEqual(["a.value", "start.question"]);
    expect(reachableValues(document, types, "start").map(value => value.group)).toEqual(["run", "run", "run"]);
  });

  it("knows that one of two branches may not have run, and what stands before them surely did", () => {
    const document = flow([node("if", "if"), node("a"), node("b"), node("end")],
      edges("start>if", "if:true>a", "if:false>b", "a>end", "b>end"));
    expect(at(document, "end")).toEqual({ "a.value": false, "b.value": false, "start.question": true });
    expect(at(document, "a")).toEqual({ "start.question": true });
  });

  it("knows that a join of parallel branches waits for all, also inside a branch, and not when it joins any", () => {
    const parallel = [node("if", "if"), node("x"), node("a"), node("b"), node("end")];
    const list = edges("start>if", "if:true>x", "x>a", "x>b", "a>end", "b>end");
    expect(at(flow(parallel, list), "end")).toMatchObject({ "a.value": true, "b.value": true, "x.value": true });
    const any = parallel.map(item => item.id === "end" ? { ...item, join: "any" as const } : item);
    expect(at(flow(any, list), "end")).toMatchObject({ "a.value": false, "b.value": false, "x.value": true });
  });

  it("offers the error behind an error port", () => {
    const document = flow([node("a", "step", { onError: { mode: "branch" } }), node("ok"), node("sorry")], edges("start>a", "a>ok", "a:error>sorry"));
    expect(at(document, "sorry")).toMatchObject({ "a.value": false, "a.error": true });
    expect(at(document, "ok")).toMatchObject({ "a.value": true, "a.error": false });
  });

  it("looks outwards from a loop's body and knows the loop's names", () => {
    const loop = node("loop", "each", { name: "Each file", children: { nodes: [node("x"), node("y")], edges: edges("x>y") } });
    const document = flow([node("a"), loop, node("after")], edges("start>a", "a>loop", "loop>after"));
    expect(at(document, "y")).toEqual({ "x.value": true, "each.item": true, "each.index": true, "a.value": true, "start.question": true });
    expect(Object.keys(at(document, "after"))).toEqual(["loop.results", "a.value", "start.question"]);
    expect(Object.keys(at(document, "loop"))).toEqual(["each.item", "each.index", "x.value", "y.value", "a.value", "start.question"]);
  });

  it("gives an attached tool what ran before its agent, and its own arguments", () => {
    const tool = node("tool", "step", { settings: { parameters: [{ name: "id", type: "integer", description: "Ticket" }] } });
    const document = flow([node("a"), node("agent", "agent"), tool], edges("start>a", "a>agent", "agent:tools>tool:tool"));
    expect(at(document, "tool")).toEqual({ "args.id": true, "a.value": true, "start.question": true });
  });

  it("lists variables, the conversation and the run", () => {
    const document = flow([node("a")], edges("start>a"), { mode: "chat", variables: [{ name: "tone", type: "string", scope: "conversation" }] });
    expect(reachableValues(document, types, "a").map(value => value.path))
      .toEqual(["start.question", "vars.tone", "conversation.messages", "run.id", "run.now", "run.conversationId"]);
  });

  it("ends on a cycle", () => {
    const document = flow([node("a"), node("b")], edges("a>b", "b>a", "start>a"));
    expect(Object.keys(at(document, "a"))).toContain("start.question");
  });
});
