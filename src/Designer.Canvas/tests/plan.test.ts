import { describe, expect, test } from "vitest";
import type { FlowDocument, FlowNode } from "../src/contract";
import { applyAll } from "../src/kernel/apply";
import { canConnect, fittingPort, refuseEdge, type Refusal } from "../src/kernel/compat";
import { allNodes, endOf, findNode, indexOf } from "../src/kernel/document";
import { absoluteBox, absolutePosition, cachedFace, containerAt, measures } from "../src/kernel/face";
import { planAdd, planConnect, planDelete, planDeleteReconnect, planMoveInto, planReconnect, planSplit, canSplit, freeOut, newNode } from "../src/kernel/plan";
import { portsOf } from "../src/kernel/ports";
import { sample, types } from "./sample";

const after = (doc: FlowDocument, ops: Parameters<typeof applyAll>[1]): FlowDocument => applyAll(doc, ops).doc;
const edgeTexts = (doc: FlowDocument): string[] => [...indexOf(doc).edges.values()].map(({ edge }) => `${edge.from} ${edge.to}`);
const typeOf = (name: string) => types.get(name)!;

describe("compatibility", () => {
  test.each<[string, string, Refusal | undefined]>([
    ["search:error", "decline:in", undefined],
    ["guard:out", "answer:in", undefined],
    ["guard:out", "guard:in", "self"],
    ["guard:out", "search:in", "duplicate"],
    ["answer:in", "guard:in", "kind"],
    ["answer:out", "guard:in", "port"],
    ["tickets:out", "guard:in", "cycle"],
    ["start:out", "shorten:in", "level"],
    ["guard:error", "decline:in", "port"],
    ["tickets:tools", "decline:in", "kind"],
    ["tickets:out", "ticket_search:tool", "kind"],
    ["start:out", "ticket_search:in", "attached"],
    ["ticket_search:out", "answer:in", "attached"],
    ["tickets:knowledge", "search:tool", "sequenced"],
    ["tickets:knowledge", "ticket_search:tool", undefined],
    ["nobody:out", "answer:in", "level"],
  ])("%s → %s", (from, to, refusal) => {
    expect(refuseEdge(sample(), types, endOf(from, "out"), endOf(to, "in"))).toBe(refusal);
  });

  test("a new node offers the port that a wire needs, or none", () => {
    expect(fittingPort(typeOf("model.chat"), "out")).toBe("in");
    expect(fittingPort(typeOf("tool.mcp"), "attachment")).toBe("tool");
    expect(fittingPort(typeOf("model.chat"), "attachment")).toBeUndefined();
    expect(fittingPort(typeOf("start"), "out")).toBeUndefined();
    expect(fittingPort(typeOf("logic.if"), "in")).toBe("true");
    expect(fittingPort(typeOf("answer"), "in")).toBeUndefined();
    expect(fittingPort(typeOf("agent.assistant"), "tool")).toBe("tools");
  });
});

test("ports follow the settings, and the error port the error mode", () => {
  const doc = sample();
  const names = (id: string, change: Partial<FlowNode> = {}): string[] => {
    const node = { ...findNode(doc, id)!, ...change };
    return portsOf(node, types.get(node.type), doc).map((port) => port.name);
  };
  expect(names("kind")).toEqual(["in", "case:leave", "case:travel", "other"]);
  expect(names("approve")).toEqual(["in", "approve", "reject", "timeout"]);
  expect(names("search")).toEqual(["in", "out", "tool", "error"]);
  expect(names("search", { onError: { mode: "fail" } })).toEqual(["in", "out", "tool"]);
  expect(names("old")).toEqual(["in"]);
});

