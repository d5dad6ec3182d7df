import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { groupColour, Tile } from "../ui/Tile";
import { cost, count, duration } from "./format";
import { isOver, type RunModel, type StepModel } from "./runModel";
import { useRun, useRunStore } from "./useRun";
import { stepFace } from "./stepFace";
import { type Axis, axisOf, traceRows, type TraceRow } from "./trace";
import { useNarrow } from "../ui/remember";
import { useNow } from "./useNow";

/** Rows are as high as a finger needs on narrow screens. */
const rowHeightOf = (isNarrow: boolean): number => (isNarrow ? 40 : 25);
const spare = 8;

/** The steps of the run as a tree on one time axis; only rows in sight are drawn. */
export function TraceView({ model }: { model: RunModel }) {
  const editor = useStore();
  const run = useRunStore();
  const document = useEditor(view => view.document);
  const chosen = useRun(view => view.step);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const active = !isOver(model.state);
  const now = useNow(active);
  const rows = useMemo(() => traceRows(model, now, closed), [model, now, closed]);
  const axis = useMemo(() => axisOf(model, now), [model, now]);
  const hasUsage = useMemo(() => [...model.steps.values()].some(step => usedBy(step) !== undefined), [model]);
  const hasMore = useMemo(() => [...model.steps.values()].some(step => { const used = usedBy(step); return used !== undefined && (used.cost > 0 || used.isFromCache); }), [model]);
  const rowHeight = rowHeightOf(useNarrow());
  const { box, from, to } = useWindow(rows.length, active, rowHeight);

  const select = (row: TraceRow) => {
    const again = chosen === row.step.path;
    run.selectStep(again ? undefined : row.step.path);
    const { nodeId } = stepFace(row.step.path, document, editor.state().nodeTypes, model.steps);
    if (again || nodeId === undefined) return;
    editor.select([nodeId]);
    editor.reveal(nodeId);
  };
  const toggle = (path: string, close: boolean) => {
    const next = new Set(closed);
    if (close) next.add(path); else next.delete(path);
    setClosed(next);
  };
  const onKey = (event: KeyboardEvent, row: TraceRow) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      const sibling = step > 0 ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling;
      (sibling as HTMLElement | null)?.focus();
    } else if (event.key === "ArrowRight" && row.hasChildren) toggle(row.step.path, false);
    else if (event.key === "ArrowLeft" && row.hasChildren) toggle(row.step.path, true);
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(row); }
  };

  return (
    <div className={`trace${hasMore ? " with-cost" : hasUsage ? " with-usage" : ""}`} ref={box} style={{ "--row": `${rowHeight}px` } as React.CSSProperties}>
      <div className="trace-axis" aria-hidden="true"><span /><span /><div>{apart(axis.ticks).map(tick => <span key={tick.label} className={tick.at > .96 ? "last" : ""} style={{ left: `${tick.at * 100}%` }}>{tick.label}</span>)}</div>{hasUsage && <span className="trace-usage">{hasMore ? strings.run.usage : strings.lastRun.tokensLabel}</span>}<span /></div>
      <div className="trace-rows" role="tree" aria-label={strings.run.trace} style={{ paddingTop: from * rowHeight, paddingBottom: Math.max(0, rows.length - to) * rowHeight }}>
        {rows.slice(from, to).map((row, i) => (
          <Row key={row.step.path} row={row} chosen={chosen === row.step.path} isClosed={closed.has(row.step.path)} focusable={chosen ? chosen === row.step.path : from + i === 0}
            onSelect={() => select(row)} onToggle={() => toggle(row.step.path, !closed.has(row.step.path))} onKey={event => onKey(event, row)} now={now} active={active} steps={model.steps} hasUsage={hasUsage} />
        ))}
      </div>
    </div>
  );
}

interface RowProps { row: TraceRow; chosen: boolean; isClosed: boolean; focusable: boolean; onSelect: () => void; onToggle: () => void; onKey: (event: KeyboardEvent) => void; now: number; active: boolean; steps: RunModel["steps"]; hasUsage: boolean }

