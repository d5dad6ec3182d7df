import { describe, expect, it } from "vitest";
import type { RunEvent } from "../src/contract";
import { answerOf, questionOf } from "../src/run/answer";
import { emptyRun, nodeOf, parentPath, reduce, reduceAll, stepsOf, toolOf, usageOf, waitingSteps, type RunModel } from "../src/run/runModel";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const event = (type: RunEvent["type"], more: Partial<RunEvent> = {}): RunEvent => ({ type, time: at(0), runId: "r", ...more });
const run = (...events: RunEvent[]): RunModel => reduceAll(emptyRun("r"), events);

describe("reduce", () => {
  it("follows a step from ready to done", () => {
    const model = run(
      event("run.started", { seq: 1, data: { input: { question: "hi" } } }),
      event("step.ready", { seq: 2, step: "reply" }),
      event("step.started", { seq: 3, step: "reply", time: at(10), attempt: 1, data: { inputs: { prompt: "hi" } } }),
      event("step.completed", { seq: 4, step: "reply", time: at(35), data: { outputs: { text: "yes" } } }),
      event("run.completed", { seq: 5, time: at(40), data: { output: { text: "yes" } } }));
    expect(model).toMatchObject({ state: "completed", lastSeq: 5, input: { question: "hi" }, output: { text: "yes" } });
    expect(model.steps.get("reply")).toMatchObject({ state: "completed", durationMs: 25, inputs: { prompt: "hi" }, outputs: { text: "yes" } });
  });

  it("shows a large answer as far as its preview goes", () => {
    const large = (value: string) => ({ size: 300_000, preview: value });
    const model = run(
      event("run.started", { seq: 1, data: { large: { input: large('{"question":"Tell me of \\"all\\"') } } }),
      event("step.started", { seq: 2, step: "answer", attempt: 1 }), event("step.token", { step: "answer", attempt: 1, data: { offset: 0, text: "All of it, in full", answerNode: "answer" } }),
      event("run.completed", { seq: 3, data: { large: { output: large('{"text":"All of it') } } }));
    expect(model).toMatchObject({ output: undefined, largeOutput: { seq: 3, value: { size: 300_000 } } });
    expect(answerOf(model, new Set(["answer"]))).toMatchObject({ text: "All of it …", streaming: false });
    expect(questionOf(model, "question")).toBe('Tell me of "all"');
    // Cut elsewhere than in a text: nothing is guessed.
    expect(answerOf(run(event("run.completed", { seq: 1, data: { large: { output: large('{"rows":[1,2') } } })), new Set()).text).toBe("");
  });

  it("keeps the last preview of a picture until the step ends, and no address that is none", () => {
    const started = [event("run.started", { seq: 1 }), event("step.started", { seq: 2, step: "draw" })];
    const shown = run(...started, event("step.progress", { step: "draw", data: { message: "Draw: 1 of 4", preview: "data:image/png;base64,AAAA" } }), event("step.progress", { step: "draw", data: { message: "Draw: 2 of 4" } }));
    expect(shown.steps.get("draw")).toMatchObject({ progress: "Draw: 2 of 4", preview: "data:image/png;base64,AAAA" });
    expect(reduce(shown, event("step.completed", { seq: 3, step: "draw" })).steps.get("draw")).toMatchObject({ progress: undefined, preview: undefined });
    for (const preview of ["https://elsewhere.example/x.png", "data:image/svg+xml;base64,AAAA", "data:text/html;base64,AAAA"])
      expect(run(...started, event("step.progress", { step: "draw", data: { preview } })).steps.get("draw")!.preview).toBeUndefined();
  });

  it("ignores what a reconnect sends again", () => {
    const events = [
      event("run.started", { seq: 1 }), event("step.started", { seq: 2, step: "a" }),
      event("step.retrying", { seq: 3, step: "a", attempt: 1, data: { error: { code: "http.503", message: "busy" }, delayMs: 100 } }),
    ];
    const once = run(...events);
    const twice = reduceAll(once, events);
    expect(twice).toBe(once);
    expect(twice.steps.get("a")!.retries).toHaveLength(1);
  });

  it("keeps the model calls of all attempts", () => {
    const call = (model: string, error?: string) => ({ model, totalMs: 5, inputTokens: 1, outputTokens: 2, ...(error ? { error } : {}) });
    const model = run(
      event("step.started", { seq: 1, step: "reply", attempt: 1 }), event("step.retrying", { seq: 2, step: "reply", attempt: 1, data: { calls: [call("a", "busy")] } }),
      event("step.started", { seq: 3, step: "reply", attempt: 2 }), event("step.completed", { seq: 4, step: "reply", attempt: 2, data: { calls: [call("b")] } }));
    expect(model.steps.get("reply")!.calls).toEqual([call("a", "busy"), call("b")]);
  });

  it("lets a snapshot replace the tail from its offset", () => {
    const token = (offset: number, text: string) => event("step.token", { step: "reply", attempt: 1, data: { offset, text, answerNode: "answer" } });
    let model = run(event("step.started", { seq: 1, step: "reply", attempt: 1 }), token(0, "Up to "), token(6, "five"));
    model = reduce(model, token(0, "Up to five days")); // after a reconnect
    model = reduce(model, token(15, " move"));
    expect(model.steps.get("reply")).toMatchObject({ text: "Up to five days move", answer: "answer" });
    expect(reduce(model, token(500, "lost")).steps.get("reply")!.text).toBe("Up to five days move");
  });

  it("starts the text anew with a new attempt and drops late tokens of the old one", () => {
    const token = (attempt: number, offset: number, text: string) => event("step.token", { step: "a", attempt, data: { offset, text } });
    const model = run(
      event("step.started", { seq: 1, step: "a", attempt: 1 }), token(1, 0, "wrong start"),
      event("step.retrying", { seq: 2, step: "a", attempt: 1 }), event("step.started", { seq: 3, step: "a", attempt: 2 }),
      token(1, 11, " late"), token(2, 0, "right"));
    expect(model.steps.get("a")).toMatchObject({ attempt: 2, text: "right", state: "running" });
  });

  it("takes a new attempt from a token that overtakes its step.started", () => {
    const model = run(
      event("step.started", { seq: 1, step: "a", attempt: 1 }),
      event("step.token", { step: "a", attempt: 2, data: { offset: 0, text: "second" } }),
      event("step.started", { seq: 2, step: "a", attempt: 2 }));
    expect(model.steps.get("a")).toMatchObject({ attempt: 2, text: "second" });
  });

  it("drops tokens that arrive after the step's end", () => {
    const model = run(
      event("step.started", { seq: 1, step: "a" }), event("step.completed", { seq: 2, step: "a", data: { outputs: { text: "whole" } } }),
      event("step.token", { step: "a", attempt: 1, data: { offset: 0, text: "part" } }));
    expect(model.steps.get("a")!.text).toBe("");
  });

  it("waits for a person and goes on", () => {
    const form = { title: "Send it?", decisions: ["yes", "no"] };
    const waiting = run(event("run.started", { seq: 1 }), event("step.started", { seq: 2, step: "ask" }),
      event("step.waiting", { seq: 3, step: "ask", data: { form } }), event("run.waiting", { seq: 4 }));
    expect(waiting.state).toBe("waiting");
    expect(waitingSteps(waiting).map(step => step.path)).toEqual(["ask"]);
    const resumed = reduce(waiting, event("step.resumed", { seq: 5, step: "ask", data: { answer: { decision: "yes", by: "mk" } } }));
    expect(resumed.state).toBe("running");
    expect(resumed.steps.get("ask")).toMatchObject({ state: "running", decision: { decision: "yes" } });
    expect(waitingSteps(resumed)).toEqual([]);
  });

  it("closes what was still open when the run ends", () => {
    const model = run(event("step.started", { seq: 1, step: "a" }), event("step.ready", { seq: 2, step: "b" }), event("step.completed", { seq: 3, step: "c" }), event("run.cancelled", { seq: 4 }));
    expect([...model.steps.values()].map(step => step.state)).toEqual(["cancelled", "cancelled", "completed"]);
  });

  it("leaves other runs' events and the model before alone", () => {
    const before = run(event("run.started", { seq: 1 }));
    expect(reduce(before, { ...event("step.started", { seq: 2, step: "x" }), runId: "other" })).toBe(before);
    const after = reduce(before, event("step.started", { seq: 2, step: "x" }));
    expect(before.steps.size).toBe(0);
    expect(after.steps.size).toBe(1);
  });
});

