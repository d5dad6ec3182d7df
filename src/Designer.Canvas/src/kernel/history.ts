// Undo and redo as two stacks of steps. A step knows its operations and their exact inverse.
import type { Op } from "../contract";

export interface Step { label: string; ops: readonly Op[]; inverse: readonly Op[]; merge?: string; at: number }
export interface History { done: readonly Step[]; undone: readonly Step[] }

export const emptyHistory: History = { done: [], undone: [] };
const deepest = 500;
/** Steps with the same merge key within this time are one step: typing is undone by words, not by letters. */
const mergeWithinMs = 1500;

export function record(history: History, step: Step): History {
  const last = history.done.at(-1);
  if (last && step.merge !== undefined && last.merge === step.merge && step.at - last.at < mergeWithinMs && history.undone.length === 0) {
    const merged: Step = { ...step, ops: [...last.ops, ...step.ops], inverse: [...step.inverse, ...last.inverse] };
    return { done: [...history.done.slice(0, -1), merged], undone: [] };
  }
  return { done: [...history.done, step].slice(-deepest), undone: [] };
}

export interface Travel { history: History; step: Step }

export function undoStep(history: History): Travel | undefined {
  const step = history.done.at(-1);
  return step && { step, history: { done: history.done.slice(0, -1), undone: [...history.undone, step] } };
}

export function redoStep(history: History): Travel | undefined {
  const step = history.undone.at(-1);
  return step && { step, history: { done: [...history.done, step], undone: history.undone.slice(0, -1) } };
}
