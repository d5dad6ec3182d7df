import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode, Json, NodeDescriptor, Op } from "../src/contract";
import { applyAll } from "../src/kernel/apply";
import { findNode, indexOf } from "../src/kernel/document";
import { planExtract, type Extraction } from "../src/kernel/extract";
import { planInline, type Inlined } from "../src/kernel/inline";
import { referencesOf } from "../src/kernel/references";
import { types as sampleTypes } from "./sample";

const base = sampleTypes.get("data.template")!;
const types = new Map<string, NodeDescriptor>([...sampleTypes, ["logic.subflow", { ...base, type: "logic.subflow", name: "Sub-flow", group: "logic" }]]);
const node = (id: string, type: string, settings: Record<string, Json> = {}, x = 0): FlowNode => ({ id, type, typeVersion: 1, name: id, position: { x, y: 0 }, settings });
const edges = (list: string[]) => list.map((text, i) => { const [from, to] = text.split(" "); return { id: `e${i + 1}`, from: from!.includes(":") ? from! : `${from}:out`, to: to!.includes(":") ? to! : `${to}:in` }; });

const flow = (more: Partial<FlowDocument> = {}): FlowDocument => ({
  schema: "designer.flow/1", id: "f", name: "f", mode: "chat",
  nodes: [
    node("start", "start", { inputs: [{ name: "question", type: "string" }, { name: "count", type: "integer" }] }), node("search", "knowledge.search", { knowledgeBase: "@slot:handbook", query: "{{ start.question }}" }, 200),
    node("reply", "model.chat", { model: "@slot:model", prompt: "{{ search.chunks | context }} {{ start.question }} {{ start.count }}" }, 400), node("polish", "data.template", { text: "{{ reply.text | strip }}" }, 600),
    node("answer", "answer", { text: "{{ polish.text }} {{ search.chunks.first.title }}" }, 800),
  ],
  edges: edges(["start search", "search reply", "reply polish", "polish answer"]),
  slots: { handbook: { kind: "knowledgeBase" }, model: { kind: "model" } }, ...more,
});
const after = (doc: FlowDocument, ops: readonly Op[]): FlowDocument => {
  const { doc: changed, inverse } = applyAll(doc, ops);
  expect(applyAll(changed, inverse).doc).toEqual(doc);
  return changed;
};
const wires = (doc: FlowDocument): string[] => [...indexOf(doc).edges.values()].map(({ edge }) => `${edge.from} ${edge.to}`).sort();
const extract = (doc = flow(), ids = ["search", "reply"]): Extraction => {
  const plan = planExtract(doc, types, ids, "Find and reply");
  if (typeof plan === "string") throw new Error(plan);
  return plan;
};

describe("extraction", () => {
  it("makes a flow whose inputs are what the selection uses, and whose outputs are what others use of it", () => {
    const { document } = extract();
    expect(document.nodes.map((one) => one.id)).toEqual(["start", "search", "reply", "answer"]);
    expect(findNode(document, "start")!.settings!.inputs).toEqual([{ name: "question", type: "string" }, { name: "count", type: "integer" }]);
    expect(findNode(document, "reply")!.settings!.prompt).toBe("{{ search.chunks | context }} {{ start.question }} {{ start.count }}");
    expect(findNode(document, "answer")!.settings!.outputs).toEqual([{ name: "reply_text", value: "{{ reply.text }}" }, { name: "chunks", value: "{{ search.chunks }}" }]);
    expect(wires(document)).toEqual(["reply:out answer:in", "search:out reply:in", "start:out search:in"]);
    expect(document.slots).toEqual(flow().slots);
  });
  it("puts a node in the place of the selection and hands references over", () => {
    const plan = extract();
    const doc = after(flow(), plan.ops);
    expect(doc.nodes.map((one) => one.id)).toEqual(["start", "polish", "answer", "find_and_reply"]);
    expect(wires(doc)).toEqual(["find_and_reply:out polish:in", "polish:out answer:in", "start:out find_and_reply:in"]);
    expect(findNode(doc, "find_and_reply")!.settings).toEqual({ input: { question: "{{ start.question }}", count: "{{ start.count }}" }, flow: "@slot:flow" });
    expect(findNode(doc, "polish")!.settings!.text).toBe("{{ find_and_reply.output.reply_text | strip }}");
    expect(findNode(doc, "answer")!.settings!.text).toBe("{{ polish.text }} {{ find_and_reply.output.chunks.first.title }}");
    expect(doc.slots![plan.slot]).toEqual({ kind: "flow" });
  });
  it("renames inputs that come from other nodes", () => {
    const { document } = extract(flow(), ["polish"]);
    expect(findNode(document, "start")!.settings!.inputs).toEqual([{ name: "text", type: "string" }]);
    expect(findNode(document, "polish")!.settings!.text).toBe("{{ start.text | strip }}");
  });
  it("takes what a loop gives as inputs too", () => {
    const body = { nodes: [node("inner", "data.template", { text: "{{ each.item.title }} {{ each.index }}" })], edges: [] };
    const doc = flow({ nodes: [...flow().nodes, { ...node("loop", "logic.forEach", { items: "{{ search.chunks }}", collect: "{{ inner.text }}" }), children: body }] });
    const plan = extract(doc, ["inner"]);
    expect(findNode(plan.document, "inner")!.settings!.text).toBe("{{ start.item.title }} {{ start.index }}");
    const changed = after(doc, plan.ops);
    expect(findNode(changed, plan.nodeId)!.settings!.input).toEqual({ item: "{{ each.item }}", index: "{{ each.index }}" });
    expect(findNode(changed, "loop")!.settings!.collect).toBe(`{{ ${plan.nodeId}.output.inner_text }}`);
    expect(indexOf(changed).nodes.get(plan.nodeId)!.parent).toBe("loop");
  });
  it("brings an agent's own tools along", () => {
    const doc = flow({ nodes: [...flow().nodes, node("agent", "agent.assistant", { model: "@slot:model" }), node("tool", "tool.http")], edges: [...flow().edges, ...edges(["agent:tools tool:tool"]).map((edge) => ({ ...edge, id: "t" }))] });
    expect(extract(doc, ["agent"]).document.nodes.map((one) => one.id)).toContain("tool");
  });
  it.each<[string, FlowDocument, string[]]>([
    ["nothing", flow(), ["ghost"]], ["start", flow(), ["start", "search"]], ["answer", flow(), ["polish", "answer"]], ["apart", flow(), ["search", "polish"]],
    ["variables", flow({ nodes: [...flow().nodes, node("set", "data.set")] }), ["set"]],
    ["exits", flow({ edges: [...flow().edges, { id: "x", from: "search:error", to: "answer:in" }] }), ["search", "reply"]],
    ["entries", flow({ edges: [...flow().edges, { id: "x", from: "start:out", to: "reply:in" }, { id: "y", from: "start:out", to: "polish:in" }] }), ["reply", "polish"]],
    ["attached", flow({ nodes: [...flow().nodes, node("agent", "agent.assistant"), node("tool", "tool.http")], edges: [...flow().edges, { id: "t", from: "agent:tools", to: "tool:tool" }] }), ["tool"]],
  ])("is refused: %s", (refusal, doc, ids) => expect(planExtract(doc, types, ids, "x")).toBe(refusal));
});

