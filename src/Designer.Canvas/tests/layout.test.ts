import { expect, test } from "vitest";
import type { FlowDocument, FlowEdge, FlowNode } from "../src/contract";
import { applyAll } from "../src/kernel/apply";
import { allNodes, indexOf } from "../src/kernel/document";
import { absoluteBox } from "../src/kernel/face";
import { planTidy } from "../src/kernel/layout";
import { sample, types } from "./sample";

const tidied = (doc: FlowDocument): FlowDocument => applyAll(doc, planTidy(doc, types)).doc;

function overlaps(doc: FlowDocument): string[] {
  const found: string[] = [];
  const levels = new Map<string | undefined, string[]>();
  for (const [id, { parent }] of indexOf(doc).nodes) levels.set(parent, [...(levels.get(parent) ?? []), id]);
  for (const ids of levels.values()) {
    for (const [i, a] of ids.entries()) {
      for (const b of ids.slice(i + 1)) {
        const [p, q] = [absoluteBox(doc, a, types), absoluteBox(doc, b, types)];
        if (p.x < q.x + q.width && q.x < p.x + p.width && p.y < q.y + q.height && q.y < p.y + p.height) found.push(`${a} ${b}`);
      }
    }
  }
  return found;
}

test("nothing overlaps, edges run from left to right, tools hang below", () => {
  const piled = { ...sample(), nodes: sample().nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })) };
  const doc = tidied(piled);
  expect(overlaps(piled).length).toBeGreaterThan(10);
  expect(overlaps(doc)).toEqual([]);
  for (const { from, to } of indexOf(doc).edges.values()) {
    const [a, b] = [absoluteBox(doc, from.node, types), absoluteBox(doc, to.node, types)];
    if (to.port === "tool") expect(b.y).toBeGreaterThanOrEqual(a.y + a.height);
    else expect(b.x).toBeGreaterThanOrEqual(a.x + a.width);
  }
});

test("a tidy flow stays as it is", () => {
  const doc = tidied(sample());
  expect(planTidy(doc, types)).toEqual([]);
});

test("a straight chain lies on one line, and undoing gives the old places back", () => {
  const before = sample();
  const { doc, inverse } = applyAll(before, planTidy(before, types));
  const y = (id: string): number => absoluteBox(doc, id, types).y;
  expect([y("guard"), y("search"), y("tickets"), y("answer")]).toEqual([y("start"), y("start"), y("start"), y("start")]);
  expect(applyAll(doc, inverse).doc).toEqual(before);
});

test("2,000 nodes in a few seconds at most, and a document with a cycle too", () => {
  const nodes: FlowNode[] = Array.from({ length: 2000 }, (_, i) => ({ id: `n${i}`, type: "data.set", typeVersion: 1, name: `Step ${i}`, position: { x: 0, y: 0 } }));
  const edges: FlowEdge[] = nodes.slice(1).map((node, i) => ({ id: `e${i}`, from: `n${Math.floor(i / 2)}:out`, to: `${node.id}:in` }));
  const doc: FlowDocument = { schema: "designer.flow/1", id: "", name: "", mode: "task", nodes, edges: [...edges, { id: "back", from: "n1999:out", to: "n1:in" }] };
  const next = tidied(doc);
  expect(new Set(allNodes(next).map((node) => `${node.position.x} ${node.position.y}`)).size).toBe(2000);
}, 20_000);
