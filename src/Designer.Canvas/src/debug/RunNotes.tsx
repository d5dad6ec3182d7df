// What can be done with the shown run, above its trace: go on from a breakpoint, run again from the failed step, and what a rerun took from the record.
import { useState } from "react";
import { findNode } from "../kernel/document";
import { stepFace } from "../run/stepFace";
import { isOver, stoppedSteps, type RunModel, type StepModel } from "../run/runModel";
import { useRun, useRunStore } from "../run/useRun";
import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { failedStep, fromRecord, toBeTaken } from "./rerun";
import "./debug.css";

export function RunNotes({ model }: { model: RunModel }) {
  const canRun = useEditor((view) => view.canRun);
  const stopped = stoppedSteps(model);
  const copied = useRun((view) => view.copied);
  const isCopied = copied !== undefined && copied.runId === model.runId;
  return (
    <>
      {stopped.map((step) => <Stopped key={step.path} step={step} canRun={canRun} />)}
      <Replayed model={model} />
      {isOver(model.state) && (isCopied || model.state !== "completed") && <Rerun model={model} canRun={canRun} copied={isCopied ? copied.version : undefined} />}
    </>
  );
}

function Stopped({ step, canRun }: { step: StepModel; canRun: boolean }) {
  const run = useRunStore();
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const [sent, setSent] = useState(false);
  const face = stepFace(step.path, document, types);
  const say = async (decision: "continue" | "stepOver" | "stop"): Promise<void> => {
    setSent(true);
    if (!await run.goOn(step.path, decision)) setSent(false);
  };
  return (
    <div className="run-note stop" role="group" aria-label={strings.debug.stoppedBefore(face.name)} data-testid={`stopped-${step.path}`}>
      <Icon name="octagon-pause" size={15} />
      <p><b>{strings.debug.stoppedBefore(face.name)}</b>{face.iteration && <span className="dim"> · {strings.lastRun.iteration(face.iteration)}</span>}</p>
      {canRun && (
        <div className="run-note-acts">
          <button type="button" className="btn2 small primary" disabled={sent} data-testid="debug-continue" title={`${strings.debug.goOn} (F8)`} onClick={() => void say("continue")}><Icon name="play" size={12} />{strings.debug.goOn}</button>
          <button type="button" className="btn2 small" disabled={sent} data-testid="debug-step" title={`${strings.debug.stepOver} (F10)`} onClick={() => void say("stepOver")}><Icon name="redo-dot" size={13} />{strings.debug.stepOver}</button>
          <button type="button" className="btn2 small" disabled={sent} data-testid="debug-stop" onClick={() => void say("stop")}><Icon name="square" size={12} />{strings.run.stop}</button>
        </div>
      )}
    </div>
  );
}

function Rerun({ model, canRun, copied }: { model: RunModel; canRun: boolean; copied: string | undefined }) {
  const run = useRunStore();
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const failed = failedStep(model);
  const names = (ids: readonly string[]): string => ids.map((id) => findNode(document, id)?.name ?? id).join(", ");
  const taken = toBeTaken(model, document, types);
  return (
    <div className="run-note" data-testid="rerun-note">
      <Icon name="history" size={15} />
      <p>{copied !== undefined && <b data-testid="copied-note">{copied.startsWith("draft") ? strings.debug.copiedDraft : strings.debug.copiedVersion(copied)} </b>}{taken.length > 0 ? strings.debug.willTake(names(taken)) : strings.debug.willTakeNothing}</p>
      {canRun && <div className="run-note-acts">
        <button type="button" className="btn2 small" data-testid="rerun" onClick={() => void run.rerun()}><Icon name="rotate-ccw" size={13} />{failed ? strings.debug.rerunFailed : strings.debug.rerun}</button>
      </div>}
    </div>
  );
}

function Replayed({ model }: { model: RunModel }) {
  const of = useRun((view) => view.replayOf);
  const document = useEditor((view) => view.document);
  if (of === undefined || model.runId === of) return null;
  const cached = fromRecord(model).map((id) => findNode(document, id)?.name ?? id);
  return (
    <div className="run-note" data-testid="replay-note">
      <Icon name="history" size={15} />
      <p>{cached.length > 0 ? strings.debug.took(cached.join(", ")) : strings.debug.tookNothing}</p>
      <div className="run-note-acts"><a className="btn2 small" data-testid="compare" href={`/runs/compare?a=${of}&b=${model.runId}`} target="_blank" rel="noopener"><Icon name="git-compare" size={13} />{strings.debug.compare}</a></div>
    </div>
  );
}
