// A run as its events tell it: data in, data out. What follows the stream, paints or draws stands elsewhere.
import { asPreview, type LargePart } from "../files/files";
import type { CallTrace, Json, LargeValue, RunError, RunEvent, RunState, Usage } from "../contract";

export type StepState = "ready" | "running" | "retrying" | "waiting" | "completed" | "failed" | "skipped" | "cancelled";
export interface Form { title: string; text?: string; decisions: string[]; deadline?: string }
export interface Retry { attempt: number; error?: RunError; delayMs?: number }

export interface StepModel {
  path: string;
  state: StepState;
  attempt: number;
  /** The number of its last `step.started`. */
  startedSeq?: number;
  /** Milliseconds since the epoch. */
  startedAt?: number;
  endedAt?: number;
  durationMs?: number;
  inputs?: Json;
  outputs?: Json;
  /** In their place where they are too large to be sent along. */
  largeInputs?: LargePart;
  largeOutputs?: LargePart;
  usage?: Usage;
  /** Its calls of models, of all attempts. */
  calls?: CallTrace[];
  error?: RunError;
  port?: string;
  cached?: boolean;
  form?: Form;
  /** The run stopped before it. */
  stopped?: boolean;
  decision?: { decision: string; comment?: string; by?: string };
  retries: Retry[];
  /** Text that streamed in this attempt, and the answer node it goes to. */
  text: string;
  answer?: string;
  progress?: string;
  /** The last picture of this attempt that is no result yet. */
  preview?: string;
}

export interface RunModel {
  runId: string;
  state: RunState;
  startedAt?: number;
  endedAt?: number;
  input?: Json;
  output?: Json;
  /** In their place where they are too large to be sent along. */
  largeInput?: LargePart;
  largeOutput?: LargePart;
  error?: RunError;
  /** What the run's end reported; until then see `usageOf`. */
  usage?: Usage;
  /** Nodes whose outputs were pinned. */
  pinned: ReadonlySet<string>;
  lastSeq: number;
  /** By path, in the order in which the steps first appeared. */
  steps: ReadonlyMap<string, StepModel>;
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cost: 0, modelCalls: 0 };

export function emptyRun(runId: string): RunModel {
  return { runId, state: "queued", lastSeq: 0, pinned: new Set(), steps: new Map() };
}

export function isOver(state: RunState): boolean {
  return state === "completed" || state === "failed" || state === "cancelled";
}

export function reduce(model: RunModel, event: RunEvent): RunModel {
  return reduceAll(model, [event]);
}

/** Applies a batch; the map of steps is copied once per batch, so that long runs cost no square. */
export function reduceAll(model: RunModel, events: readonly RunEvent[]): RunModel {
  const steps = new Map(model.steps);
  let next: RunModel = { ...model, steps };
  let changed = false;
  for (const event of events) {
    if (event.runId !== undefined && event.runId !== model.runId) continue;
    if (event.seq) {
      if (event.seq <= next.lastSeq) continue; // a reconnect sends again what we have
      next.lastSeq = event.seq;
    }
    changed = true;
    if (event.step === undefined) {
      next = reduceRun(next, event);
      if (isOver(next.state)) closeOpen(steps, Date.parse(event.time));
    }
    else {
      const path = event.step.endsWith(breakpoint) ? event.step.slice(0, -breakpoint.length) : event.step;
      const before = steps.get(path);
      const after = path === event.step ? reduceStep(before ?? newStep(path), event) : reduceStop(before ?? newStep(path), event);
      if (after !== before) steps.set(path, after);
      next.state = stateWith(next.state, event);
    }
  }
  return changed ? next : model;
}

/** Where a run stops before a step is told at a path of its own, because the step itself may ask a person, too. */
const breakpoint = "/@break";

function reduceStop(step: StepModel, event: RunEvent): StepModel {
  if (event.type === "step.waiting") return { ...step, state: "waiting", stopped: true, inputs: event.data?.inputs };
  return event.type === "step.resumed" ? { ...step, state: "ready", stopped: false } : step;
}

function newStep(path: string): StepModel {
  return { path, state: "ready", attempt: 1, retries: [], text: "" };
}

