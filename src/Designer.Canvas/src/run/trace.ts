// The trace: steps as a tree by path, on one time axis.
import { parentPath, type RunModel, type StepModel } from "./runModel";

export interface TraceRow { step: StepModel; depth: number; hasChildren: boolean; /** Share of the axis, 0 to 1. */ left: number; width: number }
export interface Axis { /** Milliseconds that the axis spans, at least 1. */ span: number; ticks: { at: number; label: string }[] }

export function axisOf(model: RunModel, now: number): Axis {
  const start = model.startedAt ?? now;
  let end = model.endedAt ?? start;
  for (const step of model.steps.values()) {
    if (step.startedAt !== undefined) end = Math.max(end, endOf(step, model, now));
  }
  const span = Math.max(1, end - start);
  return { span, ticks: ticksOf(span) };
}

/** Three to five round ticks that fit the span; the last one carries the unit. */
export function ticksOf(span: number): Axis["ticks"] {
  const raw = span / 4.5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find(m => power * m >= raw) ?? 10);
  const inSeconds = span >= 1000;
  const count = Math.floor(span / step + 1e-9);
  const ticks = [];
  for (let i = 0; i <= count; i++) {
    const value = inSeconds ? (i * step) / 1000 : i * step;
    const digits = inSeconds ? (step >= 1000 ? 0 : step >= 100 ? 1 : 2) : step >= 1 ? 0 : 1;
    const text = i === 0 ? "0" : value.toFixed(digits);
    ticks.push({ at: (i * step) / span, label: i === count ? `${text} ${inSeconds ? "s" : "ms"}` : text });
  }
  return ticks;
}

export function traceRows(model: RunModel, now: number, closed: ReadonlySet<string>): TraceRow[] {
  const children = new Map<string | undefined, StepModel[]>();
  for (const step of model.steps.values()) {
    const parent = parentPath(step.path, model.steps);
    const list = children.get(parent);
    if (list) list.push(step); else children.set(parent, [step]);
  }
  const { span } = axisOf(model, now);
  const start = model.startedAt ?? now;
  const rows: TraceRow[] = [];
  const visit = (parent: string | undefined, depth: number) => {
    for (const step of children.get(parent) ?? []) {
      const has = children.has(step.path);
      const left = step.startedAt === undefined ? 0 : clamp((step.startedAt - start) / span);
      const width = step.startedAt === undefined ? 0 : clamp((endOf(step, model, now) - step.startedAt) / span);
      rows.push({ step, depth, hasChildren: has, left, width: Math.min(width, 1 - left) });
      if (has && !closed.has(step.path)) visit(step.path, depth + 1);
    }
  };
  visit(undefined, 0);
  return rows;
}

function endOf(step: StepModel, model: RunModel, now: number): number {
  if (step.endedAt !== undefined) return step.endedAt;
  if (step.startedAt === undefined) return 0;
  if (step.durationMs !== undefined) return step.startedAt + step.durationMs;
  return model.endedAt ?? Math.max(now, step.startedAt);
}

const clamp = (x: number) => Math.min(1, Math.max(0, x));

/** `loop#3/reply` → "3"; nothing outside loops. */
export function iterationOf(path: string): string | undefined {
  const marks = [...path.matchAll(/#(\d+)(?=\/|$)/g)].map(match => match[1]!);
  return marks.length ? marks.join(".") : undefined;
}
