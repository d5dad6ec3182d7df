import { useReactFlow, type Viewport } from "@xyflow/react";
import { useEffect, type RefObject } from "react";
import { minZoom } from "./useReveal";

export const maxZoom = 2;
/** A wheel turns by larger steps; two fingers on a trackpad begin with small ones, and may go to the side. */
const wheelStep = 50;
const sameGestureMs = 200;

/** Two fingers move and zoom the canvas wherever they are: on a trackpad, and on a screen also where they begin on nodes, which one finger drags. */
export function useGestures(stage: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  useEffect(() => {
    const element = stage.current!;
    const stop = [onTrackpad(element, flow), onFingers(element, flow)];
    return () => stop.forEach((end) => end());
  }, [stage, flow]);
}

interface View { getViewport: () => Viewport; setViewport: (viewport: Viewport) => unknown }

function onTrackpad(element: HTMLElement, flow: View): () => void {
  let lastAt = -Infinity;
  const onWheel = (event: WheelEvent): void => {
    if (event.ctrlKey || event.metaKey || event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL || !isCanvas(event.target) || (event.target as Element).closest(".nowheel")) return;
    const isFingers = event.timeStamp - lastAt < sameGestureMs || event.deltaX !== 0 || Math.abs(event.deltaY) < wheelStep;
    if (!isFingers) return;
    lastAt = event.timeStamp;
    event.preventDefault();
    event.stopPropagation();
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x - event.deltaX, y: y - event.deltaY, zoom });
  };
  element.addEventListener("wheel", onWheel, { capture: true, passive: false });
  return () => element.removeEventListener("wheel", onWheel, { capture: true });
}

interface Fingers { x: number; y: number; apart: number }

function onFingers(element: HTMLElement, flow: View): () => void {
  let last: Fingers | undefined;
  const onStart = (event: TouchEvent): void => {
    // Where no node would be dragged, React Flow does this itself.
    if (event.touches.length !== 2 || ![...event.touches].every((touch) => isCanvas(touch.target)) || ![...event.touches].some((touch) => (touch.target as Element).closest(".react-flow__node.draggable"))) return;
    event.stopPropagation();
    // A node that the first finger already drags stays where it is: React Flow would wait for the end of that drag, and begin the next one from it.
    const landed = new Set([...event.changedTouches].map((touch) => touch.identifier));
    for (const touch of event.touches) if (!landed.has(touch.identifier)) touch.target.dispatchEvent(new TouchEvent("touchend", { bubbles: true, cancelable: true, changedTouches: [touch] }));
    last = measured(event.touches, element);
  };
  const onMove = (event: TouchEvent): void => {
    if (!last) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.touches.length !== 2) return;
    const now = measured(event.touches, element);
    flow.setViewport(followed(flow.getViewport(), last, now));
    last = now;
  };
  const onEnd = (event: TouchEvent): void => { if (event.touches.length === 0) last = undefined; };
  const listening: [string, (event: TouchEvent) => void][] = [["touchstart", onStart], ["touchmove", onMove], ["touchend", onEnd], ["touchcancel", onEnd]];
  for (const [name, listener] of listening) element.addEventListener(name, listener as EventListener, { capture: true, passive: false });
  return () => listening.forEach(([name, listener]) => element.removeEventListener(name, listener as EventListener, { capture: true }));
}

/** What lay under the fingers stays under them. */
export function followed({ x, y, zoom }: Viewport, from: Fingers, to: Fingers): Viewport {
  const next = Math.min(maxZoom, Math.max(minZoom, from.apart > 0 ? (zoom * to.apart) / from.apart : zoom));
  return { x: to.x - ((from.x - x) * next) / zoom, y: to.y - ((from.y - y) * next) / zoom, zoom: next };
}

function measured(touches: TouchList, element: HTMLElement): Fingers {
  const [a, b] = [touches[0]!, touches[1]!];
  const area = element.getBoundingClientRect();
  return { x: (a.clientX + b.clientX) / 2 - area.left, y: (a.clientY + b.clientY) / 2 - area.top, apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
}

const isCanvas = (target: EventTarget | null): boolean => target instanceof Element && target.closest(".react-flow__renderer") !== null;
