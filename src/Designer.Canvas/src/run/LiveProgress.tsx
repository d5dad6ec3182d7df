import { strings } from "../strings";
import type { RunModel, StepModel } from "./runModel";
import { isOver } from "./runModel";
import "../files/files.css";

/** How far the steps are that say so: in words, and with the picture as it is so far. It changes many times a second, so it is not read out. */
export function LiveProgress({ steps }: { steps: readonly StepModel[] }) {
  if (steps.length === 0) return null;
  return (
    <div className="live-progress" aria-live="off">
      {steps.map(step => (
        <figure key={step.path} data-testid="run-progress">
          {step.preview && <img src={step.preview} alt={strings.files.soFar} data-testid="run-preview" />}
          {step.progress && <figcaption>{step.progress}</figcaption>}
        </figure>
      ))}
    </div>
  );
}

export function stepsUnderWay(model: RunModel): StepModel[] {
  return isOver(model.state) ? [] : [...model.steps.values()].filter(step => step.state === "running" && (step.progress !== undefined || step.preview !== undefined));
}
