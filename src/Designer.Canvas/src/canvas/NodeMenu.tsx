import { useEffect, useRef } from "react";
import type { FlowGroup } from "../contract";
import { useEditor, useStore, type EditorStore } from "../store";
import { Icon } from "../ui/Icon";
import { addNote, copyText, collapse, deleteSelection, duplicate, findUsages, group, toggleDisabled } from "./actions";
import { tidy } from "./tidy";
import { findNode, parentOf } from "../kernel/document";
import { absolutePosition } from "../kernel/face";
import { groupColours, groupNodeId, groupsOf, planUngroup, withCollapsed } from "../kernel/groups";
import { planMoveInto } from "../kernel/plan";
import { canPin } from "../debug/debugger";
import { isAttached } from "../kernel/ports";
import { strings } from "../strings";
import { useBridge, type Bridge } from "../bridge";
import { groupTone } from "./groupTone";
import { extractSelection, inlineSubflow, isSubflow, openSubflow } from "./subflows";

interface Item { icon: string; words: string; keys?: string; /** A swatch in place of the icon. */ tone?: string; act: () => void }

/** The menu of a right click, on a node or on the empty canvas. */
export function NodeMenu() {
  const store = useStore();
  const bridge = useBridge();
  const menu = useEditor((view) => view.menu);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => { list.current?.querySelector<HTMLElement>("button")?.focus(); }, [menu]);
  if (!menu) return null;
  const items = menu.groupId !== undefined ? groupItems(store, menu.groupId) : menu.nodeId === undefined ? canvasItems(store) : nodeItems(store, bridge, menu.nodeId);
  const top = Math.max(8, Math.min(menu.client.y, globalThis.innerHeight - items.length * 32 - 24));
  const left = Math.min(menu.client.x, globalThis.innerWidth - 232);
  const move = (event: React.KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...list.current!.querySelectorAll<HTMLElement>("button")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[(at + (event.key === "ArrowDown" ? 1 : -1) + buttons.length) % buttons.length]?.focus();
  };
  return (
    <>
      <div className="veil" onPointerDown={() => store.set({ menu: undefined })} onContextMenu={(event) => event.preventDefault()} />
      <div className="menu" role="menu" ref={list} style={{ position: "fixed", top, left }} onKeyDown={move}>
        {items.map((item) => (
          <button key={item.words} role="menuitem" onClick={() => { store.set({ menu: undefined }); item.act(); }}>
            {item.tone === undefined ? <Icon name={item.icon} size={15} /> : <i className="swatch" style={{ background: item.tone }} />}{item.words}{item.keys && <kbd>{item.keys}</kbd>}
          </button>
        ))}
      </div>
    </>
  );
}

