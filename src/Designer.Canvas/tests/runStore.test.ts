import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Bridge } from "../src/bridge";
import type { EditorState, FlowDocument, RunEvent, StartRun } from "../src/contract";
import { HttpProblem } from "../src/run/problem";
import { RunStore } from "../src/run/runStore";
import { valuesOf } from "../src/run/runView";
import { EditorStore } from "../src/store";

class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem(key: string) { return this.items.get(key) ?? null; }
  setItem(key: string, value: string) { this.items.set(key, value); }
  removeItem(key: string) { this.items.delete(key); }
}

const flow: FlowDocument = {
  schema: "designer.flow/1", id: "f", name: "f", mode: "chat",
  nodes: [
    { id: "start", type: "start", typeVersion: 1, name: "Start", position: { x: 0, y: 0 }, settings: { inputs: [{ name: "question", type: "string", required: true }] } },
    { id: "answer", type: "answer", typeVersion: 1, name: "Answer", position: { x: 0, y: 0 } }],
  edges: [],
};
const editorState = (more: Partial<EditorState> = {}): EditorState => ({ document: flow, revision: 1, nodeTypes: [], problems: [], bindings: {}, options: {}, canEdit: true, canRun: true, author: "ada", log: [], ...more });
const event = (runId: string, seq: number, type: RunEvent["type"], more: Partial<RunEvent> = {}): RunEvent => ({ seq, type, runId, time: "2026-01-01T00:00:00Z", ...more });

/** A host that starts r1, r2, … and answers event streams with what it is told. */
function host() {
  const started: StartRun[] = [];
  const logs = new Map<string, RunEvent[]>();
  let refusal: HttpProblem | undefined;
  const bridge = {
    filesUrl: () => "/files", eventsUrl: (runId: string) => `/runs/${runId}`,
    startRun: (request: StartRun) => { if (refusal) return Promise.reject(refusal); started.push(request); return Promise.resolve({ runId: `r${started.length}` }); },
    getRun: () => Promise.resolve({ conversationId: "c-old" }), cancelRun: () => Promise.resolve({}), answerRun: () => Promise.resolve({}),
  } as unknown as Bridge;
  vi.stubGlobal("fetch", (url: string) => {
    const log = logs.get(url.slice(6));
    return Promise.resolve(log ? new Response(log.map(e => `data: ${JSON.stringify(e)}\n\n`).join("")) : new Response("{}", { status: 404 }));
  });
  return { bridge, started, logs, refuse: (problem: HttpProblem | undefined) => { refusal = problem; } };
}

const completed = (runId: string, question: string, text: string) => [
  event(runId, 1, "run.started", { data: { input: { question } } }), event(runId, 2, "step.completed", { step: "answer", data: { outputs: { text } } }),
  event(runId, 3, "run.completed", { data: { output: { text } } })];

function open(bridge: Bridge, state = editorState()) {
  const editor = new EditorStore("f");
  const run = new RunStore(editor, bridge);
  editor.load(state, []);
  return { editor, run };
}

