import { useRef } from "react";
import type { FlowNode, NodeDescriptor } from "../contract";
import { useEditor } from "../store";
import { Tile } from "../ui/Tile";
import { Icon } from "../ui/Icon";
import { toggleFavourite, useUsedTypes } from "./favourites";
import { startDrag } from "./items";
import { TypeCard } from "./TypeCard";

export function PaletteItem({ type, id = `add-${type.type}`, index, active, described, onHover, onChoose }: {
  type: NodeDescriptor; id?: string; index: number; active: boolean; described: boolean; onHover: () => void; onChoose: () => void;
}) {
  const isFavourite = useUsedTypes().favourite.includes(type.type);
  const item = useRef<HTMLButtonElement>(null);
  return (
    <button ref={item} type="button" id={id} className={`palette-item${active ? " active" : ""}`} role="option" aria-selected={active} data-index={index} data-testid={id.replace(/^add-/, "palette-")}
      aria-describedby={active ? `${id}-card` : undefined} draggable onDragStart={(event) => startDrag(event.dataTransfer, type.type)} onPointerEnter={onHover} onFocus={onHover} onClick={onChoose}>
      <Tile group={type.group} icon={type.icon} size={described ? 26 : 20} iconSize={described ? 15 : 12} />
      <span><b>{type.name}</b>{described && <small>{type.description}</small>}</span>
      {active && <TypeCard type={type} item={item} id={`${id}-card`} hasDescription={!described} />}
      {/* For the pointer; the keyboard has Ctrl+B. */}
      <i className={`star${isFavourite ? " on" : ""}`} aria-hidden="true" onClick={(event) => { event.stopPropagation(); toggleFavourite(type.type); }}><Icon name="star" size={13} /></i>
    </button>
  );
}

/** A node that is there already and that the wire could go to. */
export function ExistingItem({ id, node, port, index, active, onHover, onChoose }: {
  id: string; node: FlowNode; port: string; index: number; active: boolean; onHover: () => void; onChoose: () => void;
}) {
  const type = useEditor((view) => view.nodeTypes.get(node.type));
  return (
    <button type="button" id={id} className={`palette-item${active ? " active" : ""}`} role="option" aria-selected={active} data-index={index} data-testid={`connect-${node.id}-${port}`} onPointerEnter={onHover} onFocus={onHover} onClick={onChoose}>
      <Tile group={type?.group} icon={type?.icon ?? "circle-question-mark"} size={20} iconSize={12} />
      <span><b>{node.name}</b></span>{port !== "in" && port !== "out" && port !== "tool" && <small>{port}</small>}
    </button>
  );
}
