import type { NodeDescriptor } from "../contract";
import { Tile } from "../ui/Tile";
import { startDrag } from "./items";

export function PaletteItem({ type, index, active, described, onHover, onChoose }: {
  type: NodeDescriptor; index: number; active: boolean; described: boolean; onHover: () => void; onChoose: () => void;
}) {
  return (
    <button type="button" id={`add-${type.type}`} className={`palette-item${active ? " active" : ""}`} role="option" aria-selected={active} data-index={index} data-testid={`palette-${type.type}`}
      title={type.description} draggable onDragStart={(event) => startDrag(event.dataTransfer, type.type)} onPointerEnter={onHover} onFocus={onHover} onClick={onChoose}>
      <Tile group={type.group} icon={type.icon} size={described ? 26 : 20} iconSize={described ? 15 : 12} />
      <span><b>{type.name}</b>{described && <small>{type.description}</small>}</span>
    </button>
  );
}
