// Alignment while dragging: the nearest edge or middle of another box within a few pixels, and the line to draw along both.
import type { Box } from "./face";

export interface Guide { axis: "x" | "y"; /** Where the line stands on its axis. */ at: number; from: number; to: number }
export interface Aligned { dx: number; dy: number; guides: Guide[] }

const near = 5;

export function align(dragged: Box, others: Iterable<Box>): Aligned {
  const list = [...others];
  const x = nearest(edgesX(dragged), list, edgesX);
  const y = nearest(edgesY(dragged), list, edgesY);
  const moved: Box = { ...dragged, x: dragged.x + (x ?? 0), y: dragged.y + (y ?? 0) };
  return { dx: x ?? 0, dy: y ?? 0, guides: [...(x === undefined ? [] : lines("x", moved, list)), ...(y === undefined ? [] : lines("y", moved, list))] };
}

const edgesX = (box: Box): number[] => [box.x, box.x + box.width / 2, box.x + box.width];
const edgesY = (box: Box): number[] => [box.y, box.y + box.height / 2, box.y + box.height];

/** How far to move so that one of the edges meets one of the same kind; undefined where none is near. */
function nearest(own: number[], others: readonly Box[], edges: (box: Box) => number[]): number | undefined {
  let best: number | undefined;
  for (const other of others) {
    const theirs = edges(other);
    for (let i = 0; i < own.length; i++) {
      const by = theirs[i]! - own[i]!;
      if (Math.abs(by) <= near && (best === undefined || Math.abs(by) < Math.abs(best))) best = by;
    }
  }
  return best;
}

function lines(axis: "x" | "y", box: Box, others: readonly Box[]): Guide[] {
  const edges = axis === "x" ? edgesX : edgesY;
  const span = (one: Box): [number, number] => (axis === "x" ? [one.y, one.y + one.height] : [one.x, one.x + one.width]);
  const own = edges(box);
  const found = new Map<number, Guide>();
  for (const other of others) {
    const theirs = edges(other);
    for (let i = 0; i < own.length; i++) {
      if (Math.abs(theirs[i]! - own[i]!) > 0.5) continue;
      const at = own[i]!;
      const [[a, b], [c, d]] = [span(box), span(other)];
      const line = found.get(at);
      found.set(at, { axis, at, from: Math.min(line?.from ?? a, a, c), to: Math.max(line?.to ?? b, b, d) });
    }
  }
  return [...found.values()];
}
