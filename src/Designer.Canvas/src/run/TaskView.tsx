import { CopyButton } from "../controls/Basic";
import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { answerOf } from "./answer";
import { AnswerBlock, useStickToEnd } from "./ChatView";
import { HumanCard } from "./HumanCard";
import { InputForm } from "./InputForm";
import { inputsOf } from "./inputs";
import { JsonTree } from "./JsonTree";
import { isOver, waitingSteps, type RunModel } from "./runModel";
import { useRun, useRunStore } from "./runStore";

/** The inputs of a task flow, and below them what the run gave. */
export function TaskView() {
  const run = useRunStore();
  const model = useRun(view => view.model);
  const active = useRun(view => view.starting || (view.model !== undefined && !isOver(view.model.state)));
  const document = useEditor(view => view.document);
  const canRun = useEditor(view => view.canRun);
  const fields = inputsOf(document);
  const box = useStickToEnd([model]);
  return (
    <div className="task" ref={box}>
      <form onSubmit={event => { event.preventDefault(); void run.run(); }}>
        {fields.length === 0 ? <p className="hint">{strings.run.noInputs}</p> : <InputForm fields={fields} />}
        {canRun ? <button type="submit" className="btn2 primary" disabled={active} data-testid="run-start"><Icon name="play" size={14} />{strings.run.start}</button> : <p className="hint">{strings.run.readOnly}</p>}
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
  return (
    <section className="result" aria-label={strings.run.result} role="log" aria-live="polite" aria-busy={!over}>
      <header><h4>{strings.run.result}</h4>{over && answer.text && <CopyButton label={strings.run.copyAnswer} text={() => answer.text} />}</header>
      <div data-testid="run-answer">
        {!(hasValues && !answer.text && model.state === "completed")
          && <AnswerBlock text={answer.text} citations={answer.citations} state={model.state} error={model.error?.message} streaming={!over && waiting.length === 0} />}
        {hasValues && <JsonTree value={answer.values} label={strings.run.values} />}
      </div>
      {waiting.map(step => <HumanCard key={step.path} step={step} />)}
    </section>
  );
}
