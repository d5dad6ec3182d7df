// What keys, menus and gestures do: each makes a plan with the kernel and commits it as one step.
import type { NodeDescriptor, Op, Position } from "../contract";
import { partOf, partText, planDuplicate, planPaste, readPart } from "../kernel/clipboard";
import { findNode, indexOf, parentOf } from "../kernel/document";
import { absolutePosition, cachedFace, containerAt } from "../kernel/face";
import { groupNodeId, hiddenNodes, planCollapse, planGroup, planUngroup } from "../kernel/groups";
import { freeId } from "../kernel/ids";
import { freeOut, planAdd, planDelete, planDeleteReconnect } from "../kernel/plan";
import { noteUse } from "../palette/favourites";
import type { AddRequest, EditorStore } from "../store";
import { strings } from "../strings";

/** Adds a node of the type where the request says; without a place: after the single selected node, else in view. */
export function addNode(store: EditorStore, type: NodeDescriptor, request: AddRequest, centre: Position): void {
  const { document, nodeTypes, selection } = store.state();
  const placed = request.position !== undefined || request.from !== undefined || request.to !== undefined || request.edge !== undefined;
  const from = !placed && selection.length === 1 && type.ports.some((port) => port.kind === "in") ? freeOut(document, nodeTypes, selection[0]!) : undefined;
  const absolute = request.position ?? (placed || from ? undefined : { x: centre.x - 88, y: centre.y - 30 });
  const parent = request.parent ?? (absolute && !request.from && !request.to && !request.edge && type.type !== "start" ? containerAt(document, nodeTypes, { x: absolute.x + 88, y: absolute.y + 30 }) : undefined);
  const wiredIn = request.from ? parentOf(document, request.from.node) : request.to ? parentOf(document, request.to.node) : parent;
  const position = absolute && intoLevel(store, absolute, wiredIn);
  const plan = planAdd(document, nodeTypes, {
    type, isLoose: request.position === undefined, ...(position ? { position } : {}), ...(parent === undefined ? {} : { parent }), ...(request.from ?? from ? { from: (request.from ?? from)! } : {}),
    ...(request.to ? { to: request.to } : {}), ...(request.edge === undefined ? {} : { edge: request.edge }),
  });
  if (!store.commit(plan.ops, strings.steps.add(type.name))) return;
  noteUse(type.type);
  store.select(plan.ids);
  if (!request.position) store.reveal(plan.ids[0]!);
}

/** A place on the canvas in the pixels of one level. */
export function intoLevel(store: EditorStore, at: Position, parent: string | undefined): Position {
  if (parent === undefined) return at;
  const { document, nodeTypes } = store.state();
  const origin = absolutePosition(document, parent, nodeTypes);
  const body = cachedFace(document, findNode(document, parent)!, nodeTypes).body ?? { x: 0, y: 0 };
  return { x: at.x - origin.x - body.x, y: at.y - origin.y - body.y };
}

export function deleteSelection(store: EditorStore, reconnect: boolean): void {
  const { document, nodeTypes, selection, selectedEdges, selectedNotes } = store.state();
  const ops: Op[] = [
    ...(reconnect ? planDeleteReconnect(document, nodeTypes, selection) : planDelete(document, selection, selectedEdges)),
    ...selectedNotes.map((id): Op => ({ op: "removeNote", id })),
  ];
  store.commit(ops, reconnect ? strings.steps.deleteReconnect : strings.steps.delete);
}

export function copyText(store: EditorStore): string | undefined {
  const { document, selection } = store.state();
  return selection.length === 0 ? undefined : partText(partOf(document, selection));
}

/** False when the text is no part of a flow. */
export function pasteText(store: EditorStore, text: string, centre: Position, keepIncoming: boolean): boolean {
  const part = readPart(text);
  if (!part || part.nodes.length === 0) return false;
  const { document, nodeTypes, selection } = store.state();
  const alone = selection.length === 1 ? findNode(document, selection[0]!) : undefined;
  const parent = alone && nodeTypes.get(alone.type)?.isContainer ? alone.id : alone ? parentOf(document, alone.id) : undefined;
  const known = part.nodes.filter((node) => indexOf(document).nodes.has(node.id));
  const beside = known.length === part.nodes.length ? { x: Math.min(...known.map((n) => n.position.x)) + 32, y: Math.min(...known.map((n) => n.position.y)) + 32 } : undefined;
  const at = alone && parent === alone.id ? { x: 16, y: 16 } : beside ?? intoLevel(store, { x: snap(centre.x - 88), y: snap(centre.y - 30) }, parent);
  const plan = planPaste(document, part, { parent, at: step(store, parent, at), keepIncoming });
  if (store.commit(plan.ops, strings.steps.paste)) store.select(plan.ids);
  return true;
}

