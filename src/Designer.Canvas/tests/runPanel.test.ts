import { describe, expect, it } from "vitest";
import type { FlowDocument, RunEvent } from "../src/contract";
import { answerOf, questionOf } from "../src/run/answer";
import { cost, duration } from "../src/run/format";
import { inputsOf, messageInput, readInputs } from "../src/run/inputs";
import { problemOf } from "../src/run/problem";
import { emptyRun, reduceAll } from "../src/run/runModel";
import { axisOf, iterationOf, ticksOf, traceRows } from "../src/run/trace";

const t0 = Date.UTC(2026, 0, 1);
const event = (type: RunEvent["type"], ms: number, more: Partial<RunEvent> = {}): RunEvent => ({ type, time: new Date(t0 + ms).toISOString(), runId: "r", ...more });

describe("trace", () => {
  const model = reduceAll(emptyRun("r"), [
    event("run.started", 0), event("step.started", 0, { step: "loop" }), event("step.started", 100, { step: "loop#1/a" }),
    event("step.completed", 600, { step: "loop#1/a" }), event("step.skipped", 700, { step: "other" })]);
  it("puts steps below what encloses them, on one axis", () => {
    const rows = traceRows(model, t0 + 1000, new Set());
    expect(rows.map(row => [row.step.path, row.depth])).toEqual([["loop", 0], ["loop#1/a", 1], ["other", 0]]);
    expect(rows[0]).toMatchObject({ left: 0, width: 1, hasChildren: true });
    expect(rows[1]).toMatchObject({ left: 0.1, width: 0.5 });
    expect(rows[2]).toMatchObject({ width: 0 });
    expect(traceRows(model, t0 + 1000, new Set(["loop"])).map(row => row.step.path)).toEqual(["loop", "other"]);
    expect(axisOf(model, t0 + 1000).span).toBe(1000);
  });
  it.each([[1800, ["0", "0.5", "1.0", "1.5 s"]], [900, ["0", "200", "400", "600", "800 ms"]], [40, ["0", "10", "20", "30", "40 ms"]], [61000, ["0", "20", "40", "60 s"]]])("has round ticks for %d ms", (span, labels) => {
    expect(ticksOf(span).map(tick => tick.label)).toEqual(labels);
  });
  it("names iterations", () => expect([iterationOf("loop#3/reply"), iterationOf("a"), iterationOf("a/turn#2/call#1")]).toEqual(["3", undefined, "2.1"]));
});

describe("answerOf", () => {
  const answers = new Set(["answer"]);
  const started = [event("run.started", 0, { data: { input: { question: "How many?" } } }), event("step.started", 1, { step: "reply", attempt: 1 }),
    event("step.token", 2, { step: "reply", attempt: 1, data: { offset: 0, text: "Five", answerNode: "answer" } })];
  it("streams, then takes what the answer node said, then what the run returned", () => {
    let model = reduceAll(emptyRun("r"), started);
    expect(answerOf(model, answers)).toMatchObject({ text: "Five", streaming: true });
    model = reduceAll(model, [event("step.completed", 3, { step: "reply" }), event("step.completed", 4, { step: "answer", data: { outputs: { text: "Five days [1]", citations: [{ n: 1, chunkId: "c", title: "Leave" }] } } })]);
    expect(answerOf(model, answers)).toMatchObject({ text: "Five days [1]", citations: [{ n: 1 }] });
    model = reduceAll(model, [event("run.completed", 5, { data: { output: { text: "Five days.", citations: [], total: 5 } } })]);
    expect(answerOf(model, answers)).toEqual({ text: "Five days.", citations: [], streaming: false, values: { total: 5 } });
  });
  it("finds the question", () => expect(questionOf(reduceAll(emptyRun("r"), started), "question")).toBe("How many?"));
});

describe("inputs", () => {
  const document = { nodes: [{ id: "start", type: "start", settings: { inputs: [
    { name: "count", type: "integer", required: true }, { name: "text", type: "string", default: "hi" }, { name: "tags", type: "array<string>" }, { name: "ok", type: "boolean" }] } }] } as unknown as FlowDocument;
  const fields = inputsOf(document);
  it("reads typed values, defaults and errors", () => {
    expect(messageInput(fields)).toBe("text");
    expect(readInputs(fields, { count: "3", tags: "[\"a\"]" })).toEqual({ input: { count: 3, text: "hi", tags: ["a"], ok: false }, errors: {} });
    expect(readInputs(fields, { count: "3.5", tags: "{}" }).errors).toEqual({ count: "integer", tags: "array" });
    expect(readInputs(fields, {}).errors).toEqual({ count: "required" });
  });
});

describe("format", () => {
  it.each([[0.4, "<1 ms"], [18, "18 ms"], [1840, "1.8 s"], [65_000, "1 min 5 s"]])("%d ms", (ms, text) => expect(duration(ms)).toBe(text));
  it.each([[0, "$0"], [0.0006, "$0.0006"], [0.00123, "$0.0012"], [0.05, "$0.05"], [12.3, "$12.30"]])("%d dollars", (dollars, text) => expect(cost(dollars)).toBe(text));
});

describe("problemOf", () => {
  it("reads problem JSON with our list and with ASP.NET's", async () => {
    const ours = await problemOf(new Response(JSON.stringify({ title: "The flow has errors", problems: [{ code: "slot.unbound", severity: 0, nodeId: "reply", message: "No model" }, { severity: "Warning", message: "Slow" }] }), { status: 422 }));
    expect(ours).toMatchObject({ status: 422, title: "The flow has errors", problems: [{ nodeId: "reply", severity: "error" }, { severity: "warning" }] });
    const theirs = await problemOf(new Response(JSON.stringify({ title: "Bad", errors: { question: ["is missing"] } }), { status: 400 }));
    expect(theirs.problems).toMatchObject([{ path: "question", message: "is missing" }]);
    expect((await problemOf(new Response("<html>", { status: 500 }))).title).toContain("500");
  });
});
