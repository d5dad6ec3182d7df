import { expect, test } from "vitest";
import { farBatches, type FarBox } from "../src/kernel/farPaths";

const box = (id: string, colour: string, state?: string, isContainer = false): FarBox => ({ id, x: 0, y: 0, width: 176, height: 60, colour, state, isContainer });

test("nodes of one look are one batch, whatever their number", () => {
  const boxes = Array.from({ length: 1000 }, (_, i) => box(`n${i}`, i % 2 ? "--model" : "--data"));
  expect(farBatches(boxes).map((batch) => batch.boxes.length)).toEqual([500, 500]);
});

test("a state that shows from far parts nodes, one that does not leaves them together", () => {
  const batches = farBatches([box("a", "--model", "done"), box("b", "--model"), box("c", "--model", "failed")]);
  expect(batches.map((batch) => [batch.state, batch.boxes.map((entry) => entry.id)])).toEqual([[undefined, ["a", "b"]], ["failed", ["c"]]]);
});

test("containers are painted before all nodes, outer before inner", () => {
  const batches = farBatches([box("first", "--data"), box("outer", "--logic", undefined, true), box("inner", "--logic", undefined, true), box("last", "--data")]);
  expect(batches.map((batch) => batch.boxes.map((entry) => entry.id))).toEqual([["outer", "inner"], ["first", "last"]]);
});
