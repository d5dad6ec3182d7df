import { expect, test } from "vitest";
import { followed } from "../src/canvas/useGestures";

test("two fingers that move side by side pan; what lies under them stays there when they part", () => {
  const view = { x: 10, y: 20, zoom: 0.5 };
  expect(followed(view, { x: 100, y: 100, apart: 80 }, { x: 130, y: 90, apart: 80 })).toEqual({ x: 40, y: 10, zoom: 0.5 });
  const wider = followed(view, { x: 100, y: 100, apart: 80 }, { x: 100, y: 100, apart: 160 });
  expect(wider.zoom).toBe(1);
  expect((100 - wider.x) / wider.zoom).toBe((100 - view.x) / view.zoom);
  expect(followed(view, { x: 0, y: 0, apart: 10 }, { x: 0, y: 0, apart: 1000 }).zoom).toBe(2);
  expect(followed(view, { x: 0, y: 0, apart: 0 }, { x: 5, y: 0, apart: 40 })).toEqual({ x: 15, y: 20, zoom: 0.5 });
});
