import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Bridge } from "../src/bridge";
import type { EditorState, FlowDocument, NodeDescriptor, Pin, RunEvent } from "../src/contract";
import { canPin, Debugger, lastPin, skeleton } from "../src/debug/debugger";
import { failedStep, fromRecord, toBeTaken } from "../src/debug/rerun";
import { emptyRun, reduceAll, stoppedSteps, waitingSteps } from "../src/run/runModel";
import { EditorStore } from "../src/store";

const type = (name: string, more: Partial<NodeDescriptor> = {}): NodeDescriptor => ({
  type: name, version: 1, name, group: "models", icon: "box", description: "", summary: "", settings: [], outputs: [], ports: [{ name: "in", kind: "in", label: "" }, { name: "out", kind: "out", label: "" }],
  isEffect: false, isContainer: false, isAttachable: false, ...more });
const types = [type("start", { outputsFrom: { setting: "inputs" } }), type("model.chat", { isEffect: true, outputs: [{ name: "text", type: "string", label: "Text" }, { name: "n", type: "integer", label: "N" }] }), type("answer")];
const node = (id: string, kind: string) => ({ id, type: kind, typeVersion: 1, name: id, position: { x: 0, y: 0 } });
const flow: FlowDocument = {
  schema: "designer.flow/1", id: "f", name: "f", mode: "task", nodes: [node("start", "start"), node("reply", "model.chat"), node("tool", "model.chat"), node("answer", "answer")],
  edges: [{ id: "e", from: "reply:tools", to: "tool:tool" }],
};
const event = (seq: number, kind: RunEvent["type"], more: Partial<RunEvent> = {}): RunEvent => ({ seq, type: kind, runId: "r", time: "2026-01-01T00:00:00Z", ...more });
const done = (seq: number, step: string, more: RunEvent["data"] = {}) => [event(seq, "step.started", { step, attempt: 1 }), event(seq + 1, "step.completed", { step, attempt: 1, data: { port: "out", ...more } })];

describe("Debugger", () => {
  beforeEach(() => { vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined }); vi.stubGlobal("innerWidth", 1440); });
  afterEach(() => vi.unstubAllGlobals());

  function open(refuse = false) {
    const calls: unknown[][] = [];
    const say = (...call: unknown[]) => { calls.push(call); return refuse ? Promise.reject(new Error("no")) : Promise.resolve({ id: "1", name: call[1], input: call[2] }); };
    const bridge = {
      loadDebug: () => Promise.resolve({ pins: { answer: { outputs: { text: "kept" }, port: "out" } }, breakpoints: ["reply"], inputs: [] }),
      pin: (id: string, pin: Pin) => say("pin", id, pin), unpin: (id?: string) => say("unpin", id), setBreakpoint: (id: string, on: boolean) => say("break", id, on),
      saveInput: (name: string, input: unknown) => say("save", name, input), deleteInput: (id: string) => say("delete", id),
    } as unknown as Bridge;
    const editor = new EditorStore("f");
    const run = reduceAll(emptyRun("r"), done(1, "reply", { outputs: { text: "hi", n: 1 } }));
    const debug = new Debugger(editor, bridge, () => run);
    editor.load({ document: flow, revision: 1, nodeTypes: types, problems: [], bindings: {}, options: {}, canEdit: true, canRun: true, author: "ada", log: [] } satisfies EditorState, []);
    return { editor, debug, calls };
  }

  it("shows what the host keeps, and pins what the node gave in the shown run", async () => {
    const { editor, debug, calls } = open();
    await vi.waitFor(() => expect(editor.state().debugging.breakpoints.has("reply")).toBe(true));
    expect(editor.state().debugging.pins.get("answer")?.outputs).toEqual({ text: "kept" });
    await debug.togglePin("reply");
    expect(calls).toEqual([["pin", "reply", { outputs: { text: "hi", n: 1 }, port: "out" }]]);
    await debug.togglePin("reply");
    expect(editor.state().debugging.pins.has("reply")).toBe(false);
    await debug.toggleBreakpoint("reply");
    expect(calls.at(-1)).toEqual(["break", "reply", false]);
    await debug.unpinAll();
    expect(editor.state().debugging.pins.size).toBe(0);
  });

  it("opens the editor where a node gave nothing, and does not pin inputs or tools", async () => {
    const { editor, debug, calls } = open();
    await vi.waitFor(() => expect(editor.state().debugging.pins.size).toBe(1));
    await debug.unpinAll();
    await debug.togglePin("answer");
    expect(editor.state().pinEditing).toBe("answer");
    for (const id of ["start", "tool", "nobody"]) { await debug.togglePin(id); expect(canPin(flow, editor.state().nodeTypes, id)).toBe(false); }
    await debug.toggleBreakpoint("tool");
    expect(calls).toHaveLength(1);
  });

  it("changes nothing that the host refused, and says so", async () => {
    const { editor, debug } = open(true);
    await vi.waitFor(() => expect(editor.state().debugging.pins.size).toBe(1));
    await debug.togglePin("reply");
    await debug.toggleBreakpoint("answer");
    expect(editor.state().debugging).toMatchObject({ breakpoints: new Set(["reply"]) });
    expect(editor.state().debugging.pins.has("reply")).toBe(false);
    expect(editor.state().toasts).toHaveLength(2);
  });

  it("makes an object to fill in from the node's outputs", () => {
    expect(skeleton(flow.nodes[1], types[1])).toEqual({ text: "", n: 0 });
    expect(lastPin(undefined, "reply")).toBeUndefined();
  });
});

describe("a rerun", () => {
  it("takes done effects from the record, and knows what it took, pins aside", () => {
    const map = new Map(types.map((one) => [one.type, one]));
    const failed = reduceAll(emptyRun("r"), [event(1, "run.started"), ...done(2, "start"), ...done(4, "reply"), event(6, "step.started", { step: "answer" }), event(7, "step.failed", { step: "answer", data: { error: { code: "x", message: "x" } } })]);
    expect(toBeTaken(failed, flow, map)).toEqual(["reply"]);
    expect(failedStep(failed)?.path).toBe("answer");
    const again = reduceAll(emptyRun("r"), [event(1, "run.started", { data: { start: { pins: { answer: { outputs: {}, port: "out" } } } } }), ...done(2, "reply", { cached: true }), ...done(4, "answer", { cached: true })]);
    expect(fromRecord(again)).toEqual(["reply"]);
  });
});

describe("a breakpoint", () => {
  it("is a state of the step before which the run stopped, and no question to a person", () => {
    const waiting = reduceAll(emptyRun("r"), [event(1, "run.started"), event(2, "step.waiting", { step: "loop#0/reply/@break", data: { inputs: { text: "in" }, form: { title: "Reply", decisions: ["continue"] } } }), event(3, "run.waiting")]);
    expect(stoppedSteps(waiting)).toMatchObject([{ path: "loop#0/reply", state: "waiting", inputs: { text: "in" } }]);
    expect(waitingSteps(waiting)).toEqual([]);
    const on = reduceAll(waiting, [event(4, "step.resumed", { step: "loop#0/reply/@break", data: { answer: { decision: "continue" } } }), ...done(5, "loop#0/reply")]);
    expect(stoppedSteps(on)).toEqual([]);
    expect(on).toMatchObject({ state: "running" });
    expect(on.steps.get("loop#0/reply")?.state).toBe("completed");
  });
});
