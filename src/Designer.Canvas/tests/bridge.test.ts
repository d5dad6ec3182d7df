import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Bridge } from "../src/bridge";
import type { Command, CommitResult, EditorState, Op } from "../src/contract";
import { findNode } from "../src/kernel/document";
import { EditorStore } from "../src/store";
import { sample, types } from "./sample";

const rename = (value: string, id = "guard"): Op => ({ op: "setNode", id, field: "name", value });

/** A host as the bridge sees it: what it was sent, and what it answers. */
class Host {
  sent: Command[] = [];
  states: unknown[] = [];
  revision = 1;
  reads = 0;
  answer: (command: Command) => Promise<CommitResult> = async () => ({ revision: ++this.revision, problems: [] });
  readonly dotnet = {
    invokeMethodAsync: async <T>(method: string, argument: unknown): Promise<T> => {
      if (method === "StateChangedAsync") this.states.push(argument);
      if (method !== "CommitAsync") return undefined as T;
      this.sent.push(argument as Command);
      return await this.answer(argument as Command) as T;
    },
  };
  readonly fetch = async (): Promise<Response> => {
    this.reads++;
    const state: EditorState = { document: sample(), revision: this.revision, nodeTypes: [...types.values()], problems: [], bindings: {}, options: {}, canEdit: true, canRun: true };
    return new Response(JSON.stringify(state));
  };
}

const storage = new Map<string, string>();
let host: Host;
const opened: Bridge[] = [];

beforeEach(() => {
  host = new Host();
  storage.clear();
  vi.useFakeTimers();
  vi.stubGlobal("fetch", host.fetch);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => storage.set(key, value), removeItem: (key: string) => storage.delete(key),
  });
});
afterEach(() => {
  for (const bridge of opened.splice(0)) bridge.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(): Promise<{ store: EditorStore; bridge: Bridge }> {
  const store = new EditorStore("f1");
  const bridge = new Bridge(store, { flowId: "f1", dotnet: host.dotnet });
  opened.push(bridge);
  await bridge.load();
  return { store, bridge };
}
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const nameOf = (store: EditorStore, id = "guard"): string => findNode(store.state().document, id)!.name;

test("a commit shows at once and is sent; the confirmation clears the queue", async () => {
  const { store } = await open();
  store.commit([rename("One")], "Rename");
  expect(nameOf(store)).toBe("One");
  await settle();
  expect(host.sent.map((c) => c.ops)).toEqual([[rename("One")]]);
  expect(store.state()).toMatchObject({ pending: [], revision: 2, saved: "saved" });
  expect(storage.size).toBe(0);
});

test("commands go one at a time, in order", async () => {
  const { store } = await open();
  let free = (): void => {};
  host.answer = () => new Promise((done) => { free = () => done({ revision: ++host.revision, problems: [] }); });
  store.commit([rename("One")], "Rename");
  store.commit([rename("Two")], "Rename");
  await settle();
  expect(host.sent.length).toBe(1);
  free();
  await settle();
  expect(host.sent.map((c) => c.ops[0])).toEqual([rename("One"), rename("Two")]);
  free();
  await settle();
  expect(store.state().pending).toEqual([]);
});

test("a lost circuit loses nothing: kept, reported, sent again", async () => {
  const { store } = await open();
  host.answer = () => Promise.reject(new Error("circuit is away"));
  store.commit([rename("One")], "Rename");
  await vi.advanceTimersByTimeAsync(200);
  expect(store.state().saved).toBe("offline");
  expect(host.states.at(-1)).toMatchObject({ saved: "offline", canUndo: true });
  expect(storage.get("designer.unsent.f1")).toContain("One");
  host.answer = async () => ({ revision: ++host.revision, problems: [] });
  await vi.advanceTimersByTimeAsync(2000);
  expect(store.state()).toMatchObject({ saved: "saved", pending: [] });
  expect(storage.size).toBe(0);
  expect(new Set(host.sent.map((c) => c.id)).size).toBe(1);
});

test("a call that never ends is given up and made again with the same id", async () => {
  const { store } = await open();
  host.answer = () => new Promise(() => {});
  store.commit([rename("One")], "Rename");
  await vi.advanceTimersByTimeAsync(15_100);
  expect(store.state().saved).toBe("offline");
  host.answer = async () => ({ revision: ++host.revision, problems: [] });
  await vi.advanceTimersByTimeAsync(1000);
  expect(store.state()).toMatchObject({ saved: "saved", pending: [] });
  expect(host.sent.map((c) => c.id)).toEqual([host.sent[0]!.id, host.sent[0]!.id]);
});

test("unsent commands of a closed page are sent after the next load", async () => {
  const first = await open();
  host.answer = () => Promise.reject(new Error("away"));
  first.store.commit([rename("Before the reload")], "Rename");
  await settle();
  first.bridge.dispose();
  host.answer = async () => ({ revision: ++host.revision, problems: [] });
  const { store } = await open();
  expect(nameOf(store)).toBe("Before the reload");
  await settle();
  expect(host.sent.at(-1)!.ops).toEqual([rename("Before the reload")]);
  expect(storage.size).toBe(0);
});

test("a refused command is taken back, told, and the document read again", async () => {
  const { store } = await open();
  host.answer = async () => ({ revision: 1, problems: [], error: "You may only read this flow." });
  store.commit([rename("Not allowed")], "Rename");
  await vi.advanceTimersByTimeAsync(50);
  expect(nameOf(store)).toBe("Guard");
  expect(host.reads).toBe(2);
  expect(store.state().toasts.at(-1)!.text).toContain("You may only read this flow.");
  expect(store.state().pending).toEqual([]);
});

test("somebody else's command is applied below the own; one that cannot fit makes the document be read again", async () => {
  const { store, bridge } = await open();
  bridge.applied({ id: "x", revision: 2, ops: [rename("Theirs")] });
  expect(nameOf(store)).toBe("Theirs");
  expect(store.state().revision).toBe(2);
  bridge.applied({ id: "y", revision: 3, ops: [{ op: "removeNode", id: "never_there" }] });
  await settle();
  expect(host.reads).toBe(2);
});

test("a missed command is noticed by its number", async () => {
  const { store, bridge } = await open();
  bridge.applied({ id: "x", revision: 3, ops: [rename("Third")] });
  expect(nameOf(store)).toBe("Third");
  host.revision = 3;
  await vi.advanceTimersByTimeAsync(5000);
  expect(host.reads).toBe(2);
});

test("undo and redo are commands like any other", async () => {
  const { store } = await open();
  store.commit([rename("One")], "Rename");
  store.undo();
  expect(nameOf(store)).toBe("Guard");
  store.redo();
  expect(nameOf(store)).toBe("One");
  await settle();
  expect(host.sent.map((c) => c.ops[0])).toEqual([rename("One"), rename("Guard"), rename("One")]);
  expect(store.state()).toMatchObject({ canUndo: true, canRedo: false });
});

test("a reader of the flow changes nothing", async () => {
  const { store } = await open();
  store.set({ canEdit: false });
  expect(store.commit([rename("One")], "Rename")).toBe(false);
  expect(host.sent).toEqual([]);
});

test("a flow that cannot be read says why", async () => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ title: "Not found", detail: "This flow was deleted." }), { status: 404 }));
  const { store } = await open();
  expect(store.state()).toMatchObject({ status: "failed", failure: "This flow was deleted." });
});