// A run that waits goes on as soon as any of its steps does; no event of the run says so.
function stateWith(state: RunState, event: RunEvent): RunState {
  if (isOver(state)) return state;
  return event.type === "step.started" || event.type === "step.resumed" ? "running" : state;
}

// When a run was killed or stopped, some steps never got an end of their own; they do not go on.
function closeOpen(steps: Map<string, StepModel>, time: number): void {
  for (const [path, step] of steps) if (!settled(step)) steps.set(path, { ...step, state: "cancelled", endedAt: time, progress: undefined, preview: undefined });
}

function reduceRun(model: RunModel, event: RunEvent): RunModel {
  const time = Date.parse(event.time);
  const data = event.data ?? {};
  const end = { endedAt: time, output: data.output ?? model.output, usage: data.usage ?? model.usage };
  switch (event.type) {
    case "run.started": return { ...model, state: "running", startedAt: time, input: data.input ?? data.inputs, largeInput: large(event, data.large?.input), pinned: new Set(Object.keys(data.start?.pins ?? {})) };
    case "run.waiting": return { ...model, state: "waiting" };
    case "run.completed": return { ...model, ...end, output: data.output ?? data.outputs ?? model.output, largeOutput: large(event, data.large?.output), state: "completed" };
    case "run.failed": return { ...model, ...end, state: "failed", error: data.error };
    case "run.cancelled": return { ...model, ...end, state: "cancelled", error: data.error };
    default: return model;
  }
}

function reduceStep(step: StepModel, event: RunEvent): StepModel {
  const time = Date.parse(event.time);
  const data = event.data ?? {};
  const attempt = event.attempt ?? step.attempt;
  switch (event.type) {
    case "step.ready": return { ...step, state: "ready" };
    case "step.started":
      return { ...newAttempt(step, attempt), state: "running", startedAt: step.startedAt ?? time, startedSeq: event.seq ?? step.startedSeq, inputs: data.inputs ?? data.input ?? step.inputs, largeInputs: large(event, data.large?.inputs) };
    case "step.waiting": return { ...step, state: "waiting", startedAt: step.startedAt ?? time, form: data.form ?? step.form };
    case "step.resumed": return { ...step, state: "running", decision: data.answer ?? step.decision };
    case "step.retrying":
      return { ...step, state: "retrying", calls: withCalls(step, data.calls), retries: [...step.retries, { attempt, error: data.error, delayMs: data.delayMs }] };
    case "step.token": return token(step, event);
    case "step.progress": return settled(step) ? step : { ...step, progress: data.message ?? step.progress, preview: asPreview(data.preview) ?? step.preview };
    case "step.completed": return { ...ended(step, event, time), state: "completed", error: undefined };
    case "step.failed": return { ...ended(step, event, time), state: "failed", error: data.error };
    case "step.skipped": return { ...ended(step, event, time), state: "skipped" };
    case "step.cancelled": return { ...ended(step, event, time), state: "cancelled" };
    default: return step;
  }
}

const large = (event: RunEvent, value: LargeValue | undefined): LargePart | undefined => (value && event.seq ? { seq: event.seq, value } : undefined);

const settled = (step: StepModel) => step.state === "completed" || step.state === "failed" || step.state === "skipped" || step.state === "cancelled";

function newAttempt(step: StepModel, attempt: number): StepModel {
  return attempt === step.attempt ? step : { ...step, attempt, text: "", progress: undefined, preview: undefined, error: undefined };
}

function ended(step: StepModel, event: RunEvent, time: number): StepModel {
  const data = event.data ?? {};
  return {
    ...step, attempt: event.attempt ?? step.attempt, endedAt: time, progress: undefined, preview: undefined,
    durationMs: data.durationMs ?? (step.startedAt === undefined ? undefined : Math.max(0, time - step.startedAt)),
    inputs: data.inputs ?? step.inputs, outputs: data.outputs ?? data.output ?? step.outputs, largeOutputs: large(event, data.large?.outputs),
    usage: data.usage ?? step.usage, calls: withCalls(step, data.calls), port: data.port ?? step.port, cached: data.cached ?? step.cached,
  };
}

const withCalls = (step: StepModel, calls: CallTrace[] | undefined): CallTrace[] | undefined => (calls ? [...(step.calls ?? []), ...calls] : step.calls);

