import { useEffect, useState } from "react";
import { Tabs } from "../controls/Basic";
import { byWeight, problemIcon, wrongs } from "../kernel/problems";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { TableTab } from "../debug/TableTab";
import { VariableInspector } from "../debug/VariableInspector";
import { RunNotes } from "../debug/RunNotes";
import { ChatView } from "./ChatView";
import { cost, count, duration } from "./format";
import { HttpProblemCard, ProblemList } from "./ProblemList";
import { isOver, stoppedSteps, usageOf, waitingSteps, type RunModel } from "./runModel";
import { useRun, useRunStore } from "./useRun";
import { StepDetails } from "./StepDetails";
import { TaskView } from "./TaskView";
import { TraceView } from "./TraceView";
import { useNow } from "./useNow";
import "../controls/controls.css";
import "./run.css";

export function RunPanel() {
  const editor = useStore();
  const run = useRunStore();
  const [tab, setTab] = useState("run");
  const problems = useEditor(view => view.problems);
  const wrong = wrongs(problems).length;
  const wantsFocus = useRun(view => view.wantsFocus);
  const model = useRun(view => view.model);
  const running = model !== undefined && !isOver(model.state);
  useEffect(() => { if (wantsFocus || running) setTab("run"); }, [wantsFocus, running]);
  // Whoever opens the panel wants to type into it, unless somebody is typing elsewhere or looks at a result.
  useEffect(() => {
    const isTyping = document.activeElement?.matches("input, textarea, [contenteditable='true']");
    if (!isTyping && (editor.state().document.mode === "chat" || !run.state().model)) run.askFocus();
  }, [editor, run]);
  const tabs = [
    { id: "run", label: strings.run.tabRun }, { id: "values", label: strings.run.tabValues }, { id: "table", label: strings.table.tab },
    { id: "problems", label: <>{strings.run.tabProblems}{wrong > 0 && <span className={`badge${problems.some(p => p.severity === "error") ? " err" : ""}`}>{wrong}</span>}</> },
  ];
  return (
    <section className="run-panel" aria-label={strings.run.panel} data-testid="run-panel"
      onKeyDown={event => { if (event.key === "Escape" && !event.defaultPrevented) { event.stopPropagation(); editor.set({ runOpen: false }); } }}>
      <header className="run-head">
        <Tabs tabs={tabs} value={tab} onChange={setTab} label={strings.run.panel} idPrefix="run" />
        {model && <StateChip model={model} />}
        <LostMark />
        <span className="gap" />
        {model && <UsageText model={model} />}
        <StopButton />
        <button type="button" className="icb small" aria-label={strings.run.close} title={strings.run.close} onClick={() => editor.set({ runOpen: false })}><Icon name="x" size={15} /></button>
      </header>
      <div className="run-body" role="tabpanel" id="run-panel" aria-labelledby={`run-tab-${tab}`}>
        {tab === "run" && <RunTab />}
        {tab === "values" && <VariableInspector />}
        {tab === "table" && <TableTab />}
        {tab === "problems" && <ProblemsTab />}
      </div>
      <span className="sr" aria-live="polite">{model ? strings.run.states[model.state] : ""}</span>
    </section>
  );
}

function RunTab() {
  const run = useRunStore();
  const model = useRun(view => view.model);
  const problem = useRun(view => view.problem);
  const path = useRun(view => view.step);
  const mode = useEditor(view => view.document.mode);
  const step = path === undefined ? undefined : model?.steps.get(path);
  return (
    <div className={`run-columns${step ? " with-step" : ""}`}>
      <div className="run-left">
        {model && <RunNotes model={model} />}
        {model && model.steps.size > 0 ? <TraceView model={model} /> : <div className="hint pad">{strings.run.nothing}{mode === "task" && <><br />{strings.run.nothingHint}</>}</div>}
      </div>
      {step && (
        <div className="run-step" onKeyDown={event => { if (event.key === "Escape") { event.stopPropagation(); run.selectStep(undefined); } }}>
          <StepDetails step={step} onClose={() => run.selectStep(undefined)} />
        </div>
      )}
      <div className="run-right">
        <MemoryNote />
        {problem && <HttpProblemCard problem={problem} onDismiss={() => run.dismiss()} />}
        {mode === "chat" ? <ChatView /> : <TaskView />}
      </div>
    </div>
  );
}

/** What the models in this process need before the flow can run, while it does not. */
function MemoryNote() {
  const note = useEditor(view => view.problems.find(problem => problem.code === "models.memory"));
  const isRunning = useRun(view => view.model !== undefined && !isOver(view.model.state));
  if (!note || isRunning) return null;
  return <p className="memory-note" data-testid="memory-note"><Icon name={problemIcon(note)} size={14} className={note.severity === "warning" ? "warn" : "dim"} /><span>{note.message}{note.fix && ` ${note.fix}`}</span></p>;
}

function ProblemsTab() {
  const problems = useEditor(view => view.problems);
  if (problems.length === 0) return <p className="hint pad">{strings.run.noProblems}</p>;
  return <div className="pad-s"><ProblemList problems={byWeight(problems)} /></div>;
}

function StateChip({ model }: { model: RunModel }) {
  const active = !isOver(model.state);
  const now = useNow(active);
  const end = model.endedAt ?? (active ? now : undefined);
  const time = model.startedAt !== undefined && end !== undefined ? duration(Math.max(0, end - model.startedAt)) : undefined;
  const isStopped = model.state === "waiting" && stoppedSteps(model).length > 0 && waitingSteps(model).length === 0;
  return <span className="chip" data-testid="run-state" data-state={model.state}>{isStopped ? strings.debug.stopped : strings.run.states[model.state]}{time ? ` · ${time}` : ""}</span>;
}

function UsageText({ model }: { model: RunModel }) {
  const usage = usageOf(model);
  const tokens = usage.inputTokens + usage.outputTokens;
  if (tokens === 0 && usage.cost === 0) return null;
  return <span className="run-usage" data-testid="run-usage">{strings.run.tokens(count(tokens))}{usage.cost > 0 && ` · ${cost(usage.cost)}`}</span>;
}

function LostMark() {
  const lost = useRun(view => view.lost);
  return lost ? <span className="chip lost" role="status"><Icon name="cloud-off" size={12} />{strings.run.lost}</span> : null;
}

function StopButton() {
  const run = useRunStore();
  const stopping = useRun(view => view.stopping);
  const active = useRun(view => view.model !== undefined && !isOver(view.model.state));
  if (!active) return null;
  return (
    <button type="button" className="btn2 small" disabled={stopping} data-testid="run-stop" title={strings.run.stop} onClick={() => void run.stop()}>
      <Icon name="square" size={12} /><span>{stopping ? strings.run.stopping : strings.run.stop}</span>
    </button>
  );
}
