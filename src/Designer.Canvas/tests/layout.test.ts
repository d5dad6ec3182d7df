import ELK from "elkjs/lib/elk.bundled.js";
import { expect, test } from "vitest";
import type { FlowDocument, FlowEdge, FlowNode, Op } from "../src/contract";
import { applyAll } from "../src/kernel/apply";
import { allNodes, indexOf } from "../src/kernel/document";
import { absoluteBox } from "../src/kernel/face";
import { groupBox, groupsOf } from "../src/kernel/groups";
import { planTidy } from "../src/kernel/layout";
import { sample, types } from "./sample";

const elk = new ELK();
const plan = (doc: FlowDocument): Promise<Op[]> => planTidy(doc, types, (graph) => elk.layout(graph));
const tidied = async (doc: FlowDocument): Promise<FlowDocument> => applyAll(doc, await plan(doc)).doc;

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

test("nothing overlaps, edges run from left to right, tools hang below", async () => {
  const piled = { ...sample(), nodes: sample().nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })) };
  const doc = await tidied(piled);
  expect(overlaps(piled).length).toBeGreaterThan(10);
  expect(overlaps(doc)).toEqual([]);
  for (const { from, to } of indexOf(doc).edges.values()) {
    const [a, b] = [absoluteBox(doc, from.node, types), absoluteBox(doc, to.node, types)];
    if (to.port === "tool") expect(b.y).toBeGreaterThanOrEqual(a.y + a.height);
    else expect(b.x).toBeGreaterThanOrEqual(a.x + a.width);
  }
});

test("a tidy flow stays as it is", async () => {
  const doc = await tidied(sample());
  expect(await plan(doc)).toEqual([]);
});

test("a straight chain lies on one line, and undoing gives the old places back", async () => {
  const before = sample();
  const { doc, inverse } = applyAll(before, await plan(before));
  const y = (id: string): number => absoluteBox(doc, id, types).y;
  expect([y("guard"), y("search"), y("tickets"), y("answer")]).toEqual([y("start"), y("start"), y("start"), y("start")]);
  expect(applyAll(doc, inverse).doc).toEqual(before);
});

test("2,000 nodes in a few seconds at most, and a document with a cycle too", async () => {
  const nodes: FlowNode[] = Array.from({ length: 2000 }, (_, i) => ({ id: `n${i}`, type: "data.set", typeVersion: 1, name: `Step ${i}`, position: { x: 0, y: 0 } }));
  const edges: FlowEdge[] = nodes.slice(1).map((node, i) => ({ id: `e${i}`, from: `n${Math.floor(i / 2)}:out`, to: `${node.id}:in` }));
  const doc: FlowDocument = { schema: "designer.flow/1", id: "", name: "", mode: "task", nodes, edges: [...edges, { id: "back", from: "n1999:out", to: "n1:in" }] };
  const next = await tidied(doc);
  expect(new Set(allNodes(next).map((node) => `${node.position.x} ${node.position.y}`)).size).toBe(2000);
}, 20_000);

const boxAt = (doc: FlowDocument, id: string): ReturnType<typeof absoluteBox> => absoluteBox(doc, id, types);

test("an open group's nodes stay together and nothing else stands in its box; a closed one moves as a whole", async () => {
  const node = (id: string, group?: string): FlowNode => ({ id, type: "data.set", typeVersion: 1, name: id, position: { x: 0, y: 0 }, ...(group === undefined ? {} : { group }) });
  const edge = (from: string, to: string): FlowEdge => ({ id: `${from}_${to}`, from: `${from}:out`, to: `${to}:in` });
  const flow: FlowDocument = {
    schema: "designer.flow/1", id: "", name: "", mode: "task",
    nodes: [{ ...node("start"), type: "start" }, node("a", "g"), node("b"), node("c", "g"), node("d", "g"), node("e")],
    edges: [edge("start", "a"), edge("start", "b"), edge("a", "c"), edge("a", "d"), edge("b", "e"), edge("c", "e")],
    groups: [{ id: "g", title: "Together", colour: "blue" }],
  };
  const doc = await tidied(flow);
  const region = groupBox(doc, types, groupsOf(doc).get("g")!);
  for (const id of ["start", "b", "e"]) {
    const box = boxAt(doc, id);
    expect(box.x < region.x + region.width && region.x < box.x + box.width && box.y < region.y + region.height && region.y < box.y + box.height, id).toBe(false);
  }
  expect(await plan(doc)).toEqual([]);

  const closed = { ...doc, groups: [{ ...doc.groups![0]!, collapsed: true }] };
  const next = await tidied(closed);
  const apart = (at: FlowDocument): number[] => [boxAt(at, "c").x - boxAt(at, "a").x, boxAt(at, "d").y - boxAt(at, "c").y];
  expect(apart(next)).toEqual(apart(closed));
  expect(await plan(next)).toEqual([]);
});

test("notes go along with the node that they are close to and lie on no other", async () => {
  const flow = sample();
  const close = { id: "n2", text: "Close", position: { x: 1056, y: 392 }, size: { w: 176, h: 60 } };
  const doc = await tidied({ ...flow, notes: [...flow.notes!, close] });
  const before = flow.nodes.find((one) => one.id === "old")!.position;
  const now = boxAt(doc, "old");
  expect(doc.notes![1]!.position).toEqual({ x: now.x + close.position.x - before.x, y: now.y + close.position.y - before.y });
  for (const note of doc.notes!) {
    const box = { ...note.position, width: note.size!.w, height: note.size!.h };
    for (const { id } of doc.nodes) {
      const other = boxAt(doc, id);
      expect(box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height, `${note.id} on ${id}`).toBe(false);
    }
  }
  expect(await plan(doc)).toEqual([]);
});
