// Which steps a rerun takes from the record of the run before it.
import type { FlowDocument, NodeDescriptor } from "../contract";
import { findNode } from "../kernel/document";
import type { RunModel, StepModel } from "../run/runModel";

/** The step that made the run fail: the innermost one. */
export function failedStep(model: RunModel): StepModel | undefined {
  return [...model.steps.values()].filter((step) => step.state === "failed").sort((a, b) => b.path.length - a.path.length)[0];
}

/**
 * Nodes whose recorded outputs stand in when the run is repeated, if their inputs are the same then: those that act outside and were done.
 * Everything else is only computed again.
 */
export function toBeTaken(model: RunModel, document: FlowDocument, types: ReadonlyMap<string, NodeDescriptor>): string[] {
  return topLevel(model).filter((step) => {
    const node = findNode(document, step.path);
    return step.state === "completed" && node !== undefined && types.get(node.type)?.isEffect === true;
  }).map((step) => step.path);
}

/** Nodes whose outputs came from the record. */
export const fromRecord = (model: RunModel): string[] => topLevel(model).filter((step) => step.cached && !model.pinned.has(step.path)).map((step) => step.path);

const topLevel = (model: RunModel): StepModel[] => [...model.steps.values()].filter((step) => !step.path.includes("/"));