function nodeItems(store: EditorStore, bridge: Bridge, id: string): Item[] {
  const { document, canEdit, canRun, nodeTypes } = store.state();
  const node = findNode(document, id);
  const run = store.run;
  const parent = parentOf(document, id);
  const runItems: Item[] = canRun && run && parent === undefined ? [
    { icon: "play", words: strings.inspector.runNode, act: () => { store.set({ runOpen: true }); run({ node: id, mode: "only" }); } },
    { icon: "skip-forward", words: strings.inspector.runTo, act: () => { store.set({ runOpen: true }); run({ node: id, mode: "to" }); } },
  ] : [];
  const { pins, breakpoints } = store.state().debugging;
  const debugItems: Item[] = canRun ? [
    ...(canPin(document, nodeTypes, id) ? [
      { icon: pins.has(id) ? "pin-off" : "pin", words: pins.has(id) ? strings.debug.unpin : strings.debug.pinLast, keys: "P", act: () => void store.debug?.togglePin(id) },
      { icon: "braces", words: strings.debug.edit, act: () => store.set({ pinEditing: id }) },
    ] : []),
    ...(isAttached(document, id) ? [] : [{ icon: "octagon-pause", words: breakpoints.has(id) ? strings.debug.clearBreakpoint : strings.debug.setBreakpoint, keys: "B", act: () => void store.debug?.toggleBreakpoint(id) }]),
  ] : [];
  const takeOut = (): void => {
    const at = absolutePosition(document, parent!, nodeTypes);
    const grand = parentOf(document, parent!);
    const base = grand === undefined ? at : findNode(document, parent!)!.position;
    store.commit(planMoveInto(document, [id], grand, new Map([[id, { x: base.x, y: base.y - 96 }]])), strings.steps.takeOut);
    store.reveal(id);
  };
  const editItems: Item[] = canEdit ? [
    { icon: "pencil", words: strings.menu.rename, keys: "F2", act: () => store.set({ renaming: id }) },
    { icon: "copy-plus", words: strings.inspector.duplicate, keys: "Ctrl D", act: () => duplicate(store) },
    { icon: "power", words: node?.disabled ? strings.inspector.enable : strings.inspector.disable, keys: "D", act: () => toggleDisabled(store) },
    { icon: "combine", words: strings.groups.make, keys: "Ctrl G", act: () => group(store) },
    { icon: node?.collapsed ? "maximize" : "minimize-2", words: node?.collapsed ? strings.common.expand : strings.common.collapse, keys: "Alt C", act: () => collapse(store) },
    { icon: "workflow", words: strings.subflow.extract, act: () => void extractSelection(store, bridge) },
    ...(isSubflow(node) ? [{ icon: "list-tree", words: strings.subflow.inline, act: () => void inlineSubflow(store, bridge, id) }] : []),
    ...(parent === undefined ? [] : [{ icon: "log-out", words: strings.menu.takeOut, act: takeOut }]),
    { icon: "trash-2", words: strings.inspector.delete, keys: "Del", act: () => deleteSelection(store, false) },
    { icon: "unplug", words: strings.menu.deleteReconnect, keys: "Ctrl Del", act: () => deleteSelection(store, true) },
  ] : [];
  return [
    ...(isSubflow(node) ? [{ icon: "external-link", words: strings.subflow.open, act: () => openSubflow(store, id) }] : []),
    { icon: "settings-2", words: strings.menu.open, keys: "Enter", act: () => store.openInspector() }, ...runItems, ...debugItems,
    { icon: "scan-search", words: strings.usages.find, keys: "U", act: () => findUsages(store, id) },
    { icon: "copy", words: strings.menu.copy, keys: "Ctrl C", act: () => void navigator.clipboard?.writeText(copyText(store) ?? "") }, ...editItems,
  ];
}

function groupItems(store: EditorStore, id: string): Item[] {
  const { document } = store.state();
  const placed = groupsOf(document).get(id);
  if (!placed) return [];
  const { group, members } = placed;
  const set = (next: FlowGroup, label: string): void => void store.commit([{ op: "setGroup", group: next }], label);
  return [
    { icon: "pencil", words: strings.menu.rename, act: () => store.set({ renaming: groupNodeId(id) }) },
    { icon: "scan", words: strings.groups.select, act: () => store.select(members.map((node) => node.id)) },
    { icon: group.collapsed ? "maximize" : "minimize-2", words: group.collapsed ? strings.common.expand : strings.common.collapse, keys: "Alt C", act: () => set(withCollapsed(group, !group.collapsed), group.collapsed ? strings.steps.expand : strings.steps.collapse) },
    ...groupColours.map((colour): Item => ({ icon: "circle", tone: groupTone(colour), words: strings.groups.colours[colour], act: () => set({ ...group, colour }, strings.steps.colour) })),
    { icon: "unplug", words: strings.groups.ungroup, keys: "Ctrl Shift G", act: () => store.commit(planUngroup(document, [id]), strings.steps.ungroup) },
    { icon: "trash-2", words: strings.groups.deleteAll, act: () => { store.select(members.map((node) => node.id)); deleteSelection(store, false); } },
  ];
}

function canvasItems(store: EditorStore): Item[] {
  const { canEdit, menu } = store.state();
  const at = menu!.position;
  return [
    ...(canEdit ? [
      { icon: "plus", words: strings.palette.addNode, keys: "A", act: () => store.set({ add: { client: menu!.client, position: { x: at.x - 88, y: at.y - 30 } } }) },
      { icon: "sticky-note", words: strings.menu.addNote, keys: "N", act: () => addNote(store, at) },
      { icon: "wand-sparkles", words: strings.menu.tidy, act: () => void tidy(store) },
    ] : []),
    { icon: "maximize", words: strings.menu.fit, keys: "Ctrl 1", act: () => store.fit() },
    { icon: "keyboard", words: strings.menu.shortcuts, keys: "?", act: () => store.set({ helpOpen: true }) },
  ];
}
