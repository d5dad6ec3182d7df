// Groups: a title and a colour around nodes of one level. Nodes name their group; where it stands follows from them.
import type { FlowDocument, FlowGroup, FlowNode, Op } from "../contract";
import { indexOf, parentOf } from "./document";
import { absoluteBox, absolutePosition, cachedFace, textWidth, type Box } from "./face";
import { freeId, freeName } from "./ids";
import type { NodeTypes } from "./ports";

export const groupColours = ["grey", "blue", "green", "amber", "red", "violet"] as const;
export const groupMeasures = { padding: 20, title: 34, collapsedHeight: 48, collapsedMin: 176 };

export interface PlacedGroup { group: FlowGroup; parent: string | undefined; members: readonly FlowNode[] }
const placed = new WeakMap<FlowDocument, ReadonlyMap<string, PlacedGroup>>();

/** The groups that have nodes, with those of the level that its first node stands on. */
export function groupsOf(doc: FlowDocument): ReadonlyMap<string, PlacedGroup> {
  let map = placed.get(doc);
  if (map) return map;
  const known = new Map((doc.groups ?? []).map((group) => [group.id, group]));
  const found = new Map<string, { group: FlowGroup; parent: string | undefined; members: FlowNode[] }>();
  if (known.size > 0) {
    for (const { node, parent } of indexOf(doc).nodes.values()) {
      const group = node.group === undefined ? undefined : known.get(node.group);
      if (!group) continue;
      const entry = found.get(group.id);
      if (!entry) found.set(group.id, { group, parent, members: [node] });
      else if (entry.parent === parent) entry.members.push(node);
    }
  }
  placed.set(doc, map = found);
  return map;
}

/** Where a group is drawn, in its level's own pixels. `at` says where a node stands meanwhile, while it is dragged. */
export function groupBox(doc: FlowDocument, types: NodeTypes, { group, members }: PlacedGroup, at: (node: FlowNode) => { x: number; y: number } = (node) => node.position): Box {
  const { padding, title } = groupMeasures;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const node of members) {
    const { x, y } = at(node);
    const face = cachedFace(doc, node, types);
    left = Math.min(left, x); top = Math.min(top, y);
    right = Math.max(right, x + face.width); bottom = Math.max(bottom, y + face.height);
  }
  const corner = { x: left - padding, y: top - title - padding / 2 };
  if (group.collapsed) return { ...corner, width: Math.max(groupMeasures.collapsedMin, Math.ceil(textWidth(group.title, 13)) + 110), height: groupMeasures.collapsedHeight };
  return { ...corner, width: right - left + 2 * padding, height: bottom - top + title + 1.5 * padding };
}

const hidden = new WeakMap<FlowDocument, ReadonlyMap<string, string>>();

/** Nodes that are not drawn, and what is drawn in their place: the collapsed group (`group g1`) or the collapsed container. */
export function hiddenNodes(doc: FlowDocument): ReadonlyMap<string, string> {
  let map = hidden.get(doc);
  if (map) return map;
  const groups = groupsOf(doc);
  const found = new Map<string, string>();
  for (const [id, { node, parent }] of indexOf(doc).nodes) {
    const outer = parent === undefined ? undefined : found.get(parent) ?? (indexOf(doc).nodes.get(parent)!.node.collapsed ? parent : undefined);
    const group = node.group === undefined ? undefined : groups.get(node.group);
    if (outer !== undefined) found.set(id, outer);
    else if (group?.group.collapsed && group.parent === parent) found.set(id, groupNodeId(group.group.id));
  }
  hidden.set(doc, map = found);
  return map;
}

/** The box that is drawn for a node on the whole canvas: its own, or that of the group or container that hides it. */
export function shownBox(doc: FlowDocument, id: string, types: NodeTypes): Box {
  const shown = hiddenNodes(doc).get(id) ?? id;
  const group = groupOfNodeId(shown);
  const placed = group === undefined ? undefined : groupsOf(doc).get(group);
  if (!placed) return absoluteBox(doc, shown, types);
  const box = groupBox(doc, types, placed);
  const first = placed.members[0]!;
  const origin = absolutePosition(doc, first.id, types);
  return { ...box, x: box.x + origin.x - first.position.x, y: box.y + origin.y - first.position.y };
}