describe("inlining", () => {
  const inline = (doc: FlowDocument, id: string, document: FlowDocument, bindings: Record<string, string> = {}): Inlined => {
    const plan = planInline(doc, types, id, { document, bindings }, { model: "m1" });
    if (typeof plan === "string") throw new Error(plan);
    return plan;
  };
  it("gives back what was extracted", () => {
    const { document, ops, nodeId } = extract();
    const doc = after(flow(), ops);
    const back = after(doc, inline(doc, nodeId, document).ops);
    for (const id of ["search", "reply"]) expect(findNode(back, id)!.settings).toEqual(findNode(flow(), id)!.settings);
    expect(findNode(back, "polish")!.settings!.text).toBe("{{ reply.text | strip }}");
    expect(findNode(back, "answer")!.settings!.text).toBe("{{ polish.text }} {{ search.chunks.first.title }}");
    expect(findNode(back, nodeId)).toBeUndefined();
    for (const { node: one } of indexOf(back).nodes.values()) for (const { root } of referencesOf(one)) expect(findNode(back, root)).toBeDefined();
  });
  const sub: FlowDocument = {
    schema: "designer.flow/1", id: "s", name: "s", mode: "task",
    nodes: [node("start", "start", { inputs: [{ name: "q", type: "string" }, { name: "tone", type: "string", default: "kind" }] }), node("reply", "model.chat", { model: "@slot:model", prompt: "{{ start.tone }}: {{ start.q }}" }, 200),
      node("answer", "answer", { text: "Re: {{ reply.text }}" }, 400)],
    edges: edges(["start reply", "reply answer"]), slots: { model: { kind: "model" } },
  };
  const calling = (): FlowDocument => flow({
    nodes: [...flow().nodes.filter((one) => one.id !== "reply"), node("call", "logic.subflow", { flow: "@slot:flow", input: { q: "About {{ start.question }}" } }, 400), node("end", "answer", { text: "{{ call.output.text }}" })],
    edges: edges(["start search", "search call", "call polish", "polish answer"]), slots: { ...flow().slots, flow: { kind: "flow" } },
  });
  it("writes texts that are no plain reference with nodes of their own", () => {
    const plan = inline(calling(), "call", sub, { model: "m2" });
    const doc = after(calling(), plan.ops);
    expect(findNode(doc, "q")!.settings!.text).toBe("About {{ start.question }}");
    expect(findNode(doc, "tone")!.settings!.text).toBe("kind");
    expect(findNode(doc, "reply")!.settings).toEqual({ model: "@slot:model_2", prompt: "{{ tone.text }}: {{ q.text }}" });
    expect(plan.bind).toEqual({ model_2: "m2" });
    const text = plan.ids.map((id) => findNode(doc, id)!).find((one) => one.settings!.text === "Re: {{ reply.text }}")!;
    expect(findNode(doc, "end")!.settings!.text).toBe(`{{ ${text.id}.text }}`);
    expect(wires(doc)).toEqual([`${text.id}:out polish:in`, "polish:out answer:in", "q:out tone:in", `reply:out ${text.id}:in`, "search:out q:in", "start:out search:in", "tone:out reply:in"].sort());
  });
  it("shares a slot that is bound to the same", () => expect(inline(calling(), "call", sub, { model: "m1" }).bind).toEqual({}));
  it.each<[string, FlowDocument, FlowDocument]>([
    ["answers", calling(), { ...sub, nodes: [...sub.nodes, node("more", "answer")] }],
    ["conversation", calling(), { ...sub, variables: [{ name: "v", type: "string" }] }],
    ["wholeOutput", { ...calling(), nodes: [...calling().nodes, node("raw", "data.template", { text: "{{ call.output }}" })] }, sub],
    ["errorBranch", { ...calling(), edges: [...calling().edges, { id: "x", from: "call:error", to: "answer:in" }] }, sub],
  ])("is refused: %s", (refusal, doc, document) => expect(planInline(doc, types, "call", { document, bindings: {} }, {})).toBe(refusal));
  it("is refused for anything else", () => expect(planInline(flow(), types, "search", { document: sub, bindings: {} }, {})).toBe("notSubflow"));
});
