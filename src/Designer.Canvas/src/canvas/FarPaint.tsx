import { useStoreApi } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { indexOf } from "../kernel/document";
import { hiddenNodes } from "../kernel/groups";
import { groupToken } from "./groupTone";
import { farBatches, type FarBatch, type FarBox } from "../kernel/farPaths";
import { useEditor } from "../store";
import { groupColour } from "../ui/Tile";
import type { CanvasNode } from "./flowNodes";

/**
 * From far the whole flow is painted on one canvas: a thousand boxes with borders and icons of their own cost 50 ms and more at every move.
 * The nodes stay in the page, empty, so that pointing at them, the keyboard and readers work as ever.
 */
export function FarPaint({ nodes }: { nodes: CanvasNode[] }) {
  const store = useStoreApi();
  const document = useEditor((view) => view.document);
  const states = useEditor((view) => view.run.byNode);
  const canvas = useRef<HTMLCanvasElement>(null);
  const shapes = useMemo(() => {
    const boxes = boxesOf(nodes, (id) => states.get(id)?.state);
    return { batches: farBatches(boxes.values()).map(withPaths), ...edgePaths(document, nodes, boxes) };
  }, [document, nodes, states]);

  useEffect(() => {
    const element = canvas.current!;
    let colours = readColours();
    let waiting = 0;
    const draw = (): void => {
      waiting = 0;
      const { transform, width, height } = store.getState();
      const ratio = globalThis.devicePixelRatio;
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
      const context = element.getContext("2d")!;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, w, h);
      context.setTransform(transform[2] * ratio, 0, 0, transform[2] * ratio, transform[0] * ratio, transform[1] * ratio);
      paint(context, shapes, colours);
    };
    const soon = (): void => { waiting ||= requestAnimationFrame(draw); };
    draw();
    let seen = store.getState();
    const stop = store.subscribe((now) => {
      if (now.transform !== seen.transform || now.width !== seen.width || now.height !== seen.height) soon();
      seen = now;
    });
    const theme = new MutationObserver(() => { colours = readColours(); soon(); });
    theme.observe(globalThis.document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });
    return () => {
      stop();
      theme.disconnect();
      cancelAnimationFrame(waiting);
    };
  }, [store, shapes]);
  return <canvas className="far-paint" ref={canvas} aria-hidden="true" />;
}

type Painted = FarBatch & { outline: Path2D; tiles: Path2D };
interface Shapes { batches: Painted[]; control: Path2D; attached: Path2D }
type Colours = (name: string) => string;

const readColours = (): Colours => {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (name) => {
    const value = known.get(name) ?? style.getPropertyValue(name).trim();
    known.set(name, value);
    return value;
  };
};

function boxesOf(nodes: CanvasNode[], stateOf: (id: string) => string | undefined): Map<string, FarBox> {
  const boxes = new Map<string, FarBox>();
  for (const node of nodes) {
    if (node.type === "note") continue;
    const parent = node.parentId === undefined ? undefined : boxes.get(node.parentId);
    if (node.type === "region") {
      const { group } = node.data;
      boxes.set(node.id, { id: node.id, x: (parent?.x ?? 0) + node.position.x, y: (parent?.y ?? 0) + node.position.y, width: node.width ?? 0, height: node.height ?? 0, colour: groupToken(group.colour), state: undefined, isContainer: !group.collapsed });
      continue;
    }
    const { descriptor, face } = node.data;
    boxes.set(node.id, {
      id: node.id, x: (parent?.x ?? 0) + node.position.x, y: (parent?.y ?? 0) + node.position.y, width: node.width ?? 0, height: node.height ?? 0,
      colour: descriptor ? groupColour[descriptor.group].slice(4, -1) : "--ink3", state: stateOf(node.id), isContainer: face.body !== undefined,
    });
  }
  return boxes;
}

function withPaths(batch: FarBatch): Painted {
  const outline = new Path2D();
  const tiles = new Path2D();
  for (const box of batch.boxes) {
    outline.roundRect(box.x, box.y, box.width, box.height, 14);
    const side = Math.min(40, box.height - 16);
    if (batch.isContainer) tiles.roundRect(box.x + 12, box.y + 12, 32, 32, 8);
    else tiles.roundRect(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side, 10);
  }
  return { ...batch, outline, tiles };
}

function edgePaths(document: Parameters<typeof indexOf>[0], nodes: CanvasNode[], boxes: ReadonlyMap<string, FarBox>): { control: Path2D; attached: Path2D } {
  const handles = new Map(nodes.map((node) => [node.id, node.handles]));
  const [control, attached] = [new Path2D(), new Path2D()];
  const hidden = hiddenNodes(document);
  for (const { from, to } of indexOf(document).edges.values()) {
    const [a, b] = [boxes.get(hidden.get(from.node) ?? from.node), boxes.get(hidden.get(to.node) ?? to.node)];
    if (!a || !b || a === b) continue;
    const out = handles.get(from.node)?.find((handle) => handle.id === from.port);
    const [x, y] = [a.x + (out ? out.x + 5 : a.width), a.y + (out ? out.y + 5 : 24)];
    if (to.port === "tool") {
      attached.moveTo(x, y);
      attached.lineTo(b.x + 28, b.y);
    } else {
      const bend = Math.max(40, Math.abs(b.x - x) / 2);
      control.moveTo(x, y);
      control.bezierCurveTo(x + bend, y, b.x - bend, b.y + 24, b.x, b.y + 24);
    }
  }
  return { control, attached };
}

const stateColours: Record<string, string> = { running: "--run", waiting: "--warn", stopped: "--warn", failed: "--err" };

function paint(context: CanvasRenderingContext2D, { batches, control, attached }: Shapes, colour: Colours): void {
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
