import { expect, test } from "vitest";
import type { Command, Op } from "../src/contract";
import { emptyHistory, record, redoStep, undoStep, type Step } from "../src/kernel/history";
import { findNode } from "../src/kernel/document";
import { addForeign, addOwn, confirmOwn, openSession } from "../src/kernel/session";
import { summaryOf } from "../src/kernel/summary";
import { sample, types } from "./sample";

const rename = (id: string, value: string): Op => ({ op: "setNode", id, field: "name", value });
const command = (id: string, ...ops: Op[]): Command => ({ id, baseRevision: 1, ops });

test("own commands show at once and survive others' commands below them", () => {
  let { session } = openSession(sample(), 1);
  ({ session } = addOwn(session, command("a", rename("guard", "Mine"))));
  expect(findNode(session.document, "guard")!.name).toBe("Mine");
  ({ session } = addForeign(session, { id: "b", revision: 2, ops: [rename("search", "Theirs"), rename("guard", "Theirs too")] }));
  expect(findNode(session.document, "search")!.name).toBe("Theirs");
  expect(findNode(session.document, "guard")!.name).toBe("Mine");
  session = confirmOwn(session, "a", 3);
  expect(session).toMatchObject({ revision: 3, pending: [] });
  expect(session.confirmed).toEqual(session.document);
});

test("a pending command that no longer fits is dropped and told", () => {
  let { session } = openSession(sample(), 1);
  ({ session } = addOwn(session, command("a", rename("guard", "Mine"))));
  ({ session } = addOwn(session, command("c", rename("search", "Kept"))));
  const rebased = addForeign(session, { id: "b", revision: 2, ops: [{ op: "removeNode", id: "guard" }] });
  expect(rebased.dropped.map((c) => c.id)).toEqual(["a"]);
  expect(rebased.session.pending.map((c) => c.id)).toEqual(["c"]);
  expect(findNode(rebased.session.document, "search")!.name).toBe("Kept");
});

test("the own command coming back as somebody's is not applied twice", () => {
  let { session } = openSession(sample(), 1);
  ({ session } = addOwn(session, command("a", { op: "removeNode", id: "old" })));
  expect(addForeign(session, { id: "a", revision: 2, ops: [{ op: "removeNode", id: "old" }] }).session).toBe(session);
});

test("unsent commands of an earlier visit are put on top of the document that was read", () => {
  const { session, dropped } = openSession(sample(), 5, [command("a", rename("guard", "Unsent")), command("b", rename("gone", "x"))]);
  expect(findNode(session.document, "guard")!.name).toBe("Unsent");
  expect(dropped.map((c) => c.id)).toEqual(["b"]);
});

const step = (label: string, at: number, merge?: string): Step => ({ label, ops: [rename(label, label)], inverse: [rename(label, `un ${label}`)], at, ...(merge ? { merge } : {}) });

test("quick steps with one merge key are undone together, in the right order", () => {
  let history = record(emptyHistory, step("a", 0, "typing"));
  history = record(history, step("b", 500, "typing"));
  history = record(history, step("c", 5000, "typing"));
  history = record(history, step("d", 5100));
  expect(history.done.map((s) => s.label)).toEqual(["b", "c", "d"]);
  expect(history.done[0]!.ops.map((op) => (op as { id: string }).id)).toEqual(["a", "b"]);
  expect(history.done[0]!.inverse.map((op) => (op as { id: string }).id)).toEqual(["b", "a"]);
});

test("undo and redo travel; a new step ends the way forward", () => {
  const history = record(record(emptyHistory, step("a", 0)), step("b", 1));
  const back = undoStep(history)!;
  expect(back.step.label).toBe("b");
  expect(redoStep(back.history)!.history).toEqual(history);
  expect(record(back.history, step("c", 2)).undone).toEqual([]);
  expect(undoStep(emptyHistory)).toBeUndefined();
});

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
