import { describe, expect, it } from "vitest";
import type { FlowDocument, Op } from "../src/contract";
import { EdgeCache, NodeCache } from "../src/canvas/flowNodes";
import { applyAll } from "../src/kernel/apply";
import { partOf, partText, planPaste, readPart } from "../src/kernel/clipboard";
import { findNode } from "../src/kernel/document";
import { cachedFace } from "../src/kernel/face";
import { groupBox, groupsOf, hiddenNodes, planCollapse, planGroup, planUngroup, shownBox } from "../src/kernel/groups";
import { planDelete, planMoveInto } from "../src/kernel/plan";
import { sample as whole, types } from "./sample";

const sample = (): FlowDocument => {
  const doc = whole();
  return { ...doc, groups: [], nodes: doc.nodes.map(({ group: _, ...node }) => node) };
};

const after = (doc: FlowDocument, ops: readonly Op[]): FlowDocument => {
  const { doc: changed, inverse } = applyAll(doc, ops);
  expect(applyAll(changed, inverse).doc).toEqual(doc);
  return changed;
};
const grouped = (ids = ["guard", "search"]): FlowDocument => {
  const doc = sample();
  return after(doc, planGroup(doc, ids, "Group").ops);
};

describe("a group", () => {
  it("is named by its nodes and drawn around them", () => {
    const doc = grouped();
    const placed = groupsOf(doc).get("g_guard")!;
    expect(placed.members.map((node) => node.id)).toEqual(["guard", "search"]);
    const box = groupBox(doc, types, placed);
    for (const node of placed.members) {
      expect(node.position.x).toBeGreaterThan(box.x);
      expect(node.position.x + cachedFace(doc, node, types).width).toBeLessThan(box.x + box.width);
      expect(node.position.y + cachedFace(doc, node, types).height).toBeLessThan(box.y + box.height);
    }
  });
  it("takes nodes of one level only", () => expect(groupsOf(grouped(["guard", "shorten"])).get("g_guard")!.members.map((node) => node.id)).toEqual(["guard"]));
  it("vanishes with its last node, and not before", () => {
    const doc = grouped();
    expect(after(doc, planDelete(doc, ["guard"])).groups).toHaveLength(1);
    expect(after(doc, planDelete(doc, ["guard", "search"])).groups).toHaveLength(0);
    expect(after(doc, planMoveInto(doc, ["guard", "search"], "each_chunk", new Map())).groups).toHaveLength(0);
  });
  it("gives way to a new one around the same nodes", () => {
    const doc = grouped();
    expect((after(doc, planGroup(doc, ["guard", "search", "tickets"], "Group").ops).groups ?? []).map((group) => group.title)).toEqual(["Group 2"]);
  });
  it("can be taken away", () => {
    const doc = after(grouped(), planUngroup(grouped(), ["g_guard"]));
    expect([doc.groups, findNode(doc, "guard")!.group]).toEqual([[], undefined]);
  });
  it("is ignored where a node names one that does not exist", () => expect(groupsOf(after(sample(), [{ op: "setNode", id: "guard", field: "group", value: "ghost" }])).size).toBe(0));
});

describe("a collapsed group", () => {
  const doc = (): FlowDocument => after(grouped(["search", "each_chunk"]), planCollapse(grouped(["search", "each_chunk"]), ["search", "each_chunk"]));
  it("hides its nodes and all that is in them", () => expect([...hiddenNodes(doc())]).toEqual([["search", "group g_search"], ["each_chunk", "group g_search"], ["shorten", "group g_search"], ["keep", "group g_search"]]));
  it("is drawn in their place, and their wires end at it", () => {
    const nodes = new NodeCache().build(doc(), types, new Set(), new Map(), true);
    expect(nodes.map((node) => node.id)).toContain("group g_search");
    expect(nodes.map((node) => node.id)).not.toContain("shorten");
    const edges = new EdgeCache().build(doc(), new Set(), true);
    const drawn = new Set(nodes.map((node) => node.id));
    for (const edge of edges) expect([drawn.has(edge.source), drawn.has(edge.target)]).toEqual([true, true]);
    expect(edges.find((edge) => edge.id === "e2")).toMatchObject({ source: "guard", target: "group g_search", targetHandle: "in" });
    expect(edges.some((edge) => edge.id === "e20")).toBe(false);
    expect(shownBox(doc(), "shorten", types)).toEqual(shownBox(doc(), "search", types));
  });
  it("opens again", () => expect(hiddenNodes(after(doc(), planCollapse(doc(), ["search", "each_chunk"]))).size).toBe(0));
});

describe("a collapsed node", () => {
  const doc = (): FlowDocument => after(sample(), planCollapse(sample(), ["each_chunk", "kind"]));
  it("is its title, with every port still there", () => {
    const face = cachedFace(doc(), findNode(doc(), "kind")!, types);
    expect([face.height, face.rows]).toEqual([40, []]);
    expect(face.ports.map(({ port }) => port.name)).toEqual(cachedFace(sample(), findNode(sample(), "kind")!, types).ports.map(({ port }) => port.name));
  });
  it("hides a container's body", () => expect([...hiddenNodes(doc()).keys()]).toEqual(["shorten", "keep"]));
});

describe("copies", () => {
  const paste = (doc: FlowDocument, ids: string[], into = doc): FlowDocument => after(into, planPaste(into, readPart(partText(partOf(doc, ids)))!, { parent: undefined, at: { x: 0, y: 600 } }).ops);
  it("of a whole group make a group", () => {
    const doc = paste(grouped(), ["guard", "search"]);
    expect(doc.groups!.map((group) => group.id)).toEqual(["g_guard", "g_guard_2"]);
    expect(findNode(doc, "guard_2")!.group).toBe("g_guard_2");
  });
  it("of a part of a group join it", () => expect(findNode(paste(grouped(), ["guard"]), "guard_2")!.group).toBe("g_guard"));
  it("in another flow keep no group that is not there", () => expect(findNode(paste(grouped(), ["guard"], { ...sample(), nodes: [], edges: [], groups: [] }), "guard")!.group).toBeUndefined());
});
