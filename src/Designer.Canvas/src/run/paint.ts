// How a run's steps are painted on the canvas.
import type { FlowDocument } from "../contract";
import { findNode } from "../kernel/document";
import type { PaintState, StepPaint } from "../store";
import { strings } from "../strings";
import { nodeOf, toolOf, type RunModel, type StepState } from "./runModel";

const states: Record<StepState, PaintState> = {
  ready: "queued", running: "running", retrying: "running", waiting: "waiting", completed: "done", failed: "failed", skipped: "skipped", cancelled: "cancelled",
};

export function paintOf(model: RunModel, document: FlowDocument): Map<string, StepPaint> {
  const paints = new Map<string, StepPaint>();
  const labels = liveLabels(model);
  for (const step of model.steps.values()) {
    // The turns of an agent are no nodes, and their agent has a paint of its own; its calls are steps of the tools.
    const nodeId = toolOf(step.path, model.steps) ?? nodeOf(step.path);
    if (!findNode(document, nodeId)) continue;
    const paint: StepPaint = { state: step.stopped && step.state === "waiting" ? "stopped" : step.cached ? "cached" : states[step.state], nodeId };
    if (step.startedAt !== undefined) paint.startedAt = step.startedAt;
    if (step.durationMs !== undefined) paint.durationMs = step.durationMs;
    if (step.port !== undefined) paint.port = step.port;
    if (step.cached && model.pinned.has(nodeId)) paint.label = strings.debug.changed;
    const label = labels.get(step.path);
    if (label !== undefined && paint.state === "running") paint.label = label;
    paints.set(step.path, paint);
  }
  return paints;
}

function liveLabels(model: RunModel): Map<string, string> {
  const labels = new Map<string, string>();
  for (const step of model.steps.values()) {
    if (step.retries.length) labels.set(step.path, strings.lastRun.attempt(step.attempt));
    const turn = /^(.*)\/turn#(\d+)$/.exec(step.path);
    if (turn) labels.set(turn[1]!, strings.run.turn(turn[2]!));
  }
  return labels;
}
