import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode, Json } from "../src/contract";
import { operandValue, readCondition, writeCondition } from "../src/inspector/conditions";
import { nameError, readDeclarations, textToDefault, withMember } from "../src/inspector/declarations";
import { isDuration } from "../src/inspector/duration";
import { jsonToText, textToJson } from "../src/inspector/jsonText";
import { filterValues, find, segments, valueAt, type Lookup } from "../src/inspector/lookup";
import { plainPath, problemsAt, problemsWithin } from "../src/inspector/problems";
import type { ReachableValue } from "../src/inspector/reachable";
import { byWeight, problemsByNode, wrongs } from "../src/kernel/problems";
import { chooseSlot, fits, usersOf } from "../src/inspector/slots";
import { templateParts } from "../src/inspector/template";

describe("problems", () => {
  const problems = (["info", "error", "warning"] as const).map(severity => ({ code: severity, severity, message: "m", nodeId: "a" }));
  it("stand in the order of their weight, and what is only good to know is none", () => {
    expect(byWeight(problems).map(p => p.code)).toEqual(["error", "warning", "info"]);
    expect(wrongs(problems).map(p => p.code)).toEqual(["error", "warning"]);
    expect(problemsByNode(problems).get("a")!.code).toBe("error");
  });
});

describe("chooseSlot", () => {
  const node = (id: string, model?: string): FlowNode => ({ id, type: "model.chat", typeVersion: 1, name: id, position: { x: 0, y: 0 }, ...(model ? { settings: { model } } : {}) });
  const flow = (nodes: FlowNode[], slots: FlowDocument["slots"] = {}): FlowDocument => ({ schema: "designer.flow/1", id: "f", name: "f", mode: "task", nodes, edges: [], slots });
  const choose = (document: FlowDocument, bindings: Record<string, string>, id: string, value: string) =>
    chooseSlot(document, bindings, id, document.nodes.find(n => n.id === id)!.settings?.model, "model", "model", value);

  it("makes a slot where there is none", () => {
    expect(choose(flow([node("a")]), {}, "a", "m1")).toEqual({
      slot: "model", bind: true, ops: [{ op: "setFlow", field: "slots", value: { model: { kind: "model", needs: ["chat"] } } }] });
  });
  it("says in a new slot what the node needs", () => {
    const choice = chooseSlot(flow([node("a")]), {}, "a", undefined, "model", "model", "m1", ["embedding"]);
    expect(choice.ops).toEqual([{ op: "setFlow", field: "slots", value: { model: { kind: "model", needs: ["embedding"] } } }]);
  });
  it("offers models of the kind that is needed, whatever else is said of them", () => {
    const chat = { value: "a", label: "a", can: ["chat", "jsonSchema"] }, labels = { value: "b", label: "b", can: ["classifyText", "classify"] };
    expect([fits(chat, ["chat", "tools"]), fits(chat, ["classify"]), fits(chat, undefined)]).toEqual([true, false, true]);
    expect([fits(labels, ["Classify"]), fits(labels, undefined), fits({ value: "k", label: "k" }, ["chat"])]).toEqual([true, false, true]);
  });
  it("shares a slot that is bound to the same", () => {
    const document = flow([node("a", "@slot:model"), node("b")], { model: { kind: "model" } });
    expect(choose(document, { model: "m1" }, "b", "m1")).toEqual({ slot: "model", ops: [], bind: false });
  });
  it("binds its own slot anew where nobody else uses it", () => {
    const document = flow([node("a", "@slot:model")], { model: { kind: "model" } });
    expect(choose(document, { model: "m1" }, "a", "m2")).toEqual({ slot: "model", ops: [], bind: true });
  });
  it("never changes what another node uses", () => {
    const document = flow([node("a", "@slot:model"), node("b", "@slot:model")], { model: { kind: "model" } });
    const choice = choose(document, { model: "m1" }, "a", "m2");
    expect(choice).toMatchObject({ slot: "model_2", bind: true, ops: [{ value: { model: { kind: "model" }, model_2: { kind: "model" } } }] });
    expect(usersOf(document, "model").map(user => user.id)).toEqual(["a", "b"]);
  });
  it("binds an open slot for all who wait for it", () => {
    const document = flow([node("a", "@slot:model"), node("b", "@slot:model")], { model: { kind: "model" } });
    expect(choose(document, {}, "a", "m2")).toEqual({ slot: "model", ops: [], bind: true });
  });
});

