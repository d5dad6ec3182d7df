import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import type { NodeDescriptor, NodeGroup } from "../contract";
import { addNode } from "../canvas/actions";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { groups } from "./items";
import { PaletteItem } from "./PaletteItem";

/** The palette: ten groups that fly out with their node types, and the search above them. */
export function Rail() {
  const store = useStore();
  const flow = useReactFlow();
  const types = useEditor((view) => view.nodeTypes);
  const canEdit = useEditor((view) => view.canEdit);
  const outlineOpen = useEditor((view) => view.outlineOpen);
  const [open, setOpen] = useState<NodeGroup>();
  const [active, setActive] = useState(0);
  const rail = useRef<HTMLElement>(null);
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(closing.current), []);
  if (!canEdit) return null;

  const show = (group: NodeGroup): void => {
    clearTimeout(closing.current);
    setOpen(group);
    setActive(-1);
  };
  const hideSoon = (): void => { closing.current = setTimeout(() => setOpen(undefined), 250); };
  const choose = (type: NodeDescriptor): void => {
    setOpen(undefined);
    const stage = document.querySelector(".dz .canvas")!.getBoundingClientRect();
    addNode(store, type, {}, flow.screenToFlowPosition({ x: (stage.left + stage.right) / 2, y: (stage.top + stage.bottom) / 2 }));
  };
  const items = open ? [...types.values()].filter((type) => type.group === open) : [];
  const anchor = open ? rail.current?.querySelector<HTMLElement>(`[data-group="${open}"]`) : undefined;
  const top = anchor ? Math.max(8, Math.min(anchor.offsetTop - 12, rail.current!.offsetHeight - items.length * 48 - 60)) : 0;
  return (
    <nav className="rail" aria-label={strings.palette.palette} ref={rail} onPointerLeave={hideSoon} onPointerEnter={() => clearTimeout(closing.current)}
      onKeyDown={(event) => { if (event.key === "Escape" && open) { event.stopPropagation(); anchor?.focus(); setOpen(undefined); } }}>
      <button className="rail-item rail-add" aria-label={strings.palette.addNode} title={strings.palette.searchHint} onClick={() => store.set({ add: {} })}>
        <span className="tile"><Icon name="plus" size={15} /></span><span>{strings.palette.add} <kbd>A</kbd></span>
      </button>
      {groups.map(({ group, icon }) => (
        <button key={group} data-group={group} className={`rail-item${open === group ? " on" : ""}`} aria-expanded={open === group} aria-haspopup="true"
          onPointerEnter={(event) => { if (event.pointerType === "mouse") show(group); }} onClick={() => show(group)}>
          <Tile group={group} icon={icon} size={26} iconSize={15} /><span>{strings.palette.groups[group]}</span>
        </button>
      ))}
      <button className={`rail-item rail-outline${outlineOpen ? " on" : ""}`} aria-pressed={outlineOpen} title={strings.canvas.outlineHint} onClick={() => store.set({ outlineOpen: !outlineOpen })}>
        <Icon name="layout-list" size={18} /><span>{strings.canvas.outline}</span>
      </button>
      {open && (
        <div className="flyout" role="listbox" aria-label={strings.palette.groups[open]} style={{ top }} onPointerEnter={() => clearTimeout(closing.current)}>
          <div className="group-name" aria-hidden="true">{strings.palette.groups[open]}</div>
          {items.length === 0 && <p className="quiet">{strings.palette.emptyGroup}</p>}
          {items.map((type, i) => <PaletteItem key={type.type} type={type} index={i} active={i === active} described onHover={() => setActive(i)} onChoose={() => choose(type)} />)}
        </div>
      )}
    </nav>
  );
}