describe("adding", () => {
  test("from a port: connected, beside it, on free ground", () => {
    const doc = sample();
    const { ops, ids } = planAdd(doc, types, { type: typeOf("answer"), from: { node: "guard", port: "blocked" } });
    const next = after(doc, ops);
    expect(edgeTexts(next)).toContain(`guard:blocked ${ids[0]}:in`);
    const box = absoluteBox(next, ids[0]!, types);
    for (const other of next.nodes) {
      if (other.id === ids[0]) continue;
      const o = absoluteBox(next, other.id, types);
      expect(box.x < o.x + o.width && o.x < box.x + box.width && box.y < o.y + o.height && o.y < box.y + box.height).toBe(false);
    }
  });

  test("below an agent: attached", () => {
    const doc = sample();
    const { ops, ids } = planAdd(doc, types, { type: typeOf("knowledge.search"), from: { node: "tickets", port: "knowledge" } });
    const next = after(doc, ops);
    expect(edgeTexts(next)).toContain(`tickets:knowledge ${ids[0]}:tool`);
    expect(findNode(next, ids[0]!)!.position.y).toBeGreaterThan(findNode(doc, "tickets")!.position.y);
  });

  test("into a wire: both halves connected, what follows moves right", () => {
    const doc = sample();
    const { ops, ids } = planAdd(doc, types, { type: typeOf("data.set"), edge: "e3" });
    const next = after(doc, ops);
    expect(edgeTexts(next)).toEqual(expect.arrayContaining([`search:out ${ids[0]}:in`, `${ids[0]}:out tickets:in`]));
    expect(edgeTexts(next)).not.toContain("search:out tickets:in");
    expect(findNode(next, "answer")!.position.x).toBeGreaterThan(findNode(doc, "answer")!.position.x);
    expect(findNode(next, "start")!.position).toEqual(findNode(doc, "start")!.position);
  });

  test("inside a container, with an id and name of its own and the type's defaults", () => {
    const doc = sample();
    const { ops, ids } = planAdd(doc, types, { type: typeOf("model.chat"), parent: "each_chunk", position: { x: 480, y: 8 } });
    const next = after(doc, ops);
    expect(indexOf(next).nodes.get(ids[0]!)?.parent).toBe("each_chunk");
    expect(newNode(next, typeOf("model.chat")).id).not.toBe(ids[0]);
    expect(findNode(next, ids[0]!)!.settings).toEqual({ temperature: 0.2 });
    expect(findNode(next, ids[0]!)!.id).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  test("a wished place that is taken makes way, a place that was pointed at does not", () => {
    const doc = sample();
    const at = findNode(doc, "guard")!.position;
    const place = (isLoose: boolean) => findNode(after(doc, planAdd(doc, types, { type: typeOf("data.set"), position: at, isLoose }).ops), "set_variable")!.position;
    expect(place(false)).toEqual(at);
    expect(place(true).y).toBeGreaterThan(at.y);
  });

  test("the free port of a node", () => {
    const doc = sample();
    expect(freeOut(doc, types, "start")).toBeUndefined();
    expect(freeOut(doc, types, "approve")).toEqual({ node: "approve", port: "reject" });
    expect(freeOut(doc, types, "ticket_search")).toBeUndefined();
  });
});

test("connecting and reconnecting keep the rules", () => {
  const doc = sample();
  expect(planConnect(doc, types, { node: "tickets", port: "out" }, { node: "guard", port: "in" })).toEqual([]);
  const moved = after(doc, planReconnect(doc, types, "e4", { node: "tickets", port: "out" }, { node: "decline", port: "in" }));
  expect(edgeTexts(moved)).toContain("tickets:out decline:in");
  expect(edgeTexts(moved)).not.toContain("tickets:out answer:in");
  expect(planReconnect(doc, types, "e4", { node: "tickets", port: "out" }, { node: "start", port: "in" })).toEqual([]);
});

describe("deleting", () => {
  test("takes the edges along, a body with its container once", () => {
    const doc = sample();
    const next = after(doc, planDelete(doc, ["each_chunk", "shorten", "guard"], ["e20", "e4"]));
    expect(allNodes(next).map((node) => node.id)).not.toEqual(expect.arrayContaining(["shorten"]));
    expect(findNode(next, "guard")).toBeUndefined();
    expect(edgeTexts(next).filter((text) => /guard|each_chunk|answer/.test(text))).toEqual([]);
  });

  test("and reconnecting joins what came before with what comes after", () => {
    const doc = sample();
    const next = after(doc, planDeleteReconnect(doc, types, ["guard", "search"]));
    expect(edgeTexts(next)).toEqual(expect.arrayContaining(["start:out tickets:in", "start:out decline:in"]));
  });
});

test("a node is put into a wire only where it has no wires yet", () => {
  const doc = after(sample(), planAdd(sample(), types, { type: typeOf("data.set"), position: { x: 0, y: 600 } }).ops);
  expect(canSplit(doc, types, "e1", "set_variable")).toBe(true);
  expect(canSplit(doc, types, "e1", "search")).toBe(false);
  expect(canSplit(doc, types, "e6", "set_variable")).toBe(false);
  expect(edgeTexts(after(doc, planSplit(doc, types, "e1", "set_variable")))).toEqual(expect.arrayContaining(["start:out set_variable:in", "set_variable:out guard:in"]));
});

test("moving into a container cuts the wires over its border and keeps those among the moved", () => {
  const doc = sample();
  const next = after(doc, planMoveInto(doc, ["tickets", "ticket_search"], "each_chunk", new Map([["tickets", { x: 0, y: 96 }]])));
  expect(indexOf(next).nodes.get("tickets")?.parent).toBe("each_chunk");
  expect(indexOf(next).edges.get("e6")?.parent).toBe("each_chunk");
  expect(edgeTexts(next).filter((text) => text.includes("tickets:out") || text.includes("tickets:in"))).toEqual([]);
  expect(after(doc, planMoveInto(doc, ["each_chunk"], "each_chunk", new Map()))).toEqual(doc);
});

describe("faces", () => {
  test("width grows with the name between its bounds, height with its rows", () => {
    const doc = sample();
    const face = (id: string) => cachedFace(doc, findNode(doc, id)!, types);
    expect(face("start").width).toBe(measures.minWidth);
    expect(face("old").width).toBeGreaterThan(measures.minWidth);
    expect(face("old").width).toBeLessThanOrEqual(measures.maxWidth);
    expect(face("kind").height).toBe(60 + 3 * 28);
    expect(face("ticket_search").ports.map((p) => p.port.name)).toEqual(["tool"]);
  });

  test("a container holds its body", () => {
    const doc = sample();
    const outer = absoluteBox(doc, "each_chunk", types);
    for (const id of ["shorten", "keep"]) {
      const inner = absoluteBox(doc, id, types);
      expect(inner.x).toBeGreaterThan(outer.x);
      expect(inner.x + inner.width).toBeLessThan(outer.x + outer.width);
      expect(inner.y + inner.height).toBeLessThan(outer.y + outer.height);
    }
    const at = absolutePosition(doc, "shorten", types);
    expect(containerAt(doc, types, { x: at.x + 5, y: at.y + 5 })).toBe("each_chunk");
    expect(containerAt(doc, types, { x: at.x + 5, y: at.y + 5 }, new Set(["each_chunk"]))).toBeUndefined();
    expect(containerAt(doc, types, { x: 5, y: 5 })).toBeUndefined();
  });
});

test("every planned wire is one the rules allow", () => {
  const doc = sample();
  for (const type of types.values()) {
    for (const node of doc.nodes) {
      for (const port of portsOf(node, types.get(node.type), doc).filter((p) => p.kind === "out" || p.kind === "attachment")) {
        const end = { node: node.id, port: port.name };
        if (port.kind === "out" && cachedFace(doc, node, types).isAttached) continue;
        const [add, ...rest] = planAdd(doc, types, { type, from: end }).ops;
        const withNode = after(doc, [add!]);
        for (const op of rest) if (op.op === "addEdge") expect(canConnect(withNode, types, endOf(op.edge.from, "out"), endOf(op.edge.to, "in")), `${node.id}:${port.name} ${type.type}`).toBe(true);
      }
    }
  }
});