describe("RunStore", () => {
  const session = () => (globalThis.sessionStorage as unknown as MemoryStorage).items;
  beforeEach(() => { vi.stubGlobal("localStorage", new MemoryStorage()); vi.stubGlobal("sessionStorage", new MemoryStorage()); vi.stubGlobal("innerWidth", 1440); });
  afterEach(() => vi.unstubAllGlobals());
  const over = (run: RunStore) => vi.waitFor(() => expect(run.state().model?.state).toBe("completed"));

  it("runs with the inputs, follows to the end and paints", async () => {
    const { bridge, started, logs } = host();
    logs.set("r1", completed("r1", "hi", "hello"));
    const { editor, run } = open(bridge);
    run.setText("question", "hi");
    await run.run();
    await over(run);
    expect(started[0]).toMatchObject({ input: { question: "hi" } });
    expect(started[0]!.conversationId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(run.state().texts.question).toBe("");
    expect(editor.state().run).toMatchObject({ runId: "r1", active: false });
    expect(editor.state().run.byNode.get("answer")?.state).toBe("done");
  });

  it("keeps the conversation over turns and over a reload", async () => {
    const { bridge, started, logs } = host();
    logs.set("r1", completed("r1", "one", "first")).set("r2", completed("r2", "two", "second"));
    const { run } = open(bridge);
    for (const text of ["one", "two"]) { run.setText("question", text); await run.run(); await over(run); }
    expect(started[1]!.conversationId).toBe(started[0]!.conversationId);
    expect(run.state().turns).toMatchObject([{ question: "one", text: "first" }]);
    run.dispose();

    const { run: again } = open(bridge);
    await over(again);
    expect(again.state().model?.runId).toBe("r2");
    expect(again.state().turns).toMatchObject([{ question: "one", text: "first" }]);
    expect(again.state().conversationId).toBe(started[0]!.conversationId);
  });

  it("shows the flow's last run to somebody who comes anew, and goes on in its conversation", async () => {
    const { bridge, logs } = host();
    logs.set("old", completed("old", "q", "a"));
    const { run } = open(bridge, editorState({ lastRunId: "old" }));
    await over(run);
    expect(run.state().conversationId).toBe("c-old");
  });

  it("forgets a kept run that is gone", async () => {
    const { bridge } = host();
    session().set("designer.run.f", JSON.stringify({ runId: "gone", turns: [] }));
    const { run } = open(bridge);
    await vi.waitFor(() => expect(run.state().model).toBeUndefined());
    expect(run.state().problem).toBeUndefined();
  });

  it("says what is missing and does not start", async () => {
    const { bridge, started } = host();
    const { editor, run } = open(bridge);
    await run.run();
    expect(started).toEqual([]);
    expect(run.state().errors).toEqual({ question: "required" });
    expect(editor.state().runOpen).toBe(true);
  });

  it("shows a refusal, and keeps what was typed", async () => {
    const { bridge, refuse } = host();
    const { run } = open(bridge);
    refuse(new HttpProblem(422, "The flow cannot run.", undefined, [{ code: "slot.unbound", severity: "error", nodeId: "answer", message: "No model." }]));
    run.setText("question", "hi");
    await run.run();
    expect(run.state()).toMatchObject({ starting: false, problem: { title: "The flow cannot run." }, texts: { question: "hi" } });
  });

  it("runs one node on the values of the shown run", async () => {
    const { bridge, started, logs } = host();
    logs.set("r1", completed("r1", "hi", "hello")).set("r2", completed("r2", "hi", "hello"));
    const { run } = open(bridge);
    run.setText("question", "hi");
    await run.run();
    await over(run);
    await run.runNode("answer", "only");
    expect(started[1]).toMatchObject({ input: { question: "hi" }, target: { node: "answer", mode: "only" }, replayOf: "r1", allowEffects: true });
    expect(started[1]!.conversationId).toBeUndefined();
    await over(run);
    await run.runNode("answer", "to");
    expect(started[2]).toMatchObject({ replayOf: "r1" }); // the whole run, not the try before
    expect(run.state().turns.map(turn => turn.runId)).toEqual(["r1"]);
  });

  it("keeps the values of the whole run while one node is tried, and finds them again after a reload", async () => {
    const { bridge, logs } = host();
    logs.set("r1", [event("r1", 1, "run.started", { data: { input: { question: "hi" } } }), event("r1", 2, "step.completed", { step: "start", data: { outputs: { question: "hi" } } }), event("r1", 3, "run.completed")]);
    logs.set("r2", completed("r2", "hi", "tried"));
    const { run } = open(bridge);
    run.setText("question", "hi");
    await run.run();
    await over(run);
    await run.runNode("answer", "only");
    await over(run);
    const values = (of: RunStore) => [...valuesOf(of.state())!.steps].map(([path, step]) => [path, step.outputs]);
    expect(values(run)).toEqual([["start", { question: "hi" }], ["answer", { text: "tried" }]]);
    expect(run.state().probe).toMatchObject({ base: "r1", from: Date.parse("2026-01-01T00:00:00Z") });
    run.dispose();
    const again = open(bridge).run;
    await vi.waitFor(() => expect(values(again)).toHaveLength(2));
  });
});
