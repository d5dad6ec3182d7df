// Choosing what a slot setting stands for. A document names slots only; what they are bound to stands outside it.
import type { FlowDocument, FlowNode, FlowSlot, Json, Op, Option, SlotKind } from "../contract";
import { allNodes } from "../kernel/document";

const mark = "@slot:";

export function slotOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value.startsWith(mark) ? value.slice(mark.length) : undefined;
}

/** Nodes whose settings name the slot, wherever in them. */
export function usersOf(document: FlowDocument, slot: string): FlowNode[] {
  return allNodes(document).filter(node => mentions(node.settings as Json | undefined, mark + slot));
}

function mentions(value: Json | undefined, text: string): boolean {
  if (value === text) return true;
  if (!value || typeof value !== "object") return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(item => mentions(item, text));
}

/** What a model is said to do beside its kind. Nobody knows it for sure, so a model is not left out for it. */
const saidOnly: ReadonlySet<string> = new Set(["tools", "vision", "jsonschema"]);

/** Whether a model is of the kind that is needed; what is no model always is. */
export function fits(option: Option, needs: readonly string[] | undefined): boolean {
  return !option.can || (needs ?? ["chat"]).every(need => saidOnly.has(need.toLowerCase()) || option.can!.some(can => can.toLowerCase() === need.toLowerCase()));
}

export interface SlotChoice { slot: string; /** What the document needs first. */ ops: Op[]; /** False where the slot is bound to the value already. */ bind: boolean }

/**
 * The slot to use for `value`: one of that kind that is bound to it, else the node's own if nobody else uses it or it is free, else a new one;
 * so that choosing a model for one node never changes another node's.
 */
export function chooseSlot(document: FlowDocument, bindings: Readonly<Record<string, string>>, nodeId: string, current: Json | undefined, kind: SlotKind, wanted: string, value: string, needs: readonly string[] = ["chat"]): SlotChoice {
  const slots = document.slots ?? {};
  const own = slotOf(current);
  const isOfKind = (name: string) => slots[name]?.kind === kind;
  if (own !== undefined && isOfKind(own) && bindings[own] === value) return { slot: own, ops: [], bind: false };
  const bound = Object.keys(slots).find(name => isOfKind(name) && bindings[name] === value);
  if (bound !== undefined) return { slot: bound, ops: [], bind: false };
  const isMine = own !== undefined && (bindings[own] === undefined || usersOf(document, own).every(node => node.id === nodeId));
  if (own !== undefined && isMine) return { slot: own, ops: isOfKind(own) ? [] : [withSlot(slots, own, kind, needs)], bind: true };
  const name = freeSlot(slots, wanted);
  return { slot: name, ops: [withSlot(slots, name, kind, needs)], bind: true };
}

function withSlot(slots: Record<string, FlowSlot>, name: string, kind: SlotKind, needs: readonly string[]): Op {
  const slot: FlowSlot = kind === "model" ? { kind, needs: [...needs] } : { kind };
  return { op: "setFlow", field: "slots", value: { ...slots, [name]: slots[name] ?? slot } as unknown as Json };
}

function freeSlot(slots: Record<string, FlowSlot>, wanted: string): string {
  if (!slots[wanted]) return wanted;
  for (let n = 2; ; n++) if (!slots[`${wanted}_${n}`]) return `${wanted}_${n}`;
}
