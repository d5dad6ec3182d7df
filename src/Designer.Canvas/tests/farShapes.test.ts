import { expect, test } from "vitest";
import { boxesOf, carriedBy, wiresOf } from "../src/canvas/farShapes";
import { NodeCache } from "../src/canvas/flowNodes";
import { sample, types } from "./sample";

const none: ReadonlySet<string> = new Set();
const stateOf = (): undefined => undefined;

test("what is dragged takes along what stands in it, and the boxes of its groups", () => {
  const nodes = new NodeCache().build(sample(), types, none, new Map(), true);
  expect([...carriedBy(nodes, new Set(["each_chunk"]))].sort()).toEqual(["each_chunk", "keep", "shorten"]);
  const carried = carriedBy(nodes, new Set(["send_email"]));
  expect(carried.has("send_email") && carried.size === 2).toBe(true);
  expect(nodes.find((node) => node.type === "region" && carried.has(node.id))).toBeDefined();
});

test("a part alone stands where it stands in the whole, also inside a container that is not part of it", () => {
  const doc = sample();
  const cache = new NodeCache();
  const nodes = cache.build(doc, types, none, new Map(), true);
  const all = boxesOf(nodes, stateOf);
  const part = boxesOf(nodes.filter((node) => node.id === "keep"), stateOf, all);
  expect(part.get("keep")).toEqual(all.get("keep"));

  const inner = nodes.find((node) => node.id === "keep")!.position;
  const moved = cache.build(doc, types, none, new Map([["keep", { x: inner.x + 32, y: inner.y }]]), true);
  expect(boxesOf(moved.filter((node) => node.id === "keep"), stateOf, all).get("keep")!.x).toBe(all.get("keep")!.x + 32);
});

test("wires know their ends, and a closed group's stand for its nodes", () => {
  const doc = sample();
  const open = wiresOf(doc, new NodeCache().build(doc, types, none, new Map(), true));
  expect(open).toContainEqual(expect.objectContaining({ source: "tickets", target: "send_email", isAttached: true }));
  const closed = { ...doc, groups: [{ ...doc.groups![0]!, collapsed: true }] };
  const wires = wiresOf(closed, new NodeCache().build(closed, types, none, new Map(), true));
  expect(wires.some((wire) => wire.target === "send_email")).toBe(false);
  expect(wires.length).toBe(open.length);
});
