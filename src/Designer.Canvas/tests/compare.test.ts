import { expect, test } from "vitest";
import { applyAll } from "../src/kernel/apply";
import { compared } from "../src/kernel/compare";
import { findNode, indexOf } from "../src/kernel/document";
import { sample } from "./sample";

test("what is gone is drawn where it stood, with its wires, and everything is marked", () => {
  const before = sample();
  const { doc: after } = applyAll(before, [{ op: "removeNode", id: "guard" }, { op: "setNode", id: "search", field: "name", value: "Other" }]);
  const edges = [...indexOf(before).edges.values()].filter((e) => !indexOf(after).edges.has(e.edge.id)).map((e) => ({ id: e.edge.id, kind: "removed" as const, label: "" }));
  expect(edges.length).toBeGreaterThan(0);
  const { document, marks } = compared(before, after, { nodes: [{ id: "guard", kind: "removed", label: "" }, { id: "search", kind: "changed", label: "" }], edges, notes: [] });
  expect(findNode(document, "guard")).toEqual(findNode(before, "guard"));
  expect(indexOf(document).edges.size).toBe(indexOf(before).edges.size);
  expect(marks.get("node guard")).toBe("removed");
  expect(marks.get("node search")).toBe("changed");
  for (const edge of edges) expect(marks.get(`edge ${edge.id}`)).toBe("removed");
});

test("a container that is gone comes back with its body, and an edge whose id is taken gets another", () => {
  const before = sample();
  const { doc } = applyAll(before, [{ op: "removeNode", id: "each_chunk" }]);
  const freed = [...indexOf(before).edges.keys()].find((id) => !indexOf(doc).edges.has(id) && indexOf(before).edges.get(id)!.parent === undefined)!;
  const { doc: after } = applyAll(doc, [{ op: "addEdge", edge: { id: freed, from: "start:out", to: "answer:in" } }]);
  const { document, marks } = compared(before, after, {
    nodes: [{ id: "each_chunk", kind: "removed", label: "" }], notes: [], edges: [{ id: freed, kind: "removed", label: "" }, { id: freed, kind: "added", label: "" }],
  });
  expect(findNode(document, "each_chunk")).toEqual(findNode(before, "each_chunk"));
  expect(marks.get(`edge ${freed}`)).toBe("added");
  expect(marks.get(`edge ${freed}'`)).toBe("removed");
});
