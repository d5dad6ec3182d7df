import { useStoreApi } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { Position } from "../contract";
import { useEditor } from "../store";
import type { FarDrag } from "./farDrag";
import { cleared, paint, readColours } from "./farPainting";
import { boxesOf, carriedBy, shapesOf, wiresOf, type Shapes } from "./farShapes";
import type { CanvasNode } from "./flowNodes";

interface Props {
  nodes: CanvasNode[];
  drag: FarDrag;
  /** The nodes with dragged ones at these places. */
  place: (moved: ReadonlyMap<string, Position>) => CanvasNode[];
}

/**
 * From far the whole flow is painted on one canvas: a thousand boxes with borders and icons of their own cost 50 ms and more at every move.
 * The nodes stay in the page, empty, so that pointing at them, the keyboard and readers work as ever. What is dragged is painted on a second
 * canvas above, with the wires that touch it, so that a move paints nothing else.
 */
export function FarPaint({ nodes, drag, place }: Props) {
  const store = useStoreApi();
  const document = useEditor((view) => view.document);
  const states = useEditor((view) => view.run.byNode);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const placing = useRef(place);
  placing.current = place;
  const whole = useMemo(() => ({ boxes: boxesOf(nodes, (id) => states.get(id)?.state), wires: wiresOf(document, nodes) }), [document, nodes, states]);

  useEffect(() => {
    const { boxes, wires } = whole;
    const boxOf = (id: string) => boxes.get(id);
    const all = shapesOf(boxes.values(), wires, boxOf);
    let colours = readColours();
    let waiting = 0;
    let isWhole = false; // whether the lower canvas has to be painted again
    let carry: Carry | undefined;
    let [standing, carried]: [Shapes, Shapes | undefined] = [all, undefined];

    const draw = (): void => {
      waiting = 0;
      const view = store.getState();
      if (isWhole) paint(cleared(below.current!, view), standing, colours);
      isWhole = false;
      const context = cleared(above.current!, view);
      if (carried) paint(context, carried, colours);
    };
    const soon = (): void => { waiting ||= requestAnimationFrame(draw); };
    const soonWhole = (): void => { isWhole = true; soon(); };
    const follow = (): void => {
      if (drag.moved.size === 0) {
        if (!carry) return;
        carry.release();
        [carry, standing, carried] = [undefined, all, undefined];
        return soonWhole();
      }
      if (!carry) {
        const ids = carriedBy(nodes, drag.moved);
        const touches = (wire: { source: string; target: string }): boolean => ids.has(wire.source) || ids.has(wire.target);
        carry = new Carry(ids, store.getState().domNode);
        standing = shapesOf([...boxes.values()].filter((box) => !ids.has(box.id)), wires.filter((wire) => !touches(wire)), boxOf);
        carry.wires = wires.filter(touches);
        soonWhole();
      }
      const { ids } = carry;
      const now = boxesOf(placing.current(drag.moved).filter((node) => ids.has(node.id)), (id) => states.get(id)?.state, boxes);
      carried = shapesOf(now.values(), carry.wires, (id) => now.get(id) ?? boxes.get(id));
      carry.move((id) => {
        const [to, from] = [now.get(id), boxes.get(id)];
        return to && from && { x: to.x - from.x, y: to.y - from.y };
      }, store.getState().transform[2]);
      soon();
    };

    isWhole = true;
    follow();
    draw();
    let seen = store.getState();
    const stop = store.subscribe((now) => {
      if (now.transform !== seen.transform || now.width !== seen.width || now.height !== seen.height) soonWhole();
      seen = now;
    });
    const unfollow = drag.subscribe(follow);
    const theme = new MutationObserver(() => { colours = readColours(); soonWhole(); });
    theme.observe(globalThis.document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });
    return () => {
      stop();
      unfollow();
      carry?.release();
      theme.disconnect();
      cancelAnimationFrame(waiting);
    };
  }, [store, whole, nodes, states, drag]);
  return <><canvas className="far-paint" ref={below} aria-hidden="true" /><canvas className="far-paint" ref={above} aria-hidden="true" /></>;
}

/** The empty boxes of what is dragged, which go along with what is painted, so that the pointer, the focus and the selection stay on them. */
class Carry {
  wires: ReturnType<typeof wiresOf> = [];
  private readonly elements: readonly HTMLElement[];
  private readonly frame: HTMLElement | null;

  constructor(readonly ids: ReadonlySet<string>, root: HTMLElement | null) {
    this.elements = [...(root?.querySelectorAll<HTMLElement>(".react-flow__node-face") ?? [])].filter((element) => ids.has(element.dataset.id!));
    this.frame = root?.querySelector<HTMLElement>(".react-flow__nodesselection") ?? null;
  }

  move(by: (id: string) => Position | undefined, zoom: number): void {
    let last: Position | undefined;
    for (const element of this.elements) {
      last = by(element.dataset.id!) ?? last;
      if (last) element.style.translate = `${last.x}px ${last.y}px`;
    }
    if (this.frame && last) this.frame.style.translate = `${last.x * zoom}px ${last.y * zoom}px`;
  }

  release(): void {
    for (const element of [...this.elements, ...(this.frame ? [this.frame] : [])]) element.style.translate = "";
  }
}
