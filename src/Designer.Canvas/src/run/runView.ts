// What the run panel shows.
import type { Citation, Json, RunState } from "../contract";
import type { FieldTexts } from "./inputs";
import type { HttpProblem } from "./problem";
import type { RunModel } from "./runModel";

/** An earlier exchange of the shown conversation. */
export interface Turn { runId: string; question: string; text: string; citations: Citation[]; state: RunState; error?: string; values?: Record<string, Json> }

export interface RunView {
  model: RunModel | undefined;
  /** What was asked, before the run's first event says it. */
  question: string | undefined;
  turns: readonly Turn[];
  conversationId: string | undefined;
  probe: Probe | undefined;
  /** The whole run that a try of one node took its values from: theirs are still the last ones. */
  base: RunModel | undefined;
  /** The run whose record the shown one takes steps from, where somebody asked for that. */
  replayOf: string | undefined;
  /** The shown run was brought here from the list of runs; published versions' runs, too. */
  copied: { runId: string; version: string } | undefined;
  starting: boolean; stopping: boolean; lost: boolean;
  problem: HttpProblem | undefined;
  /** What stands in the inputs, by name. */
  texts: FieldTexts;
  /** Inputs that are missing or wrong, after an attempt to run. */
  errors: Record<string, string>;
  /** The step whose details are shown. */
  step: string | undefined;
  /** The inputs should take the focus; they say so when they did. */
  wantsFocus: boolean;
}

/** The shown run is a try of one node, or of all up to it; no part of the conversation. `base` is the whole run its values come from, and `from` when that began. */
export interface Probe { node: string; mode: "only" | "to"; base?: string; from?: number }

export const nothing: RunView = {
  model: undefined, question: undefined, turns: [], conversationId: undefined, probe: undefined, base: undefined, replayOf: undefined, copied: undefined, starting: false, stopping: false, lost: false, problem: undefined, texts: {}, errors: {},
  step: undefined, wantsFocus: false,
};

const merged = new WeakMap<RunModel, { base: RunModel; both: RunModel }>();

/** The last value of every node: of the shown run, and where only a part of the flow ran, of the run it took its values from. */
export function valuesOf({ model, base }: RunView): RunModel | undefined {
  if (!model || !base || base.runId === model.runId) return model;
  const known = merged.get(model);
  if (known?.base === base) return known.both;
  const both = { ...model, steps: new Map([...base.steps, ...model.steps]) };
  merged.set(model, { base, both });
  return both;
}