function Row({ row: { step, depth, hasChildren, left, width }, chosen, isClosed, focusable, onSelect, onToggle, onKey, now, active, steps, hasUsage }: RowProps) {
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  const face = stepFace(step.path, document, types, steps);
  const name = face.iteration ? `${face.name} · ${face.iteration}` : face.name;
  const running = active && (step.state === "running" || step.state === "retrying");
  return (
    <div role="treeitem" aria-selected={chosen} aria-level={depth + 1} aria-expanded={hasChildren ? !isClosed : undefined} tabIndex={focusable ? 0 : -1} data-testid={`trace-row-${step.path}`} data-state={step.state}
      className={`trace-row${chosen ? " on" : ""}${step.state === "skipped" ? " faded" : ""}`} onClick={onSelect} onKeyDown={onKey}>
      <Tile group={face.group} icon={face.icon} size={20} iconSize={12} />
      <span className="trace-name" style={{ paddingLeft: depth * 10 }} title={step.path}>
        {hasChildren && <button type="button" className="trace-fold" tabIndex={-1} aria-label={isClosed ? strings.common.expand : strings.common.collapse} onClick={event => { event.stopPropagation(); onToggle(); }}><Icon name={isClosed ? "chevron-right" : "chevron-down"} size={12} /></button>}
        <span className={depth ? "sub" : ""}>{name}</span><span className="sr">{strings.run.stepStates[step.state]}</span>
        {step.retries.length > 0 && <span className="pill" title={strings.run.retries(step.retries.length)}><Icon name="rotate-ccw" size={10} />{step.retries.length}</span>}
      </span>
      <span className="trace-track">
        {step.startedAt !== undefined && <span className={`trace-bar${running ? " live" : ""}${step.state === "failed" ? " bad" : ""}`}
          style={{ left: `${left * 100}%`, width: `${width * 100}%`, "--c": face.group ? groupColour[face.group] : "var(--ink3)" } as React.CSSProperties} />}
      </span>
      {hasUsage && <Usage step={step} />}
      <Mark step={step} now={now} active={active} />
    </div>
  );
}

/** What a step says of its calls of models: undefined where it made none. */
function usedBy({ usage, calls }: StepModel): { tokens: number; cost: number; isFromCache: boolean } | undefined {
  const used = { tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), cost: usage?.cost ?? 0, isFromCache: calls?.some(call => call.fromCache) ?? false };
  return used.tokens > 0 || used.cost > 0 || used.isFromCache ? used : undefined;
}

/** Tokens and cost; or that the model was not asked, because its answer to the same question was kept. */
function Usage({ step }: { step: StepModel }) {
  const used = usedBy(step);
  if (!used) return <span className="trace-usage" />;
  return (
    <span className="trace-usage">
      {used.isFromCache && <span className="pill" title={strings.lastRun.fromCache} data-testid={`from-cache-${step.path}`}><Icon name="zap" size={10} />{strings.run.fromCache}</span>}
      {used.tokens > 0 && <span title={strings.lastRun.tokens(count(step.usage!.inputTokens), count(step.usage!.outputTokens))}>{strings.run.tokens(count(used.tokens))}</span>}
      {used.cost > 0 && <span>{cost(used.cost)}</span>}
    </span>
  );
}

function Mark({ step, now, active }: { step: StepModel; now: number; active: boolean }) {
  const time = step.durationMs ?? (active && step.startedAt !== undefined ? Math.max(0, now - step.startedAt) : undefined);
  const text = time === undefined ? "" : duration(time);
  if (step.state === "failed") return <span className="trace-time err" title={step.error?.message}><Icon name="x" size={12} />{text || strings.run.stepFailed}</span>;
  if (step.stopped && active) return <span className="trace-time warn"><Icon name="octagon-pause" size={12} />{strings.canvas.marks.stopped}</span>;
  if (step.state === "waiting" && active) return <span className="trace-time warn"><Icon name="user" size={12} />{strings.run.stepStates.waiting}</span>;
  if (step.state === "skipped" || step.state === "cancelled" || step.state === "ready") return <span className="trace-time dim">{strings.run.stepStates[step.state]}</span>;
  if (step.cached) return <span className="trace-time" title={strings.run.cached}><Icon name="history" size={12} />{text}</span>;
  return <span className={`trace-time${step.state === "completed" ? "" : " live"}`}>{text}</span>;
}

// Which rows are in sight. While the run is on, the list follows its end, unless somebody scrolled away from it.
function useWindow(count: number, active: boolean, rowHeight: number) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const update = () => {
      atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
      setView({ top: element.scrollTop, height: element.clientHeight });
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener("scroll", update, { passive: true });
    return () => { observer.disconnect(); element.removeEventListener("scroll", update); };
  }, [rowHeight]);
  useLayoutEffect(() => {
    if (active && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count, active]);
  const from = Math.max(0, Math.min(Math.floor(view.top / rowHeight) - spare, Math.max(0, count - 1)));
  return { box, from, to: Math.min(count, from + Math.ceil(view.height / rowHeight) + 2 * spare) };
}

/** A last tick at the very end is drawn before it, and needs the room of its neighbour. */
const apart = (ticks: Axis["ticks"]): Axis["ticks"] => ((ticks.at(-1)?.at ?? 0) > .96 && ticks.length > 3 ? ticks.filter((_, i) => i !== ticks.length - 2) : ticks);
