import { describe, expect, it } from "vitest";
import { typed, valueRows, withValue } from "../src/debug/values";

const outputs = { text: "Five days", chunks: [{ title: "Leave", score: 0.5 }, { title: "Travel", score: 0.1 }], "odd name": null };
const show = (open: string[], query = "") => valueRows(outputs, "search", new Set(open), query).map((row) => `${"  ".repeat(row.depth)}${row.key}`);

describe("the tree of values", () => {
  it("shows what is open", () => {
    expect(show([])).toEqual(["text", "chunks", "odd name"]);
    expect(show(["search.chunks", "search.chunks[1]"])).toEqual(["text", "chunks", "  0", "  1", "    title", "    score", "odd name"]);
  });

  it("finds keys and values wherever they are, with what encloses them", () => {
    expect(show([], "travel")).toEqual(["chunks", "  1", "    title"]);
    expect(show([], "SCORE")).toEqual(["chunks", "  0", "    score", "  1", "    score"]);
    expect(show([], "nothing like it")).toEqual([]);
  });

  it("writes paths as references do", () => {
    expect(valueRows(outputs, "search", new Set(["search.chunks", "search.chunks[0]"]), "").map((row) => row.path))
      .toEqual(["search.text", "search.chunks", "search.chunks[0]", "search.chunks[0].title", "search.chunks[0].score", "search.chunks[1]", 'search["odd name"]']);
  });

  it("changes one place and leaves the rest", () => {
    expect(withValue(outputs, "search", "search.chunks[1].title", "Trips")).toEqual({ ...outputs, chunks: [outputs.chunks[0], { title: "Trips", score: 0.1 }] });
    expect(withValue(outputs, "search", 'search["odd name"]', 7)).toEqual({ ...outputs, "odd name": 7 });
    expect(withValue(outputs, "search", "search", { text: "" })).toEqual({ text: "" });
    expect(withValue(outputs, "search", "search.nowhere.at.all", 1)).toBeUndefined();
    const many = { a: Array.from({ length: 12 }, (_, i) => i) };
    expect((withValue(many, "n", "n.a[11]", 99) as typeof many).a).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99]);
  });

  it("takes a text as it is typed and everything else as JSON", () => {
    expect(typed("5", "text")).toBe("5");
    expect(typed("5", 4)).toBe(5);
    expect(typed("[1]", null)).toEqual([1]);
    expect(typed("{", 4)).toBeUndefined();
  });

  it("shows no more rows than a page can hold", () => {
    expect(valueRows({ list: Array.from({ length: 5000 }, (_, i) => i) }, "n", new Set(["n.list"]), "").length).toBe(2000);
  });
});
