import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";

export interface Box { left: number; top: number; right: number; bottom: number }
interface Props {
  /** What it hangs on, in client pixels; asked for again while it is open, because panels scroll. */
  anchor: () => Box | undefined;
  onClose: () => void;
  children: ReactNode;
  align?: "left" | "right";
  /** At least as wide as the anchor. */
  matchWidth?: boolean;
  width?: number;
  maxHeight?: number;
  role?: string;
  label?: string;
  id?: string;
  /** Clicks inside these do not count as outside. */
  keepOpenFor?: () => (Element | null | undefined)[];
}

const margin = 8;
// Transparent, not hidden: what is hidden takes no focus, and the first thing in it may want it.
const unplaced: React.CSSProperties = { opacity: 0, left: 0, top: 0 };
// Inside the island, where the pages' styles do not reach; not inside a panel, which would cut it off.
const home = (): Element => document.querySelector(".dz") ?? document.body;

/** Floats above everything, flips where there is no room, closes on Escape and on a press outside. */
export function Popover({ anchor, onClose, children, align = "left", matchWidth, width, maxHeight = 320, role, label, id, keepOpenFor }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<React.CSSProperties>(unplaced);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const update = () => {
      const box = anchor();
      const element = panel.current;
      if (!box || !element) return;
      const below = innerHeight - box.bottom - margin - 4;
      const above = box.top - margin - 4;
      const wanted = Math.min(maxHeight, element.scrollHeight + 2);
      const up = below < wanted && above > below;
      const room = Math.max(80, up ? above : below);
      const wide = width ?? (matchWidth ? Math.max(box.right - box.left, 160) : undefined);
      const actual = wide ?? element.offsetWidth;
      const left = align === "right" ? box.right - actual : box.left;
      setPlace({
        left: Math.max(margin, Math.min(left, innerWidth - actual - margin)), width: wide, maxHeight: Math.min(maxHeight, room),
        ...(up ? { bottom: innerHeight - box.top + 4 } : { top: box.bottom + 4 }),
      });
    };
    update();
    const observer = new ResizeObserver(update);
    if (panel.current?.firstElementChild) observer.observe(panel.current.firstElementChild);
    addEventListener("scroll", update, true);
    addEventListener("resize", update);
    return () => { observer.disconnect(); removeEventListener("scroll", update, true); removeEventListener("resize", update); };
  }, [anchor, align, matchWidth, width, maxHeight]);

  useEffect(() => {
    const press = (event: PointerEvent) => {
      const target = event.target as Element;
      if (panel.current?.contains(target) || keepOpenFor?.().some(element => element?.contains(target))) return;
      close.current();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      event.preventDefault();
      close.current();
    };
    document.addEventListener("pointerdown", press, true);
    document.addEventListener("keydown", key, true);
    return () => { document.removeEventListener("pointerdown", press, true); document.removeEventListener("keydown", key, true); };
  }, [keepOpenFor]);

  return createPortal(<div ref={panel} className="dz-pop" style={place} role={role} aria-label={label} id={id}>{children}</div>, home());
}
