import { expect, test } from "vitest";
import type { Command, LogEntry, Op } from "../src/contract";
import { emptyHistory, heard, historyOf, openStep, placesOf, record, redoStep, travelled, undoStep, type History, type Step } from "../src/kernel/history";
import { findNode } from "../src/kernel/document";
import { renamed } from "../src/kernel/rename";
import { addForeign, addOwn, combined, confirmOwn, fitting, openSession } from "../src/kernel/session";
import { summaryOf } from "../src/kernel/summary";
import { sample, types } from "./sample";

const rename = (id: string, value: string): Op => ({ op: "setNode", id, field: "name", value });
const command = (id: string, ...ops: Op[]): Command => ({ id, baseRevision: 1, ops });

test("own commands show at once and survive others' commands below them", () => {
  let { session } = openSession(sample(), 1);
  ({ session } = addOwn(session, command("a", rename("guard", "Mine"))));
  expect(findNode(session.document, "guard")!.name).toBe("Mine");
  session = (addForeign(session, { id: "b", revision: 2, ops: [rename("search", "Theirs"), rename("guard", "Theirs too")] }));
  expect(findNode(session.document, "search")!.name).toBe("Theirs");
  expect(findNode(session.document, "guard")!.name).toBe("Mine");
  session = confirmOwn(session, "a", 3);
  expect(session).toMatchObject({ revision: 3, pending: [] });
  expect(session.confirmed).toEqual(session.document);
});

test("a pending command that no longer fits is not drawn, but waits for the host to settle it", () => {
  let { session } = openSession(sample(), 1);
  ({ session } = addOwn(session, command("a", rename("guard", "Mine"))));
  ({ session } = addOwn(session, command("c", rename("search", "Kept"))));
  session = addForeign(session, { id: "b", revision: 2, ops: [{ op: "removeNode", id: "guard" }] });
  expect(session.pending.map((c) => c.id)).toEqual(["a", "c"]);
  expect(findNode(session.document, "search")!.name).toBe("Kept");
  expect(findNode(session.document, "guard")).toBeUndefined();
  expect(combined(session).pending).toEqual([command("a", rename("guard", "Mine"), rename("search", "Kept"))]);
  expect(fitting(session.document, [rename("guard", "x"), rename("search", "y")])).toEqual([rename("search", "y")]);
});

test("the own command coming back as somebody's is not applied twice", () => {
  let { session } = openSession(sample(), 1);
  ({ session } = addOwn(session, command("a", { op: "removeNode", id: "old" })));
  expect(addForeign(session, { id: "a", revision: 2, ops: [{ op: "removeNode", id: "old" }] })).toBe(session);
});

test("unsent commands of an earlier visit are put on top of the document that was read", () => {
  const { session, placed } = openSession(sample(), 5, [command("a", rename("guard", "Unsent")), command("b", rename("gone", "x"))]);
  expect(findNode(session.document, "guard")!.name).toBe("Unsent");
  expect(placed.map((p) => p.inverse)).toEqual([[rename("guard", "Guard")], undefined]);
});

const step = (id: string, at: number, merge?: string): Step => ({ id, label: id, ops: [rename(id, id)], inverse: [rename(id, `un ${id}`)], at, ...(merge ? { merge } : {}) });
const done = (history: History, next: Step): History => record(history, { ...next, id: openStep(history, next.merge, next.at) ?? next.id });

test("quick steps with one merge key are undone together, in the right order", () => {
  let history = done(emptyHistory, step("a", 0, "typing"));
  history = done(history, step("b", 500, "typing"));
  history = done(history, step("c", 5000, "typing"));
  history = done(history, step("d", 5100));
  expect(history.done.map((s) => s.id)).toEqual(["a", "c", "d"]);
  expect(history.done[0]!.ops.map((op) => (op as { id: string }).id)).toEqual(["a", "b"]);
  expect(history.done[0]!.inverse.map((op) => (op as { id: string }).id)).toEqual(["b", "a"]);
});

