import type { FlowNode, NodeDescriptor } from "../contract";
import { useEditor } from "../store";
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
