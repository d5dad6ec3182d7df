import { FileList, LargeView } from "../files/FileList";
import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { cost, count, duration } from "./format";
import { JsonTree } from "./JsonTree";
import { LiveProgress } from "./LiveProgress";
import { nodeOf, type StepModel } from "./runModel";
import { ModelCalls } from "./ModelCalls";
import { useRun } from "./useRun";
import { stepFace } from "./stepFace";

/** What one step took, gave, cost and suffered. */
export function StepDetails({ step, onClose, hasInputs = true }: { step: StepModel; onClose?: () => void; /** False where its inputs are shown beside it. */ hasInputs?: boolean }) {
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  const steps = useRun(view => view.model?.steps);
  const face = stepFace(step.path, document, types, steps);
  const words = strings.lastRun;
  return (
    <section className="step" aria-label={strings.run.details}>
      {onClose && (
        <header className="step-head">
          <Tile group={face.group} icon={face.icon} size={20} iconSize={12} /><b>{face.name}</b>{face.iteration && <span className="pill">{words.iteration(face.iteration)}</span>}
          <button type="button" className="icb small" aria-label={strings.common.close} title={strings.common.close} onClick={onClose}><Icon name="x" size={14} /></button>
        </header>
      )}
      <StepFacts step={step} />
      {step.error && (
        <div className="callout err" role="alert"><Icon name="circle-x" size={15} /><div><b>{step.error.message}</b><span className="code">{step.error.code}</span></div></div>
      )}
      {(step.progress ?? step.preview) !== undefined && <LiveProgress steps={[step]} />}
      {step.retries.length > 0 && (
        <Part title={words.attempts}>
          <ol className="retries">
            {step.retries.map((retry, i) => (
              <li key={i}><span>{words.attempt(retry.attempt)}</span><span className="why">{retry.error?.message ?? ""}</span>{retry.delayMs !== undefined && <span className="dim">{words.retryAfter(duration(retry.delayMs))}</span>}</li>
            ))}
          </ol>
        </Part>
      )}
      {step.calls && step.calls.length > 0 && <Part title={words.calls}><ModelCalls calls={step.calls} /></Part>}
      {step.decision && <p className="decided"><Icon name="user-check" size={14} /> {strings.run.decided}: <b>{step.decision.decision}</b>{step.decision.by ? ` · ${step.decision.by}` : ""}{step.decision.comment ? ` · ${step.decision.comment}` : ""}</p>}
      {hasInputs && step.inputs !== undefined && step.inputs !== null && <Part title={words.inputs}><FileList value={step.inputs} /><JsonTree value={step.inputs} label={words.inputs} /></Part>}
      {step.outputs !== undefined && step.outputs !== null && <Part title={words.outputs}><FileList value={step.outputs} asResult /><JsonTree value={step.outputs} label={words.outputs} /></Part>}
      {hasInputs && step.largeInputs && <Part title={words.inputs}><LargeView part={step.largeInputs} member="inputs" /></Part>}
      {step.largeOutputs && <Part title={words.outputs}><LargeView part={step.largeOutputs} member="outputs" /></Part>}
      {step.outputs === undefined && !step.largeOutputs && step.text && <Part title={words.outputs}><div className="json"><div className="json-line"><span className="json-text">{step.text}</span></div></div></Part>}
    </section>
  );
}

function StepFacts({ step }: { step: StepModel }) {
  const words = strings.lastRun;
  const { usage } = step;
  const isPinned = useRun(view => view.model?.pinned.has(nodeOf(step.path)) ?? false);
  const facts: [string, string][] = [];
  if (step.durationMs !== undefined) facts.push([words.duration, duration(step.durationMs)]);
  if (usage && usage.inputTokens + usage.outputTokens > 0) facts.push([words.usage, words.tokens(count(usage.inputTokens), count(usage.outputTokens))]);
  if (usage && usage.cost > 0) facts.push([words.cost, cost(usage.cost)]);
  if (step.port && step.port !== "out") facts.push([words.port, step.port]);
  return (
    <div className="facts">
      <span className="state" data-state={step.state}>{strings.run.stepStates[step.state]}</span>
      {step.cached && <span className="pill">{isPinned ? strings.debug.changed : words.cached}</span>}
      {facts.map(([name, value]) => <span key={name} className="fact" title={name}><span className="sr">{name}: </span>{value}</span>)}
    </div>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return <div className="part"><h4>{title}</h4>{children}</div>;
}
