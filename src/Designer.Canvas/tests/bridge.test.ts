import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Bridge } from "../src/bridge";
import type { AppliedCommand, Command, CommitResult, EditorState, LogEntry, Op } from "../src/contract";
import { commitDraft, draftWaits, registerDraft } from "../src/controls/drafts";
import { findNode } from "../src/kernel/document";
import { EditorStore } from "../src/store";
import { sample, types } from "./sample";

const theirs = (id: string, revision: number, ...ops: Op[]): AppliedCommand => ({ id, revision, author: "bob", kind: "edit", step: id, ops });
const rename = (value: string, id = "guard"): Op => ({ op: "setNode", id, field: "name", value });

/** A host as the bridge sees it: what it was sent, and what it answers. */
class Host {
  sent: Command[] = [];
  states: unknown[] = [];
  revision = 1;
  reads = 0;
  log: LogEntry[] = [];
  asked: Command[] = [];
  choose: (command: Command) => Promise<CommitResult> = async () => ({ revision: ++this.revision, problems: [], isMerged: true });
  answer: (command: Command) => Promise<CommitResult> = async () => ({ revision: ++this.revision, problems: [] });
  readonly dotnet = {
    invokeMethodAsync: async <T>(method: string, argument: unknown): Promise<T> => {
      if (method === "StateChangedAsync") this.states.push(argument);
      if (method === "ChooseAsync") {
        this.asked.push(argument as Command);
        return await this.choose(argument as Command) as T;
      }
      if (method !== "CommitAsync") return undefined as T;
      this.sent.push(argument as Command);
      return await this.answer(argument as Command) as T;
    },
  };
  readonly fetch = async (): Promise<Response> => {
    this.reads++;
    const state: EditorState = { document: sample(), revision: this.revision, nodeTypes: [...types.values()], problems: [], bindings: {}, options: {}, canEdit: true, canRun: true, author: "ada", log: this.log };
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
    get length() { return storage.size; }, key: (index: number) => [...storage.keys()][index] ?? null, getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => storage.set(key, value), removeItem: (key: string) => storage.delete(key),
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
const waiting = (): string[] => [...storage].flatMap(([key, value]) => (key.startsWith("designer.unsent.f1/") ? [value] : []));
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const nameOf = (store: EditorStore, id = "guard"): string => findNode(store.state().document, id)!.name;

test("a commit shows at once and is sent; the confirmation clears the queue", async () => {
  const { store } = await open();
  store.commit([rename("One")], "Rename");
  expect(nameOf(store)).toBe("One");
  await settle();
  expect(host.sent.map((c) => c.ops)).toEqual([[rename("One")]]);
  expect(store.state()).toMatchObject({ pending: [], revision: 2, saved: "saved" });
  expect(waiting()).toEqual([]);
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
  expect(waiting().join()).toContain("One");
  host.answer = async () => ({ revision: ++host.revision, problems: [] });
  await vi.advanceTimersByTimeAsync(2000);
  expect(store.state()).toMatchObject({ saved: "saved", pending: [] });
  expect(waiting()).toEqual([]);
  expect(new Set(host.sent.map((c) => c.id)).size).toBe(1);
});

test("what is typed and not committed yet is not called saved", async () => {
  const { store } = await open();
  const flush = (): void => {
    store.commit([rename("Typed")], "Rename");
    draftWaits(flush, false);
  };
  const forget = registerDraft(flush);
  draftWaits(flush, true);
  expect(store.state().saved).toBe("saving");
  flush();
  expect(store.state().saved).toBe("saving");
  await settle();
  expect(host.sent.length).toBe(1);
  expect(store.state().saved).toBe("saved");

  // Taken back before it was committed, and a field that goes away.
  draftWaits(flush, true);
  draftWaits(flush, false);
  expect(store.state().saved).toBe("saved");
  draftWaits(flush, true);
  forget();
  expect(store.state()).toMatchObject({ saved: "saved", pending: [] });
});

test("what is typed stands on what its author saw, not on what somebody else stored meanwhile", async () => {
  const { store, bridge } = await open();
  const flush = (): void => {
    commitDraft(flush, () => store.commit([rename("Typed")], "Rename"));
    draftWaits(flush, false);
  };
  const forget = registerDraft(flush);
  draftWaits(flush, true);
  bridge.applied(theirs("x", 2, rename("Theirs")));
  host.revision = 2;
  // The host sees two changes of one name and asks.
  host.answer = async (command) => ({ revision: 2, problems: [], ...(command.baseRevision < 2 ? { conflicts: [{}] } : {}) });
  flush();
  await settle();
  expect(host.sent.map((command) => command.baseRevision)).toEqual([1]);
  expect(host.asked.map((command) => command.baseRevision)).toEqual([1]);

  // The next words stand on what is there now; so does what is not typed.
  host.answer = async () => ({ revision: ++host.revision, problems: [] });
  draftWaits(flush, true);
  flush();
  store.commit([rename("Search two", "search")], "Rename");
  await settle();
  expect(host.sent.slice(1).map((command) => command.baseRevision)).toEqual([3, 3]);
  forget();
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
  expect(waiting()).toEqual([]);
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
  bridge.applied(theirs("x", 2, rename("Theirs")));
  expect(nameOf(store)).toBe("Theirs");
  expect(store.state().revision).toBe(2);
  bridge.applied(theirs("y", 3, { op: "removeNode", id: "never_there" }));
  await settle();
  expect(host.reads).toBe(2);
});

test("a missed command is noticed by its number", async () => {
  const { store, bridge } = await open();
  bridge.applied(theirs("x", 3, rename("Third")));
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

test("commands of two tabs wait side by side and are sent in the order in which they were made", async () => {
  host.answer = () => Promise.reject(new Error("away"));
  const one = await open();
  const two = await open();
  one.store.commit([rename("One")], "Rename");
  await vi.advanceTimersByTimeAsync(10);
  two.store.commit([rename("Two")], "Rename");
  await vi.advanceTimersByTimeAsync(10);
  one.store.commit([rename("Three")], "Rename");
  for (const bridge of opened.splice(0)) bridge.dispose();
  host.sent = [];
  host.answer = async () => ({ revision: ++host.revision, problems: [] });
  await open();
  await settle();
  expect(host.sent.map((c) => c.ops[0])).toEqual([rename("One"), rename("Two"), rename("Three")]);
  expect(waiting()).toEqual([]);
});

test("a pending command that others' work left no room for stays and is settled by the host", async () => {
  const { store, bridge } = await open();
  let answer: (result: CommitResult) => void = () => {};
  host.answer = () => new Promise((done) => { answer = done; });
  store.commit([rename("Mine")], "Rename");
  await settle();
  bridge.applied(theirs("x", 2, { op: "removeNode", id: "guard" }));
  expect(store.state().pending.length).toBe(1);
  answer({ revision: 3, problems: [], isMerged: true });
  await settle();
  expect(host.reads).toBe(2);
  expect(store.state().pending).toEqual([]);
});

test("where two people changed the same setting the person is asked once, for everything that waits", async () => {
  const { store } = await open();
  host.answer = async () => ({ revision: 4, problems: [], conflicts: [{}] });
  store.commit([rename("One")], "Rename");
  store.commit([rename("Two")], "Rename");
  await settle();
  expect(host.sent.length).toBe(1);
  expect(host.asked.map((c) => c.ops)).toEqual([[rename("One"), rename("Two")]]);
  expect(host.asked[0]!.id).toBe(host.sent[0]!.id);
  expect(host.reads).toBe(2);
  expect(store.state().pending).toEqual([]);
  expect(waiting()).toEqual([]);
});

test("undo goes on after a reload and leaves alone what others changed since", async () => {
  const entry = (id: string, author: string, ops: Op[], inverse: Op[], kind: LogEntry["kind"] = "edit", step = id): LogEntry => ({ id, author, kind, step, ops, ...(author === "ada" ? { inverse } : {}) });
  host.log = [
    entry("a", "ada", [rename("A", "search")], [rename("Search handbook", "search")]),
    entry("b", "ada", [rename("B")], [rename("Guard")]),
    entry("c", "ada", [rename("C", "answer")], [rename("Answer", "answer")]), entry("d", "ada", [], [], "undo", "c"),
    entry("e", "bob", [rename("Bob's")], []),
  ];
  const { store } = await open();
  expect(store.state()).toMatchObject({ canUndo: true, canRedo: true });
  store.undo();
  await settle();
  expect(host.sent.at(-1)).toMatchObject({ kind: "undo", step: "a", ops: [rename("Search handbook", "search")] });
  expect(store.state().canUndo).toBe(false);
  store.redo();
  store.redo();
  await settle();
  expect(host.sent.slice(-2).map((c) => [c.kind, c.step])).toEqual([["redo", "a"], ["redo", "c"]]);
});

test("what the author did in another browser can be undone here", async () => {
  const { store, bridge } = await open();
  bridge.applied({ id: "other.1", revision: 2, author: "ada", kind: "edit", step: "other.1", ops: [rename("Elsewhere")], inverse: [rename("Guard")] });
  store.undo();
  expect(nameOf(store)).toBe("Guard");
  await settle();
  expect(host.sent.at(-1)).toMatchObject({ kind: "undo", step: "other.1" });
});

test("what is not sent yet follows where the host had to call a node otherwise", async () => {
  const { store } = await open();
  let answer: (result: CommitResult) => void = () => {};
  host.answer = () => new Promise((done) => { answer = done; });
  store.commit([rename("One")], "Rename");
  store.commit([rename("Two")], "Rename");
  await settle();
  answer({ revision: ++host.revision, problems: [], isMerged: true, renamed: { nodes: { guard: "guard_2" }, edges: {}, notes: {}, groups: {} } });
  await settle();
  expect(waiting().join()).toContain("guard_2");
  expect(host.sent.at(-1)!.ops).toEqual([rename("Two", "guard_2")]);
});

test("whoever leaves the draft waits until the host has everything, what is being typed too; without the host that is said", async () => {
  const { store, bridge } = await open();
  const flush = (): void => { store.commit([rename("Typed")], "Rename"); };
  const forget = registerDraft(flush);
  let answer: (result: CommitResult) => void = () => {};
  host.answer = () => new Promise((done) => { answer = done; });
  let isSaved: boolean | undefined;
  void bridge.saveAll().then((saved) => { isSaved = saved; });
  await settle();
  expect(host.sent.map((c) => c.ops)).toEqual([[rename("Typed")]]);
  expect(isSaved).toBeUndefined();
  answer({ revision: 2, problems: [] });
  await settle();
  expect(isSaved).toBe(true);

  host.answer = () => Promise.reject(new Error("gone"));
  forget();
  store.commit([rename("Later")], "Rename");
  expect(await bridge.saveAll()).toBe(false);
  expect(store.state().toasts.at(-1)?.tone).toBe("error");
});
