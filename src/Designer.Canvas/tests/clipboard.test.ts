import { expect, test } from "vitest";
import type { FlowDocument } from "../src/contract";
import { applyAll } from "../src/kernel/apply";
import { partOf, partText, planDuplicate, planPaste, readPart } from "../src/kernel/clipboard";
import { allNodes, findNode, indexOf } from "../src/kernel/document";
import { freeId, freeName, idFromName, idPattern } from "../src/kernel/ids";
import { referencedNodes, renameReferences } from "../src/kernel/references";
import { sample } from "./sample";

const paste = (doc: FlowDocument, ids: string[], keepIncoming = false) => {
  const part = readPart(partText(partOf(doc, ids)))!;
  const plan = planPaste(doc, part, { parent: undefined, at: { x: 100, y: 200 }, keepIncoming });
  return { plan, doc: applyAll(doc, plan.ops).doc };
};

test("pasting renames ids and the references among the pasted nodes, and only those", () => {
  const { doc, plan } = paste(sample(), ["search", "tickets"]);
  expect(plan.ids).toEqual(["search_2", "tickets_2"]);
  expect(findNode(doc, "tickets_2")!.settings!["goal"]).toBe("Answer {{ start.question }} from {{ search_2.chunks | context }}.");
  expect(findNode(doc, "tickets")!.settings!["goal"]).toContain("{{ search.chunks");
  expect(findNode(doc, "search_2")!.name).toBe("Search 2");
  expect(findNode(doc, "search_2")!.position).toEqual({ x: 100, y: 200 });
  expect([...indexOf(doc).edges.values()].map((e) => e.edge.from + e.edge.to)).toContain("search_2:outtickets_2:in");
});

test("a container comes with its body, and every id stays unique", () => {
  const { doc } = paste(sample(), ["each_chunk"]);
  const ids = allNodes(doc).map((node) => node.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => idPattern.test(id))).toBe(true);
  const copy = findNode(doc, "each_chunk_2")!;
  expect(copy.settings!["collect"]).toBe("{{ shorten_2.text }}");
  expect(copy.settings!["items"]).toBe("{{ search.chunks }}");
  expect(copy.children!.edges[0]).toMatchObject({ from: "shorten_2:out", to: "keep_2:in" });
});

test("a second start node is never pasted", () => {
  const { plan } = paste(sample(), ["start", "guard"]);
  expect(plan.ids).toEqual(["guard_2"]);
});

test("incoming wires come along when wished", () => {
  const texts = (doc: FlowDocument): string[] => [...indexOf(doc).edges.values()].map(({ edge }) => `${edge.from} ${edge.to}`);
  expect(texts(paste(sample(), ["guard"]).doc)).not.toContain("start:out guard_2:in");
  expect(texts(paste(sample(), ["guard"], true).doc)).toContain("start:out guard_2:in");
});

test("into another flow: slots that the nodes use come along", () => {
  const empty: FlowDocument = { schema: "designer.flow/1", id: "x", name: "", mode: "task", nodes: [], edges: [] };
  const part = readPart(partText(partOf(sample(), ["search"])))!;
  const doc = applyAll(empty, planPaste(empty, part, { parent: undefined, at: { x: 0, y: 0 } }).ops).doc;
  expect(doc.slots).toEqual({ handbook: { kind: "knowledgeBase" } });
  expect(doc.nodes.map((node) => node.id)).toEqual(["search"]);
});

test("a whole flow document can be pasted as text; other texts are not nodes", () => {
  expect(readPart(JSON.stringify(sample()))!.nodes.length).toBe(sample().nodes.length);
  expect(readPart("hello")).toBeUndefined();
  expect(readPart('{"schema":"designer.flow-part/1","nodes":[{"id":1}]}')).toBeUndefined();
  expect(readPart("[]")).toBeUndefined();
  expect(readPart("null")).toBeUndefined();
});

test("duplicates stand beside the originals, in their level", () => {
  const doc = sample();
  const plan = planDuplicate(doc, ["shorten"], false);
  const next = applyAll(doc, plan.ops).doc;
  expect(indexOf(next).nodes.get("shorten_2")?.parent).toBe("each_chunk");
  expect(findNode(next, "shorten_2")!.position).not.toEqual(findNode(next, "shorten")!.position);
});

test.each([
  ["{{ a.b }}", "{{ x.b }}"],
  ["{{a.b | default: a.c}}", "{{x.b | default: x.c}}"],
  ["{% if a.ok and b.a.c %}a.b{% endif %}", "{% if x.ok and b.a.c %}a.b{% endif %}"],
  ["{{ a[0].b }} {{ ab.c }} {{ c.a.b }}", "{{ x[0].b }} {{ ab.c }} {{ c.a.b }}"],
  ["{{ 'a.b' }} a.b", "{{ 'a.b' }} a.b"],
])("references in %s", (before, after) => {
  expect(renameReferences({ deep: [before] }, new Map([["a", "x"]]))).toEqual({ deep: [after] });
});

test("which nodes a node's values come from", () => {
  const doc = sample();
  expect(referencedNodes(doc, findNode(doc, "tickets")!)).toEqual(["start", "search"]);
  expect(referencedNodes(doc, findNode(doc, "start")!)).toEqual([]);
});

test.each([
  ["Search handbook", "search_handbook"], ["  Émile's 2nd!  ", "emile_s_2nd"], ["2 steps", "steps"], ["搜索", "node"], ["x".repeat(90), "x".repeat(48)],
])("an id from the name %s", (name, id) => {
  expect(idFromName(name)).toBe(id);
  expect(idFromName(name)).toMatch(idPattern);
});

test("free ids and names", () => {
  const long = "x".repeat(48);
  expect(freeId("a", new Set(["a", "a_2"]))).toBe("a_3");
  expect(freeId("a_2", new Set(["a", "a_2"]))).toBe("a_3");
  expect(freeId(long, new Set([long]))).toMatch(idPattern);
  expect(freeName("Search", new Set(["Search", "Search 2"]))).toBe("Search 3");
});
