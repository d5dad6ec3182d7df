import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Citation } from "../contract";
import { TestInputs } from "../debug/TestInputs";
import { CopyButton } from "../controls/Basic";
import { LargeOutput } from "../files/FileList";
import { findNode } from "../kernel/document";
import { AttachButton, FileChips, useFileDrop } from "../files/FileField";
import { useEditor } from "../store";
import { strings, wordFor } from "../strings";
import { Icon } from "../ui/Icon";
import { shownText } from "../ui/shownText";
import { answerOf, questionOf } from "./answer";
import { FileList } from "../files/FileList";
import { clock } from "./format";
import { HumanCard } from "./HumanCard";
import { InputFold, InputForm } from "./InputForm";
import { attachmentInput, inputsOf, messageInput, type InputField } from "./inputs";
import { LiveProgress, stepsUnderWay } from "./LiveProgress";
import { Markdown } from "./Markdown";
import { isOver, stoppedSteps, waitingSteps, type RunModel } from "./runModel";
import type { Probe } from "./runView";
import { useRun, useRunStore } from "./useRun";

/** The conversation with the draft: what was asked, the answer as it grows, and where to ask on. */
export function ChatView() {
  const run = useRunStore();
  const model = useRun(view => view.model);
  const turns = useRun(view => view.turns);
  const asked = useRun(view => view.question);
  const document = useEditor(view => view.document);
  const fields = inputsOf(document);
  const message = messageInput(fields);
  const attachment = message === undefined ? undefined : attachmentInput(fields);
  const others = fields.filter(field => field.name !== message && field !== attachment);
  const [open, setOpen] = useState(false);
  const isOtherWrong = useRun(view => others.some(field => view.errors[field.name] !== undefined));
  useEffect(() => { if (isOtherWrong) setOpen(true); }, [isOtherWrong]);
  const log = useStickToEnd([model, turns]);
  const earlier = turns.filter(turn => turn.runId !== model?.runId);
  return (
    <div className="chat">
      <div className="chat-log" role="log" aria-live="polite" aria-busy={model !== undefined && !isOver(model.state)} ref={log}>
        {!model && earlier.length === 0 && <p className="hint">{strings.run.nothingChat}</p>}
        {earlier.map(turn => (
          <div key={turn.runId} className="turn"><Question text={turn.question} /><AnswerBlock text={turn.text} citations={turn.citations} state={turn.state} error={turn.error} /><FileList value={turn.values} asResult of={turn.runId} /></div>
        ))}
        {model && <LiveTurn model={model} question={asked ?? questionOf(model, message)} answers={run.answerNodes()} />}
      </div>
      {others.length > 0 && (
        <div className="more-inputs"><InputFold fields={others} open={open} onToggle={() => setOpen(!open)} />{open && <InputForm fields={others} grabs={isOtherWrong} />}</div>
      )}
      {message === undefined ? <p className="hint">{strings.run.noInputs}</p> : <Composer name={message} attachment={attachment} canReset={model !== undefined || turns.length > 0} grabs={!isOtherWrong} />}
    </div>
  );
}

const Question = ({ text }: { text: string | undefined }) => (text ? <div className="asked"><span className="sr">{strings.run.you}: </span>{shownText(text)}</div> : null);

function LiveTurn({ model, question, answers }: { model: RunModel; question: string | undefined; answers: ReadonlySet<string> }) {
  const run = useRunStore();
  const answer = answerOf(model, answers);
  const over = isOver(model.state);
  const waiting = waitingSteps(model);
  const probe = useRun(view => view.probe);
  return (
    <div className="turn">
      {probe ? <ProbeNote probe={probe} /> : <Question text={question} />}
      <div data-testid="run-answer">
        {!((probe || model.largeOutput) && model.state === "completed" && !answer.text)
          && <AnswerBlock text={answer.text} citations={answer.citations} state={model.state} error={model.error?.message} streaming={!over && waiting.length === 0 && stoppedSteps(model).length === 0} />}
        {model.largeOutput && <LargeOutput part={model.largeOutput} hasText={answer.text !== ""} />}
        <FileList value={answer.values} asResult />
        <LiveProgress steps={stepsUnderWay(model)} />
      </div>
      {waiting.map(step => <HumanCard key={step.path} step={step} />)}
      {over && !probe && (
        <div className="answer-tools">
          {answer.text && !model.largeOutput && <CopyButton label={strings.run.copyAnswer} text={() => answer.text} />}
          <button type="button" className="icb small" aria-label={strings.run.regenerate} title={strings.run.regenerate} onClick={() => void run.again()}><Icon name="rotate-ccw" size={13} /></button>
        </div>
      )}
    </div>
  );
}

