import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode } from "../src/contract";
import { unpublishedNodes } from "../src/kernel/unpublished";

const node = (id: string, more: Partial<FlowNode> = {}): FlowNode => ({ id, type: "t", typeVersion: 1, name: id, position: { x: 0, y: 0 }, ...more });
const flow = (...nodes: FlowNode[]): FlowDocument => ({ schema: "designer.flow/1", id: "f", name: "f", mode: "task", nodes, edges: [] });

describe("unpublishedNodes", () => {
  const published = flow(node("a", { settings: { x: 1, y: { p: 1, q: 2 } } }), node("b"), node("loop", { children: { nodes: [node("c")], edges: [] } }));
  it.each([
    ["nothing before the first publication", undefined, flow(node("a")), []],
    ["not what only moved, or is written in another order", published, flow(node("a", { position: { x: 9, y: 9 }, settings: { y: { q: 2, p: 1 }, x: 1 } }), node("b", { settings: {}, disabled: false }), node("loop", { children: { nodes: [node("c")], edges: [] } })), []],
    ["what is new, renamed, set or within a body", published, flow(node("a", { settings: { x: 2 } }), node("b", { name: "B" }), node("d"), node("loop", { children: { nodes: [node("c", { timeout: "5s" })], edges: [] } })), ["a", "b", "d", "c"]],
  ])("marks %s", (_, before, now, ids) => expect([...unpublishedNodes(before, now)].sort()).toEqual([...ids].sort()));
});
