import { describe, expect, it } from "vitest";
import type { FlowDocument, Json } from "../src/contract";
import { expressionOf, rowsOf } from "../src/inspector/conditions";
import { rootValue } from "../src/inspector/lastValues";
import { nearestValues, valueAt, type Lookup } from "../src/inspector/lookup";
import { planPreview } from "../src/inspector/preview";
import { reachableValues } from "../src/inspector/reachable";
import { pathsIn, referencesOf, renameReferences, usagesIn } from "../src/kernel/references";
import { apply } from "../src/kernel/apply";
import { findNode } from "../src/kernel/document";
import { emptyRun, reduceAll } from "../src/run/runModel";
import { sample, types } from "./sample";

describe("where values are used", () => {
  it("names node, path and setting, in containers too", () => {
    const usages = usagesIn(sample());
    expect(usages.get("search")!.map((u) => [u.nodeId, u.path, u.place])).toEqual([
      ["tickets", "search.chunks", "settings.goal"], ["each_chunk", "search.chunks", "settings.items"]]);
    expect(usages.get("shorten")!.map((u) => u.nodeId).sort()).toEqual(["each_chunk", "keep"]);
  });
  it("reads a condition's expression, which has no braces", () => {
    const doc = apply(sample(), { op: "setSetting", id: "guard", name: "condition", value: { expression: 'search.chunks.size > 0 and start.question != "kind.of"' } }).doc;
    expect(referencesOf(findNode(doc, "guard")!).map((r) => r.path)).toEqual(["search.chunks.size", "start.question"]);
    expect(usagesIn(doc).has("kind")).toBe(false);
  });
  it("follows a rename in templates, tags and expressions, and nowhere else", () => {
    const before: Json = { text: "search.x {{ search.chunks | default: 'search.y' }} {% for c in search.chunks %}{% endfor %}", condition: "search.n > 1", other: "search.n" };
    expect(renameReferences(before, new Map([["search", "find"]]))).toEqual(
      { text: "search.x {{ find.chunks | default: 'search.y' }} {% for c in find.chunks %}{% endfor %}", condition: "find.n > 1", other: "search.n" });
  });
  it.each([["{{ a.b[0].c }}", ["a.b"]], ["{{ a['b c'] }}", ["a"]], ["{% if x.y > 1.5 %}", ["x.y"]], ["no.braces", []]])("finds the paths of %s", (text, paths) => expect(pathsIn(text)).toEqual(paths));
});

const values = (doc: FlowDocument, node: string, known: Record<string, Json>): Lookup => ({
  values: reachableValues(doc, types, node), rootValue: (root) => known[root], lastValue: (path) => valueAt(known[path.split(".")[0]!], path.split(".").slice(1)),
});

describe("a broken reference", () => {
  it.each([["serch.chunks", "search.chunks"], ["search.chunk", "search.chunks"], ["old_search.chunks", "search.chunks"], ["start.qestion", "start.question"]])("%s is most likely %s", (path, wanted) => {
    expect(nearestValues(values(sample(), "tickets", {}), path)[0]?.path).toBe(wanted);
  });
  it("has no fix where nothing is near", () => expect(nearestValues(values(sample(), "tickets", {}), "zzzzzzzz.qqqqqqqq")).toEqual([]));
});

describe("a preview", () => {
  const lookup = values(sample(), "tickets", { start: { question: "Hi" }, search: { chunks: [1, 2] } });
  it("looks one plain path up by itself", () => expect(planPreview("{{ start.question }}", false, lookup)).toEqual({ kind: "known", value: "Hi" }));
  it("asks the server for anything else, with the mentioned values only", () => expect(planPreview("{{ start.question | upcase }}", false, lookup)).toEqual(
    { kind: "ask", request: { template: "{{ start.question | upcase }}", values: { start: { question: "Hi" } } } }));
  it("asks for JSON and conditions", () => {
    expect(planPreview({ a: ["{{ search.chunks }}!"] }, false, lookup)).toMatchObject({ kind: "ask", request: { values: { search: {} } } });
    expect(planPreview("search.chunks.size > 1", true, lookup)).toMatchObject({ kind: "ask", request: { isCondition: true, values: { search: {} } } });
  });
  it("says whose value is missing", () => expect(planPreview("{{ start.question }} {{ search.chunks }}", false, values(sample(), "tickets", { start: {} }))).toEqual({ kind: "missing", roots: ["search"] }));
  it("is no more than the text where there is no template", () => expect(planPreview("plain", false, lookup).kind).toBe("constant"));
  it("does not send what is too large", () => expect(planPreview("{{ start.question }}!", false, values(sample(), "tickets", { start: { question: "x".repeat(1_000_000) } })).kind).toBe("tooLarge"));
});

describe("the values of the shown run", () => {
  const event = (seq: number, step: string, type: string, data: object) => ({ seq, step, time: "2026-01-01T00:00:00Z", type: type as "step.started", data });
  const model = reduceAll(emptyRun("r1"), [
    event(1, "search", "step.completed", { outputs: { chunks: ["a"] } }), event(2, "each_chunk", "step.started", { inputs: { items: ["a", "b"] } }),
    event(3, "each_chunk#0/shorten", "step.completed", { outputs: { text: "A" } }), event(4, "each_chunk#1/shorten", "step.completed", { outputs: { text: "B" } }),
    event(5, "guard", "step.failed", { error: { code: "x", message: "no" } }),
  ]);
  const known = { document: sample(), types, model };
  it("are the last outputs of a node", () => {
    expect(rootValue(known, "keep", "search")).toEqual({ chunks: ["a"] });
    expect(rootValue(known, "keep", "shorten")).toEqual({ text: "B" });
    expect(rootValue(known, "answer", "guard")).toEqual({ error: { code: "x", message: "no" } });
  });
  it("are the last item of the loop around", () => expect(rootValue(known, "keep", "each")).toEqual({ item: "b", index: 1 }));
  it("are the defaults of variables, without any run", () => expect(rootValue({ ...known, model: undefined }, "keep", "vars")).toEqual({ tone: "friendly" }));
  it("are unknown otherwise", () => expect(rootValue(known, "search", "each")).toBeUndefined());
});

describe("rows and one expression", () => {
  const rows = (list: { left: Json; operator: string; right?: Json }[], match: "all" | "any" = "all") => ({ kind: "rows" as const, rows: list, match, isObject: true });
  it("say the same", () => {
    const condition = rows([{ left: "{{ a.b }}", operator: "equals", right: "x" }, { left: "{{ a.n }}", operator: "greater", right: 3 }]);
    expect(expressionOf(condition)).toBe('a.b == "x" and a.n > 3');
    expect(rowsOf({ kind: "expression", text: expressionOf(condition)!, isObject: true })).toEqual(condition);
  });
  it("joins by or where any holds", () => expect(expressionOf(rows([{ left: "{{ a.b }}", operator: "isTrue" }, { left: "{{ a.c }}", operator: "isEmpty" }], "any"))).toBe("a.b == true or (a.c == null or a.c == empty)"));
  it("refuses what Liquid cannot say", () => expect(expressionOf(rows([{ left: "{{ a.b }}", operator: "matches", right: "x" }]))).toBeUndefined());
  it("begins anew from an expression that is no list of comparisons", () => expect(rowsOf({ kind: "expression", text: "a.b | size > 3", isObject: false }).rows).toEqual([]));
});
