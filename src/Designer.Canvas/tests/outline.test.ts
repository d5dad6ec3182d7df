import { describe, expect, it } from "vitest";
import { applyAll } from "../src/kernel/apply";
import { align } from "../src/kernel/guides";
import { outlineOf, searchNodes } from "../src/kernel/outline";
import { sample, types } from "./sample";

describe("the outline", () => {
  it("stands in the order of a run, tools and bodies below their owners", () => {
    expect(outlineOf(sample()).map(({ node, depth }) => `${" ".repeat(depth)}${node.id}`)).toEqual(
      ["start", "guard", "search", "tickets", " ticket_search", " send_email", "answer", "decline", "kind", "each_chunk", " shorten", " keep", "approve", "old"]);
  });
  it("says where wires lead", () => expect(outlineOf(sample()).find(({ node }) => node.id === "guard")!.next).toEqual(["search", "decline"]));
  it("lists each node once, also in a cycle", () => {
    const doc = applyAll(sample(), [{ op: "addEdge", edge: { id: "x", from: "answer:out", to: "guard:in" } }]).doc;
    expect(outlineOf(doc).map(({ node }) => node.id).sort()).toEqual(outlineOf(sample()).map(({ node }) => node.id).sort());
  });
});

describe("the search", () => {
  const found = (query: string): string[] => [...searchNodes(sample(), types, query).values()].sort((a, b) => b.score - a.score).map((hit) => hit.id);
  it.each([["search", ["search", "ticket_search", "tickets", "each_chunk"]], ["for each", ["each_chunk"]], ["help with that", ["decline"]], ["classify", ["kind"]], ["send answer", ["approve"]], ["zzz", []], ["", []]])("%s", (query, ids) => expect(found(query)).toEqual(ids));
  it("shows the setting that holds the words", () => expect(searchNodes(sample(), types, "help with").get("decline")!.setting).toEqual({ name: "text", label: "Text", text: "I can’t help with that." }));
});

describe("alignment", () => {
  const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });
  it("meets the nearest edge or middle", () => {
    expect(align(box(203, 301), [box(200, 0)])).toMatchObject({ dx: -3, dy: 0, guides: [{ axis: "x", at: 200, from: 0, to: 341 }, { axis: "x", at: 250 }, { axis: "x", at: 300 }] });
    expect(align(box(500, 2), [box(0, 0)])).toMatchObject({ dx: 0, dy: -2 });
    expect(align(box(12, 300, 80), [box(0, 0)]).dx).toBe(-2);
  });
  it("leaves alone what is near to nothing", () => expect(align(box(57, 77), [box(200, 300)])).toEqual({ dx: 0, dy: 0, guides: [] }));
});