describe("paths", () => {
  it("finds the enclosing step", () => {
    const steps = new Map([["loop", 1], ["loop#3/reply", 1], ["assistant", 1], ["assistant/turn#2", 1]]);
    expect(parentPath("loop#3/reply", steps)).toBe("loop");
    expect(parentPath("loop#3/inner#1/x", steps)).toBe("loop");
    expect(parentPath("assistant/turn#2/call#1", steps)).toBe("assistant/turn#2");
    expect(parentPath("assistant/turn#2", steps)).toBe("assistant");
    expect(parentPath("loop", steps)).toBeUndefined();
    expect([nodeOf("loop#3/reply"), nodeOf("assistant/turn#2"), nodeOf("a")]).toEqual(["reply", "turn", "a"]);
  });

  it("knows which tool a call of an agent runs", () => {
    const model = run(event("step.completed", { seq: 1, step: "a/turn#1", data: { outputs: { calls: [{ tool: "search" }, { tool: "mail" }] } } }), event("step.started", { seq: 2, step: "a/turn#1/call#2" }));
    expect(toolOf("a/turn#1/call#2", model.steps)).toBe("mail");
    expect(toolOf("a/turn#1/call#2/approval", model.steps)).toBe("mail");
    expect(toolOf("a/turn#1/call#9", model.steps)).toBeUndefined();
    expect(stepsOf(model, "mail").map(step => step.path)).toEqual(["a/turn#1/call#2"]);
  });

  it("collects a node's steps over iterations", () => {
    const model = run(...[1, 2, 3].map(n => event("step.started", { seq: n, step: `loop#${n}/reply` })));
    expect(stepsOf(model, "reply").map(step => step.path)).toEqual(["loop#1/reply", "loop#2/reply", "loop#3/reply"]);
  });
});

describe("usageOf", () => {
  const usage = (n: number) => ({ inputTokens: n, outputTokens: 1, cost: 0.1, modelCalls: 1 });
  it("counts innermost steps only, until the run reports its own", () => {
    const model = run(
      event("step.completed", { seq: 1, step: "agent/turn#1", data: { usage: usage(10) } }),
      event("step.completed", { seq: 2, step: "agent/turn#2", data: { usage: usage(20) } }),
      event("step.completed", { seq: 3, step: "agent", data: { usage: usage(30) } }));
    expect(usageOf(model)).toMatchObject({ inputTokens: 30, modelCalls: 2 });
    expect(usageOf(reduce(model, event("run.completed", { seq: 4, data: { usage: usage(99) } }))).inputTokens).toBe(99);
  });
});