export const groupNodeId = (id: string): string => `group ${id}`;
export const groupOfNodeId = (id: string): string | undefined => (id.startsWith("group ") ? id.slice(6) : undefined);

/** Puts nodes of one level into a new group; those that leave a group empty take it with them. */
export function planGroup(doc: FlowDocument, ids: readonly string[], title: string): { ops: Op[]; id: string | undefined } {
  const level = ids.length === 0 ? undefined : parentOf(doc, ids[0]!);
  const nodes = ids.filter((id) => indexOf(doc).nodes.has(id) && parentOf(doc, id) === level);
  if (nodes.length === 0) return { ops: [], id: undefined };
  const groups = doc.groups ?? [];
  // Named after a node, so that two people who group different nodes apart from each other make two groups.
  const id = freeId(`g_${nodes[0]!}`.slice(0, 48), new Set(groups.map((group) => group.id)));
  const group: FlowGroup = { id, title: freeName(title, new Set(groups.map((one) => one.title))), colour: groupColours[(groups.length % (groupColours.length - 1)) + 1]! };
  return { id, ops: [{ op: "addGroup", group }, ...nodes.map((node): Op => ({ op: "setNode", id: node, field: "group", value: id })), ...removeEmptied(doc, new Set(nodes))] };
}

/** Takes groups away and leaves their nodes where they are. */
export function planUngroup(doc: FlowDocument, ids: readonly string[]): Op[] {
  return ids.flatMap((id) => {
    const members = [...indexOf(doc).nodes.values()].filter(({ node }) => node.group === id);
    return [...members.map(({ node }): Op => ({ op: "setNode", id: node.id, field: "group", value: null })), { op: "removeGroup", id } as Op];
  });
}

/** Takes away the groups that have no node left once these are gone. */
export function removeEmptied(doc: FlowDocument, gone: ReadonlySet<string>): Op[] {
  const left = new Set<string>();
  const touched = new Set<string>();
  for (const [id, { node }] of indexOf(doc).nodes) if (node.group !== undefined) (isGone(doc, id, gone) ? touched : left).add(node.group);
  return (doc.groups ?? []).filter((group) => touched.has(group.id) && !left.has(group.id)).map((group): Op => ({ op: "removeGroup", id: group.id }));
}

function isGone(doc: FlowDocument, id: string, gone: ReadonlySet<string>): boolean {
  for (let at: string | undefined = id; at !== undefined; at = parentOf(doc, at)) if (gone.has(at)) return true;
  return false;
}

/** The groups whose nodes are all among these. */
export function wholeGroups(doc: FlowDocument, ids: readonly string[]): PlacedGroup[] {
  const chosen = new Set(ids);
  return [...groupsOf(doc).values()].filter(({ members }) => members.every((node) => chosen.has(node.id)));
}

/** Collapses or expands: whole groups as such, other nodes to their title. */
export function planCollapse(doc: FlowDocument, ids: readonly string[]): Op[] {
  const groups = wholeGroups(doc, ids);
  const covered = new Set(groups.flatMap(({ members }) => members.map((node) => node.id)));
  const nodes = ids.flatMap((id) => (covered.has(id) ? [] : indexOf(doc).nodes.get(id)?.node ?? []));
  const collapse = groups.some(({ group }) => !group.collapsed) || nodes.some((node) => !node.collapsed);
  return [
    ...groups.filter(({ group }) => (group.collapsed ?? false) !== collapse).map(({ group }): Op => ({ op: "setGroup", group: withCollapsed(group, collapse) })),
    ...nodes.filter((node) => (node.collapsed ?? false) !== collapse).map((node): Op => ({ op: "setNode", id: node.id, field: "collapsed", value: collapse ? true : null })),
  ];
}

export function withCollapsed(group: FlowGroup, collapsed: boolean): FlowGroup {
  const { collapsed: _, ...rest } = group;
  return collapsed ? { ...rest, collapsed } : rest;
}