/** Says that only a part of the flow ran, and from where it took what it did not compute. */
export function ProbeNote({ probe }: { probe: Probe }) {
  const name = useEditor(view => findNode(view.document, probe.node)?.name ?? probe.node);
  const pinned = useRun(view => view.model?.pinned.size ?? 0);
  return (
    <p className="hint" data-testid="probe-note">{probe.mode === "only" ? strings.run.probeOnly(name) : strings.run.probeTo(name)}
      {probe.base !== undefined && <> {strings.run.probeFrom} <a href={`/runs/${probe.base}`} target="_blank" rel="noopener">{probe.from === undefined ? strings.run.probeRun : strings.run.probeRunAt(clock(probe.from))}</a>{pinned > 0 ? strings.run.probePins(pinned) : "."}</>}
      {probe.base === undefined && pinned > 0 && <> {strings.run.probePinsOnly(pinned)}</>}
    </p>
  );
}

interface AnswerProps { text: string; citations: readonly Citation[]; state: string; error: string | undefined; streaming?: boolean }
export function AnswerBlock({ text, citations, state, error, streaming = false }: AnswerProps) {
  return (
    <div className="answer">
      {text ? <Markdown text={text} citations={citations} streaming={streaming} /> : streaming ? <div className="md streaming"><p /></div> : null}
      {state === "failed" && <div className="callout err"><Icon name="circle-x" size={15} /><div><b>{strings.run.failedTitle}</b>{error && <span>{error}</span>}</div></div>}
      {state === "cancelled" && <p className="hint">{strings.run.cancelledTitle}.</p>}
      {state === "completed" && !text && <p className="hint">{strings.run.noOutput}</p>}
    </div>
  );
}

function Composer({ name, attachment, canReset, grabs }: { name: string; attachment: InputField | undefined; canReset: boolean; grabs: boolean }) {
  const run = useRunStore();
  const text = useRun(view => view.texts[name] ?? "");
  const error = useRun(view => view.errors[name] ?? (attachment && view.errors[attachment.name]));
  const { isOver: isDropping, drop } = useFileDrop(attachment);
  const wanted = useRun(view => view.wantsFocus) && grabs;
  const stopping = useRun(view => view.stopping);
  const active = useRun(view => view.starting || (view.model !== undefined && !isOver(view.model.state)));
  const canRun = useEditor(view => view.canRun);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!wanted) return;
    run.tookFocus();
    box.current?.focus();
  }, [wanted, run]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "0";
    element.style.height = `${Math.min(112, element.scrollHeight)}px`;
  }, [text]);
  const send = () => { if (!active && text.trim()) void run.run(); };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    send();
  };
  if (!canRun) return <p className="hint">{strings.run.readOnly}</p>;
  return (
    <>
    {attachment && <div className="composer-files"><FileChips field={attachment} />{error && <p className="bad-text" role="alert">{wordFor(strings.run.errors, error)}</p>}</div>}
    <div className="composer">
      {canReset && <button type="button" className="icb" aria-label={strings.run.newChat} title={strings.run.newChat} onClick={() => run.newConversation()}><Icon name="message-square" size={15} /></button>}
      <TestInputs />
      <div className={`box${error ? " bad" : ""}${isDropping ? " over" : ""}`} {...drop}>
        {attachment && <AttachButton field={attachment} />}
        <textarea ref={box} rows={1} value={text} placeholder={strings.run.messagePlaceholder} aria-label={strings.run.message} aria-invalid={error !== undefined} data-testid="chat-input"
          onChange={event => run.setText(name, event.target.value)} onKeyDown={onKey} />
        {active
          ? <button type="button" className="icb small" aria-label={strings.run.stop} title={strings.run.stop} disabled={stopping} data-testid="chat-stop" onClick={() => void run.stop()}><Icon name="square" size={14} /></button>
          : <button type="button" className="icb small send" aria-label={strings.run.send} title={strings.run.send} disabled={!text.trim()} data-testid="chat-send" onClick={send}><Icon name="arrow-up" size={15} /></button>}
      </div>
    </div>
    </>
  );
}

/** Keeps the end in sight while text grows, unless somebody scrolled up. */
export function useStickToEnd(changes: unknown[], isLive = true) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => { atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - 24; };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);
  useLayoutEffect(() => { if (isLive && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight; }, changes);
  return box;
}
