import { expect, test } from "vitest";
import type { FlowDocument, Op } from "../src/contract";
import { apply, applyAll, RefusedOp } from "../src/kernel/apply";
import { sample } from "./sample";

const everyOp: Op[] = [
  { op: "addNode", node: { id: "extra", type: "answer", typeVersion: 1, name: "Extra", position: { x: 0, y: 0 } } },
  { op: "addNode", node: { id: "inner", type: "answer", typeVersion: 1, name: "Inner", position: { x: 0, y: 0 } }, parent: "each_chunk", index: 0 },
  { op: "removeNode", id: "search" },
  { op: "removeNode", id: "each_chunk" },
  { op: "removeNode", id: "shorten" },
  { op: "addEdge", edge: { id: "e99", from: "start:out", to: "answer:in" } },
  { op: "removeEdge", id: "e2" },
  { op: "moveNode", id: "shorten", position: { x: 4, y: 8 } },
  { op: "setNode", id: "search", field: "name", value: "Find" },
  { op: "setNode", id: "search", field: "timeout", value: "5s" },
  { op: "setNode", id: "search", field: "onError", value: null },
  { op: "setSetting", id: "search", name: "topK", value: 9 },
  { op: "setSetting", id: "search", name: "topK", value: null },
  { op: "setSetting", id: "search", name: "fresh", value: { a: [1] } },
  { op: "addNote", note: { id: "n2", text: "b", position: { x: 0, y: 0 } }, index: 0 },
  { op: "removeNote", id: "n1" },
  { op: "setNote", note: { id: "n1", text: "changed", position: { x: 1, y: 1 } } },
  { op: "setNode", id: "search", field: "group", value: "g1" },
  { op: "setNode", id: "search", field: "collapsed", value: true },
  { op: "addGroup", group: { id: "g2", title: "Two" }, index: 0 },
  { op: "removeGroup", id: "g1" },
  { op: "setGroup", group: { id: "g1", title: "Other", colour: "red", collapsed: true } },
  { op: "setFlow", field: "name", value: "Other" },
  { op: "setFlow", field: "slots", value: null },
];

test.each(everyOp.map((op) => [JSON.stringify(op), op] as const))("%s is undone exactly", (_, op) => {
  const before = sample();
  const { doc, inverse } = apply(before, op);
  expect(doc).not.toEqual(before);
  expect(before).toEqual(sample());
  expect(applyAll(doc, inverse).doc).toEqual(before);
});

test("many operations at once are undone exactly", () => {
  const before = sample();
  const ops: Op[] = [
    { op: "removeEdge", id: "e1" }, { op: "removeNode", id: "guard" }, { op: "setSetting", id: "search", name: "query", value: "x" },
    { op: "addNode", node: { id: "guard", type: "answer", typeVersion: 1, name: "Again", position: { x: 0, y: 0 } }, index: 0 },
    { op: "addEdge", edge: { id: "e1", from: "guard:out", to: "search:in" }, index: 0 }, { op: "removeNode", id: "each_chunk" },
  ];
  const { doc, inverse } = applyAll(before, ops);
  expect(applyAll(doc, inverse).doc).toEqual(before);
});

// A property over random histories: whatever was done, undoing all of it gives the first document back.
test("random histories are undone exactly", () => {
  let seed = 7;
  const random = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  for (let round = 0; round < 200; round++) {
    let doc: FlowDocument = sample();
    const inverses: Op[][] = [];
    for (let step = 0; step < 20; step++) {
      try {
        const applied = apply(doc, everyOp[random(everyOp.length)]!);
        doc = applied.doc;
        inverses.push(applied.inverse);
      } catch (error) { expect(error).toBeInstanceOf(RefusedOp); }
    }
    expect(inverses.length).toBeGreaterThan(3);
    for (const inverse of inverses.reverse()) doc = applyAll(doc, inverse).doc;
    expect(doc).toEqual(sample());
  }
});

test.each<[string, Op]>([
  ["a node twice", { op: "addNode", node: { id: "start", type: "answer", typeVersion: 1, name: "", position: { x: 0, y: 0 } } }],
  ["a node into nothing", { op: "addNode", node: { id: "x", type: "answer", typeVersion: 1, name: "", position: { x: 0, y: 0 } }, parent: "nobody" }],
  ["an edge over a border", { op: "addEdge", edge: { id: "x", from: "start:out", to: "shorten:in" } }],
  ["a node that is gone", { op: "moveNode", id: "nobody", position: { x: 0, y: 0 } }],
  ["an edge that is gone", { op: "removeEdge", id: "nobody" }],
])("refuses %s", (_, op) => {
  expect(() => apply(sample(), op)).toThrow(RefusedOp);
});
