import { useState } from "react";
import { PinNote } from "../debug/PinNote";
import type { FlowNode } from "../contract";
import { StepDetails } from "../run/StepDetails";
import { stepsOf } from "../run/runModel";
import { useRun } from "../run/useRun";
import { iterationOf } from "../run/trace";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import "../run/run.css";

/** What the node did in the shown run; in a loop, step by step. */
export function LastRunTab({ node, hasInputs }: { node: FlowNode; /** False where its inputs are shown beside it. */ hasInputs?: boolean }) {
  const model = useRun(view => view.model);
  const chosen = useRun(view => view.step);
  const [at, setAt] = useState<number>();
  const steps = model ? stepsOf(model, node.id) : [];
  if (steps.length === 0) {
    return <><PinNote nodeId={node.id} /><div className="ins-empty"><Icon name="history" size={20} /><b>{strings.lastRun.none}</b><p className="field-help">{strings.lastRun.noneHint}</p></div></>;
  }
  const picked = steps.findIndex(step => step.path === chosen);
  const index = Math.min(at ?? (picked >= 0 ? picked : steps.length - 1), steps.length - 1);
  const step = steps[index]!;
  const iteration = iterationOf(step.path);
  return (
    <>
      <PinNote nodeId={node.id} />
      {steps.length > 1 && (
        <div className="step-nav">
          <button type="button" className="icb small" disabled={index === 0} aria-label={strings.lastRun.previous} onClick={() => setAt(index - 1)}><Icon name="chevron-left" size={14} /></button>
          <span>{strings.lastRun.ofMany(index + 1, steps.length)}{iteration && ` · ${strings.lastRun.iteration(iteration)}`}</span>
          <button type="button" className="icb small" disabled={index === steps.length - 1} aria-label={strings.lastRun.next} onClick={() => setAt(index + 1)}><Icon name="chevron-right" size={14} /></button>
        </div>
      )}
      <StepDetails step={step} {...(hasInputs === undefined ? {} : { hasInputs })} />
    </>
  );
}
