import { useLayoutEffect, useRef, useState, type RefObject } from "react";
import { createPortal } from "react-dom";
import type { NodeDescriptor } from "../contract";
import { typeColour, typeIcon } from "../inspector/valueType";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useNarrow } from "../ui/remember";

const gap = 8;
const width = 264;
const words = strings.palette;

/** Beside the list, for the type that is pointed at: what for, an example, and which values it gives. */
export function TypeCard({ type, item, id, hasDescription }: { type: NodeDescriptor; item: RefObject<HTMLElement | null>; id: string; /** Not where the item says it itself. */ hasDescription: boolean }) {
  const card = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number }>();
  const isNarrow = useNarrow();
  useLayoutEffect(() => {
    const list = item.current?.closest(".flyout, .add-list")?.getBoundingClientRect();
    const own = card.current?.getBoundingClientRect();
    if (!list || !own) return;
    const right = list.right + gap;
    setPlace({ left: right + width + gap > innerWidth ? list.left - gap - width : right, top: Math.max(gap, Math.min(item.current!.getBoundingClientRect().top, innerHeight - own.height - gap)) });
  }, [item]);
  const home = document.querySelector(".dz");
  if (isNarrow || !home) return null;
  return createPortal(
    <div className="type-card" role="tooltip" id={id} ref={card} style={{ width, left: place?.left ?? 0, top: place?.top ?? 0, visibility: place ? "visible" : "hidden" }} data-testid="type-card">
      {hasDescription && <p>{type.description}</p>}
      {type.example && <><h4>{words.example}</h4><p className="example">{type.example}</p></>}
      {type.outputs.length > 0 && <><h4>{words.gives}</h4><ul>{type.outputs.map((output) => <li key={output.name}><span className="type" style={{ color: typeColour(output.type) }}><Icon name={typeIcon(output.type)} size={12} /></span>{output.name}<small>{output.type}</small></li>)}</ul></>}
      <footer>{words.favouriteHint}</footer>
    </div>, home);
}
