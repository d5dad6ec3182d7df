import type { Painted, Shapes } from "./farShapes";

export type Colours = (name: string) => string;

export const readColours = (): Colours => {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (name) => {
    const value = known.get(name) ?? style.getPropertyValue(name).trim();
    known.set(name, value);
    return value;
  };
};

/** Makes the canvas as large as the view and empty, with the flow's own coordinates. */
export function cleared(element: HTMLCanvasElement, { transform, width, height }: { transform: readonly [number, number, number]; width: number; height: number }): CanvasRenderingContext2D {
  const ratio = globalThis.devicePixelRatio;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
  const context = element.getContext("2d")!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, w, h);
  context.setTransform(transform[2] * ratio, 0, 0, transform[2] * ratio, transform[0] * ratio, transform[1] * ratio);
  return context;
}

const stateColours: Record<string, string> = { running: "--run", waiting: "--warn", stopped: "--warn", failed: "--err" };

export function paint(context: CanvasRenderingContext2D, { batches, control, attached }: Shapes, colour: Colours): void {
  const firstNode = batches.findIndex((batch) => !batch.isContainer);
  batches.slice(0, firstNode < 0 ? undefined : firstNode).forEach((batch) => paintBatch(context, batch, colour));
  context.strokeStyle = colour("--line-strong");
  context.lineWidth = 4;
  context.globalAlpha = 0.7;
  context.setLineDash([]);
  context.stroke(control);
  context.setLineDash([16, 16]);
  context.stroke(attached);
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (firstNode >= 0) batches.slice(firstNode).forEach((batch) => paintBatch(context, batch, colour));
}

function paintBatch(context: CanvasRenderingContext2D, batch: Painted, colour: Colours): void {
  const mark = batch.state === undefined ? undefined : stateColours[batch.state];
  const faded = batch.state === "skipped" || batch.state === "cancelled" ? 0.5 : 1;
  const fill = (name: string, alpha: number, path: Path2D): void => {
    context.fillStyle = colour(name);
    context.globalAlpha = alpha * faded;
    context.fill(path);
  };
  fill("--surface", 1, batch.outline);
  fill(batch.colour, batch.isContainer ? 0.06 : 0.16, batch.outline);
  context.strokeStyle = colour(mark ?? batch.colour);
  context.lineWidth = mark ? 8 : 3;
  context.globalAlpha = (mark ? 1 : 0.55) * faded;
  context.stroke(batch.outline);
  fill(batch.colour, 1, batch.tiles);
  context.globalAlpha = 1;
}