// Tokens are not in the log: they may come twice, after a gap, or after the step's end. The text at `offset` replaces the tail; a token that
// starts beyond what we have is dropped, because the snapshot after a reconnect, or the step's end, brings the whole.
function token(step: StepModel, event: RunEvent): StepModel {
  const attempt = event.attempt ?? step.attempt;
  if (settled(step) || attempt < step.attempt) return step;
  const current = newAttempt(step, attempt);
  const data = event.data ?? {};
  const offset = data.offset ?? current.text.length;
  if (offset > current.text.length) return current;
  return { ...current, text: current.text.slice(0, offset) + (data.text ?? ""), answer: data.answerNode ?? current.answer };
}

/**
 * Where to go on after the connection broke: before the start of the earliest step that is still running, because a reader gets the text of
 * those steps only whose start it saw. What comes twice is told by its number.
 */
export function resumeAfter(model: RunModel): number {
  let after = model.lastSeq;
  for (const step of model.steps.values()) if (step.state === "running" && step.startedSeq) after = Math.min(after, step.startedSeq - 1);
  return after;
}

/** The run's usage: what its end reported, else the sum over the innermost steps that report any. */
export function usageOf(model: RunModel): Usage {
  if (model.usage) return model.usage;
  const metered = [...model.steps.values()].filter(step => step.usage && (step.usage.modelCalls || step.usage.inputTokens || step.usage.outputTokens || step.usage.cost));
  const parents = new Set<string>();
  for (const step of metered) for (let p = parentPath(step.path, model.steps); p; p = parentPath(p, model.steps)) parents.add(p);
  return metered.filter(step => !parents.has(step.path)).reduce((sum, step) => addUsage(sum, step.usage!), noUsage);
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + (b.inputTokens ?? 0), outputTokens: a.outputTokens + (b.outputTokens ?? 0),
    cost: a.cost + (b.cost ?? 0), modelCalls: a.modelCalls + (b.modelCalls ?? 0),
  };
}

/** `loop#3/reply` → `reply`; `assistant/turn#2` → `turn`. */
export function nodeOf(path: string): string {
  const last = path.slice(path.lastIndexOf("/") + 1);
  const hash = last.indexOf("#");
  return hash < 0 ? last : last.slice(0, hash);
}

/** The nearest step that encloses this one: `loop#3/reply` → `loop`; `assistant/turn#2/call#1` → `assistant/turn#2`. */
export function parentPath(path: string, steps: ReadonlyMap<string, unknown>): string | undefined {
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const prefix = path.slice(0, slash);
    if (steps.has(prefix)) return prefix;
    const hash = prefix.lastIndexOf("#");
    if (hash > prefix.lastIndexOf("/") && steps.has(prefix.slice(0, hash))) return prefix.slice(0, hash);
  }
  return undefined;
}

/** The tool that an agent's call runs, from what its turn said: `assistant/turn#2/call#1` → the first call of turn 2. */
export function toolOf(path: string, steps: ReadonlyMap<string, StepModel>): string | undefined {
  const match = /^(.*\/turn#\d+)\/call#(\d+)/.exec(path);
  const outputs = match && steps.get(match[1]!)?.outputs;
  if (!outputs || typeof outputs !== "object" || Array.isArray(outputs) || !Array.isArray(outputs.calls)) return undefined;
  const call = outputs.calls[Number(match[2]) - 1];
  return call && typeof call === "object" && !Array.isArray(call) && typeof call.tool === "string" ? call.tool : undefined;
}

/** All steps of a node, first to last; a node in a loop has many. */
export function stepsOf(model: RunModel, nodeId: string): StepModel[] {
  return [...model.steps.values()].filter(step => nodeOf(step.path) === nodeId || (/\/call#\d+$/.test(step.path) && toolOf(step.path, model.steps) === nodeId));
}

/** Steps before which the run has stopped. */
export function stoppedSteps(model: RunModel): StepModel[] {
  return isOver(model.state) ? [] : [...model.steps.values()].filter(step => step.stopped);
}

/** Steps that wait for a person. */
export function waitingSteps(model: RunModel): StepModel[] {
  return isOver(model.state) ? [] : [...model.steps.values()].filter(step => step.state === "waiting" && step.form);
}