/** Pasting again and again makes a staircase, not a pile. */
function step(store: EditorStore, parent: string | undefined, at: Position): Position {
  const { nodes } = indexOf(store.state().document);
  const taken = new Set([...nodes.values()].filter((p) => p.parent === parent).map(({ node }) => `${node.position.x} ${node.position.y}`));
  const free = { ...at };
  while (taken.has(`${free.x} ${free.y}`)) { free.x += 32; free.y += 32; }
  return free;
}

export function duplicate(store: EditorStore): void {
  const plan = planDuplicate(store.state().document, store.state().selection, false);
  if (store.commit(plan.ops, strings.steps.duplicate)) store.select(plan.ids);
}

export function toggleDisabled(store: EditorStore): void {
  const { document, selection } = store.state();
  const nodes = selection.flatMap((id) => findNode(document, id) ?? []);
  const disable = nodes.some((node) => !node.disabled);
  const changed = nodes.filter((node) => (node.disabled ?? false) !== disable);
  store.commit(changed.map((node): Op => ({ op: "setNode", id: node.id, field: "disabled", value: disable ? true : null })), disable ? strings.steps.disable : strings.steps.enable);
}

/** Puts the selection into a new group and asks for its title. */
export function group(store: EditorStore): void {
  const { document, selection } = store.state();
  const plan = planGroup(document, selection, strings.groups.newTitle);
  if (store.commit(plan.ops, strings.steps.group) && plan.id !== undefined) store.set({ renaming: groupNodeId(plan.id) });
}

export function ungroup(store: EditorStore): void {
  const { document, selection } = store.state();
  const ids = new Set(selection.flatMap((id) => findNode(document, id)?.group ?? []));
  store.commit(planUngroup(document, [...ids]), strings.steps.ungroup);
}

export function collapse(store: EditorStore): void {
  const { document, selection } = store.state();
  store.commit(planCollapse(document, selection), strings.steps.collapse);
}

/** Shows in the inspector where the node's values are used. */
export function findUsages(store: EditorStore, id: string): void {
  store.select([id]);
  store.openInspector("usages");
}

export function nudge(store: EditorStore, dx: number, dy: number): void {
  const { document, selection } = store.state();
  const moves = selection.flatMap((id): Op[] => {
    const node = findNode(document, id);
    if (!node) return [];
    const inside = parentOf(document, id) !== undefined;
    const at = { x: node.position.x + dx, y: node.position.y + dy };
    return [{ op: "moveNode", id, position: inside ? { x: Math.max(0, at.x), y: Math.max(0, at.y) } : at }];
  });
  store.commit(moves, strings.steps.move, { merge: `nudge ${selection.join(" ")}` });
}

/** The nearest node in the arrow's direction, straight ones before slanted ones. */
export function neighbour(store: EditorStore, direction: "left" | "right" | "up" | "down"): string | undefined {
  const { document, nodeTypes, selection } = store.state();
  const { nodes } = indexOf(document);
  const hidden = hiddenNodes(document);
  const from = selection.at(-1);
  if (from === undefined) return document.nodes[0]?.id;
  const here = absolutePosition(document, from, nodeTypes);
  let best: { id: string; score: number } | undefined;
  for (const id of nodes.keys()) {
    if (id === from || hidden.has(id)) continue;
    const at = absolutePosition(document, id, nodeTypes);
    const along = direction === "right" ? at.x - here.x : direction === "left" ? here.x - at.x : direction === "down" ? at.y - here.y : here.y - at.y;
    const across = Math.abs(direction === "left" || direction === "right" ? at.y - here.y : at.x - here.x);
    if (along <= 8) continue;
    const score = along + across * 2;
    if (!best || score < best.score) best = { id, score };
  }
  return best?.id;
}

export function addNote(store: EditorStore, at: Position): void {
  const taken = new Set((store.state().document.notes ?? []).map((note) => note.id));
  const id = freeId("n1", taken);
  store.commit([{ op: "addNote", note: { id, text: "", position: { x: snap(at.x), y: snap(at.y) }, size: { w: 240, h: 120 } } }], strings.steps.addNote);
  store.select([], [], [id]);
}

const snap = (value: number): number => Math.round(value / 16) * 16;
