import { useEffect, useState } from "react";
import { TestInputs } from "../debug/TestInputs";
import { CopyButton } from "../controls/Basic";
import { FileList, LargeOutput } from "../files/FileList";
import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { answerOf } from "./answer";
import { AnswerBlock, ProbeNote, useStickToEnd } from "./ChatView";
import { HumanCard } from "./HumanCard";
import { InputFold, InputForm } from "./InputForm";
import { inputsOf } from "./inputs";
import { JsonTree } from "./JsonTree";
import { LiveProgress, stepsUnderWay } from "./LiveProgress";
import { isOver, stoppedSteps, waitingSteps, type RunModel } from "./runModel";
import { useRun, useRunStore } from "./useRun";

/** The inputs of a task flow, and below them what the run gave. While there is a run, the inputs fold into one line. */
export function TaskView() {
  const run = useRunStore();
  const model = useRun(view => view.model);
  const active = useRun(view => view.starting || (view.model !== undefined && !isOver(view.model.state)));
  const wantsFocus = useRun(view => view.wantsFocus);
  const document = useEditor(view => view.document);
  const canRun = useEditor(view => view.canRun);
  const fields = inputsOf(document);
  const runId = model?.runId;
  const [open, setOpen] = useState(runId === undefined);
  useEffect(() => setOpen(runId === undefined), [runId]);
  useEffect(() => { if (wantsFocus) setOpen(true); }, [wantsFocus]);
  const box = useStickToEnd([model], active);
  return (
    <div className="task" ref={box}>
      <form onSubmit={event => { event.preventDefault(); void run.run(); }}>
        <div className="task-bar">
          {fields.length === 0 ? <p className="hint">{strings.run.noInputs}</p> : <InputFold fields={fields} open={open} onToggle={() => setOpen(!open)} />}
          {canRun && fields.length > 0 && <TestInputs />}
          {canRun ? <button type="submit" className="btn2 small primary" disabled={active} data-testid="run-start"><Icon name="play" size={13} />{strings.run.start}</button> : <p className="hint">{strings.run.readOnly}</p>}
        </div>
        {open && fields.length > 0 && <InputForm fields={fields} grabs />}
      </form>
      {model && <Result model={model} answers={run.answerNodes()} />}
    </div>
  );
}

function Result({ model, answers }: { model: RunModel; answers: ReadonlySet<string> }) {
  const answer = answerOf(model, answers);
  const over = isOver(model.state);
  const waiting = waitingSteps(model);
  const hasValues = Object.keys(answer.values).length > 0;
  const probe = useRun(view => view.probe);
  const hasNoText = (hasValues || probe !== undefined || model.largeOutput !== undefined) && !answer.text && model.state === "completed";
  return (
    <section className="result" aria-label={strings.run.result} role="log" aria-live="polite" aria-busy={!over}>
      <header><h4>{strings.run.result}</h4>{over && answer.text && !model.largeOutput && <CopyButton label={strings.run.copyAnswer} text={() => answer.text} />}</header>
      {probe && <ProbeNote probe={probe} />}
      <div data-testid="run-answer">
        {!hasNoText && <AnswerBlock text={answer.text} citations={answer.citations} state={model.state} error={model.error?.message} streaming={!over && waiting.length === 0 && stoppedSteps(model).length === 0} />}
        {model.largeOutput && <LargeOutput part={model.largeOutput} hasText={answer.text !== ""} />}
        {hasValues && <FileList value={answer.values} asResult />}
        {hasValues && <JsonTree value={answer.values} label={strings.run.values} />}
        <LiveProgress steps={stepsUnderWay(model)} />
      </div>
      {waiting.map(step => <HumanCard key={step.path} step={step} />)}
    </section>
  );
}