test("commands follow where parts go by another id", () => {
  const ops: Op[] = [
    { op: "addNode", node: { id: "a", type: "t", typeVersion: 1, name: "A", position: { x: 0, y: 0 }, settings: { text: "{{ a.x }} {{ b.y }} a.z" }, children: { nodes: [], edges: [{ id: "e1", from: "a:out", to: "b:in" }] } }, parent: "a" },
    { op: "setSetting", id: "a", name: "q", value: ["{{ a.x }}"] }, { op: "addEdge", edge: { id: "e1", from: "a:case:x", to: "b:in" } }, { op: "removeEdge", id: "e1" },
    { op: "moveNode", id: "a", position: { x: 1, y: 1 } }, { op: "removeNote", id: "n1" }, { op: "setNode", id: "a", field: "group", value: "g1" }, { op: "removeGroup", id: "g1" }, { op: "setFlow", field: "name", value: "a" },
  ];
  expect(renamed(ops, { nodes: { a: "a_2" }, edges: { e1: "e9" }, notes: { n1: "n2" }, groups: { g1: "g2" } })).toEqual([
    { op: "addNode", node: { id: "a_2", type: "t", typeVersion: 1, name: "A", position: { x: 0, y: 0 }, settings: { text: "{{ a_2.x }} {{ b.y }} a.z" }, children: { nodes: [], edges: [{ id: "e9", from: "a_2:out", to: "b:in" }] } }, parent: "a_2" },
    { op: "setSetting", id: "a_2", name: "q", value: ["{{ a_2.x }}"] }, { op: "addEdge", edge: { id: "e9", from: "a_2:case:x", to: "b:in" } }, { op: "removeEdge", id: "e9" },
    { op: "moveNode", id: "a_2", position: { x: 1, y: 1 } }, { op: "removeNote", id: "n2" }, { op: "setNode", id: "a_2", field: "group", value: "g2" }, { op: "removeGroup", id: "g2" }, { op: "setFlow", field: "name", value: "a" },
  ]);
});

test("undo and redo travel; a new step ends the way forward", () => {
  const history = done(done(emptyHistory, step("a", 0)), step("b", 1));
  expect(undoStep(history)!.id).toBe("b");
  const back = travelled(history, "undo", "b");
  expect(redoStep(back)!.id).toBe("b");
  expect(travelled(back, "redo", "b")).toEqual(history);
  expect(record(back, step("c", 2)).undone).toEqual([]);
  expect(undoStep(emptyHistory)).toBeUndefined();
  expect(travelled(emptyHistory, "undo", "gone")).toBe(emptyHistory);
});

const entry = (id: string, author: string, ops: Op[], extra: Partial<LogEntry> = {}): LogEntry => ({ id, author, kind: "edit", step: id, ops, inverse: ops.map((op) => ({ ...op, value: "before" }) as Op), ...extra });

test("the history is read from the log: own steps, commands of one step together, undone ones on the other side", () => {
  const history = historyOf([
    entry("a", "ada", [rename("guard", "1")]), entry("b", "ada", [rename("guard", "2")], { step: "a" }), entry("x", "bob", [rename("search", "x")]),
    entry("c", "ada", [rename("reply", "c")]), entry("d", "ada", [], { kind: "undo", step: "c" }),
  ], "ada");
  expect(history.done.map((s) => [s.id, s.ops.length])).toEqual([["a", 2]]);
  expect(history.undone.map((s) => s.id)).toEqual(["c"]);
});

test("what others touch is taken out of the own steps, and nothing else", () => {
  const history = record(record(emptyHistory, step("a", 0)), { ...step("b", 1), inverse: [rename("guard", "x"), rename("search", "y")] });
  const after = heard(history, entry("x", "bob", [{ op: "setSetting", id: "guard", name: "q", value: 1 }, rename("search", "theirs")]), "ada");
  expect(after.done.map((s) => s.inverse.length)).toEqual([1, 1]);
  expect(heard(after, entry("y", "bob", [{ op: "removeNode", id: "a" }]), "ada").done.map((s) => s.id)).toEqual(["b"]);
});

test.each<[Op, string[]]>([
  [{ op: "moveNode", id: "a", position: { x: 0, y: 0 } }, ["node a/position"]], [{ op: "setSetting", id: "a", name: "q", value: 1 }, ["node a/settings.q"]], [{ op: "removeNode", id: "a" }, ["node a"]],
  [{ op: "removeEdge", id: "e" }, ["edge e"]], [{ op: "removeNote", id: "n" }, ["note n"]], [{ op: "setFlow", field: "name", value: "x" }, ["flow name"]],
])("the place of %j", (op, places) => { expect(placesOf(op)).toEqual(places); });

test.each([
  ["search", "handbook · hybrid · top 6"], ["tickets", "assistant · up to 6 steps"], ["start", "question"], ["guard", "injection · personal data"],
  ["each_chunk", "chunks · 4 at a time"], ["answer", "text"], ["old", "Unknown node lab.unknown"], ["shorten", "model · Shorten text"],
])("the summary of %s", (id, text) => {
  const node = findNode(sample(), id)!;
  expect(summaryOf(node, types.get(node.type))).toBe(text);
});

test("parts of a summary with nothing in them are left out", () => {
  const node = { ...findNode(sample(), "search")!, settings: { topK: 3 } };
  expect(summaryOf(node, types.get(node.type))).toBe("hybrid · top 3");
  expect(summaryOf({ ...node, type: "answer", settings: {} }, types.get("answer"))).toBe("Answer");
  expect(summaryOf(findNode(sample(), "search")!, types.get("knowledge.search"), () => "The handbook")).toBe("The handbook · hybrid · top 6");
});