describe("conditions", () => {
  it.each<[string, Json]>([
    ["rows", [{ left: "{{ a.b }}", operator: "equals", right: "x" }]], ["any of rows", { match: "any", rows: [{ left: "1", operator: "isEmpty" }] }],
    ["an expression", "a.b > 3"], ["an expression in an object", { expression: "a" }],
  ])("come back as they were: %s", (_, value) => expect(writeCondition(readCondition(value))).toEqual(value));
  it("keep a number's type", () => expect([operandValue("7", 3), operandValue("x", 3), operandValue("7", "3"), operandValue("true", false)]).toEqual([7, "x", "7", true]));
  it("survive what is no condition", () => expect(readCondition([null, 5]) as unknown).toMatchObject({ rows: [{ operator: "equals" }, { operator: "equals" }] }));
});

describe("JSON as text", () => {
  it.each<[Json, boolean]>([[{ a: 1 }, false], ["text", false], ["{{ a.b }}", true], ["5", true], ["[x", true], [true, true], [[1], true]])("comes back: %j", (value, isTemplate) =>
    expect(textToJson(jsonToText(value, isTemplate), isTemplate)).toEqual({ value }));
  it("says what is wrong", () => {
    expect(textToJson("{ \"a\": }", true).error).toBeTruthy();
    expect(textToJson("plain", false).error).toBeTruthy();
    expect(textToJson(" ", false)).toEqual({ value: undefined });
  });
});

describe("references", () => {
  const value = (path: string, group: ReachableValue["group"] = "upstream"): ReachableValue => ({ path, name: path.split(".")[1]!, owner: path.split(".")[0]!, group, type: "string", label: "", certain: true });
  const lookup: Lookup = { values: [value("search.chunks"), value("each.item", "loop"), value("vars.tone", "variables")], lastValue: () => undefined, rootValue: () => undefined };
  const state = (text: string) => templateParts(text).filter(part => part.reference).map(part => find(lookup, part.reference!, text).state);
  it("tells known, broken and open ones apart", () => {
    expect(state("{{ search.chunks[0].text }}{{ search.nope }}{{ gone.x }}{{ each.item.name }}{{ each.other }}{{ args.id }}{{ vars.no }}")).toEqual(["known", "broken", "broken", "known", "open", "open", "broken"]);
    expect(state("{% for c in search.chunks %}{{ c.title }}{% endfor %}")).toEqual(["open"]);
  });
  it("finds by words", () => expect(filterValues(lookup.values, "sea ch").map(found => found.path)).toEqual(["search.chunks"]));
  it("walks to a value", () => {
    expect(segments("a.b[0]['c d'].e")).toEqual(["a", "b", "0", "c d", "e"]);
    expect(valueAt({ b: [{ c: 5 }] }, ["b", "0", "c"])).toBe(5);
    expect(valueAt({ b: 1 }, ["b", "c"])).toBeUndefined();
  });
});

describe("problems at fields", () => {
  const problems = [{ code: "x", severity: "error" as const, path: "settings.rows[0].left", message: "m" }];
  it("knows one place in two spellings", () => {
    expect(plainPath("settings.messages[2]['text']")).toBe("settings.messages.2.text");
    expect(problemsAt(problems, "settings.rows.0.left")).toHaveLength(1);
    expect(problemsAt(problems, "settings.rows")).toHaveLength(0);
    expect(problemsWithin(problems, "settings.rows")).toHaveLength(1);
    expect(problemsWithin(problems, "settings.row")).toHaveLength(0);
  });
});

describe("declarations", () => {
  const all = readDeclarations([{ name: "a", type: "string", title: "kept" }, { name: "b" }, 7]);
  it("keep unknown members and drop empty ones", () => {
    expect(all.map(one => [one.name, one.type])).toEqual([["a", "string"], ["b", "string"], ["", "string"]]);
    expect(withMember(withMember(all[0]!, "required", true), "required", false)).toEqual({ name: "a", type: "string", title: "kept" });
  });
  it("check names", () => expect([nameError(all, 0, "a"), nameError(all, 0, "b"), nameError(all, 0, "1x")]).toEqual([undefined, "taken", "bad"]));
  it("read defaults by type", () => {
    expect(textToDefault("5", "string")).toEqual({ value: "5" });
    expect(textToDefault("5", "number")).toEqual({ value: 5 });
    expect("error" in textToDefault("{", "object")).toBe(true);
  });
});

describe("isDuration", () => {
  it.each([["10s", true], ["1.5s", true], ["500ms", true], ["2h", true], ["10", false], ["s", false], ["1 s", false], ["-1s", false]])("%s", (text, expected) => expect(isDuration(text)).toBe(expected));
});
