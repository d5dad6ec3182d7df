// Undo and redo. The history is the author's own part of the document's command log, so that it is the same after a reload and in another
// browser; what others did in between stays: their changes take away from a step what they touched.
import type { CommandKind, FlowNode, LogEntry, Op } from "../contract";

/** What is undone at once: the commands of one step id. */
export interface Step { id: string; label?: string; ops: readonly Op[]; inverse: readonly Op[]; merge?: string; at: number }
export interface History { done: readonly Step[]; undone: readonly Step[] }

export const emptyHistory: History = { done: [], undone: [] };
const deepest = 500;
/** Steps with the same merge key within this time are one step: typing is undone by words, not by letters. */
const mergeWithinMs = 1500;

/** The step that a new command would join, if it follows quickly enough on one of its kind. */
export function openStep(history: History, merge: string | undefined, at: number): string | undefined {
  const last = history.done.at(-1);
  return last && merge !== undefined && last.merge === merge && at - last.at < mergeWithinMs && history.undone.length === 0 ? last.id : undefined;
}

export function record(history: History, step: Step): History {
  const last = history.done.at(-1);
  if (last?.id === step.id) {
    const merged: Step = { ...last, ...step, ops: [...last.ops, ...step.ops], inverse: [...step.inverse, ...last.inverse] };
    return { done: [...history.done.slice(0, -1), merged], undone: [] };
  }
  return { done: [...history.done, step].slice(-deepest), undone: [] };
}

export const undoStep = (history: History): Step | undefined => history.done.at(-1);
export const redoStep = (history: History): Step | undefined => history.undone.at(-1);

/** The step goes from one side to the other. */
export function travelled(history: History, kind: CommandKind, id: string): History {
  const [from, to] = kind === "undo" ? [history.done, history.undone] : [history.undone, history.done];
  const step = from.find((s) => s.id === id);
  if (!step) return history;
  const [left, grown] = [from.filter((s) => s !== step), [...to, step]];
  return kind === "undo" ? { done: left, undone: grown } : { done: grown, undone: left };
}

/** Takes a command of the log into account. */
export function heard(history: History, entry: LogEntry, author: string): History {
  if (entry.author !== author) return withoutTouched(history, entry.ops);
  if (entry.kind !== "edit") return travelled(history, entry.kind, entry.step);
  return record(history, { id: entry.step, ops: entry.ops, inverse: entry.inverse ?? [], at: 0 });
}

export const historyOf = (log: readonly LogEntry[], author: string): History => log.reduce((history, entry) => heard(history, entry, author), emptyHistory);

/** What somebody else changed is not ours to undo any more. */
function withoutTouched(history: History, ops: readonly Op[]): History {
  const touched = ops.flatMap(placesOf);
  const isFree = (op: Op): boolean => !placesOf(op).some((place) => touched.some((other) => overlap(place, other)));
  const strip = (steps: readonly Step[], side: "ops" | "inverse"): Step[] => steps.flatMap((step) => {
    if (step[side].every(isFree)) return [step];
    const left = step[side].filter(isFree);
    return left.length === 0 ? [] : [{ ...step, [side]: left }];
  });
  return { done: strip(history.done, "inverse"), undone: strip(history.undone, "ops") };
}

const overlap = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

/** Names what an operation writes; a part's name is the beginning of its members' names. */
export function placesOf(op: Op): string[] {
  switch (op.op) {
    case "addNode": return idsOf(op.node).map((id) => `node ${id}`);
    case "removeNode": return [`node ${op.id}`];
    case "moveNode": return [`node ${op.id}/position`];
    case "setNode": return [`node ${op.id}/${op.field}`];
    case "setSetting": return [`node ${op.id}/settings.${op.name}`];
    case "addEdge": return [`edge ${op.edge.id}`];
    case "removeEdge": return [`edge ${op.id}`];
    case "addNote": case "setNote": return [`note ${op.note.id}`];
    case "removeNote": return [`note ${op.id}`];
    case "addGroup": case "setGroup": return [`group ${op.group.id}`];
    case "removeGroup": return [`group ${op.id}`];
    case "setFlow": return [`flow ${op.field}`];
  }
}

const idsOf = (node: FlowNode): string[] => [node.id, ...(node.children?.nodes ?? []).flatMap(idsOf)];
