import { useState, type ReactNode } from "react";
import { remember, remembered } from "./remember";

/** A panel whose size a person sets by dragging its inner edge (or with the arrow keys on it); it is remembered. */
export function Sized({ name, edge, initial, least, label, className, children }: {
  name: string; edge: "left" | "top"; initial: number; least: number; label: string; className: string; children: ReactNode;
}) {
  const [size, setSize] = useState(() => Number(remembered(`size.${name}`)) || initial);
  const most = (): number => Math.max(least, (edge === "left" ? innerWidth : innerHeight) * 0.6);
  const change = (wanted: number): void => {
    const next = Math.round(Math.min(most(), Math.max(least, wanted)));
    setSize(next);
    remember(`size.${name}`, String(next));
  };
  const start = (event: React.PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    const from = edge === "left" ? event.clientX : event.clientY;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => change(size + from - (edge === "left" ? move.clientX : move.clientY));
    handle.onpointerup = () => { handle.onpointermove = null; };
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const grow = edge === "left" ? "ArrowLeft" : "ArrowUp";
    const shrink = edge === "left" ? "ArrowRight" : "ArrowDown";
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    event.stopPropagation();
    change(size + (event.key === grow ? 16 : -16));
  };
  return (
    <section className={className} style={{ "--size": `${size}px` } as React.CSSProperties}>
      <div className={`sizer sizer-${edge}`} role="separator" tabIndex={0} aria-label={label} aria-orientation={edge === "left" ? "vertical" : "horizontal"} aria-valuenow={size} aria-valuemin={least}
        onPointerDown={start} onKeyDown={onKey} onDoubleClick={() => change(initial)} />
      {children}
    </section>
  );
}
