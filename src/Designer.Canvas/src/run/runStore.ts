// The shown run: starts it, follows its events, paints it, and finds it again after a reload.
import type { Bridge } from "../bridge";
import type { Json, StartRun } from "../contract";
import { flushDrafts } from "../controls/drafts";
import { filesIn, filesOfText, textOfFiles, type FileValue } from "../files/files";
import { Uploads } from "../files/uploads";
import type { EditorStore } from "../store";
import { strings } from "../strings";
import { answerOf, questionOf } from "./answer";
import { attachmentInput, inputsOf, messageInput, readInputs, textOf, type FieldTexts } from "./inputs";
import { newId, read, write } from "./kept";
import { paintOf } from "./paint";
import { asProblem, HttpProblem } from "./problem";
import { emptyRun, isOver, stoppedSteps, type RunModel } from "./runModel";
import { RunFollower } from "./runFollower";
import { nothing, type Probe, type RunView, type Turn } from "./runView";

interface Kept { runId?: string; conversationId?: string; turns: readonly Turn[]; probe?: Probe; replayOf?: string; copied?: { runId: string; version: string } }

const keptTurns = 30;
/** How long a run waits for the last changes to be saved. */
const saveMs = 5000;
export class RunStore {
  private view: RunView = nothing;
  private readonly listeners = new Set<() => void>();
  private readonly follower: RunFollower;
  /** After a reload: the run that a try of one node took its values from. */
  private readonly baseFollower: RunFollower;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly unsubscribe: () => void;
  private restored = false;
  /** Files on their way into the inputs. */
  readonly uploads: Uploads;

  constructor(private readonly editor: EditorStore, private readonly bridge: Bridge) {
    this.uploads = new Uploads(bridge.filesUrl(), (field, type, file) => this.setText(field, textOfFiles(type, [...filesOfText(this.view.texts[field] ?? ""), file])));
    this.follower = new RunFollower(runId => bridge.eventsUrl(runId), model => this.moved(model), lost => { if (lost !== this.view.lost) this.set({ lost }); });
    this.baseFollower = new RunFollower(runId => bridge.eventsUrl(runId), base => { if (this.view.probe?.base === base.runId) this.set({ base }); }, () => undefined);
    editor.run = target => void (target ? this.runNode(target.node, target.mode) : this.run());
    editor.goOn = decision => {
      const stop = this.view.model && stoppedSteps(this.view.model)[0];
      if (stop) void this.goOn(stop.path, decision);
      return stop !== undefined;
    };
    editor.stop = () => void this.stop();
    globalThis.addEventListener?.("pagehide", this.saveTexts);
    this.unsubscribe = editor.subscribe(() => this.restore());
    this.restore();
  }

  dispose(): void {
    this.unsubscribe();
    this.follower.stop();
    this.baseFollower.stop();
    this.saveTexts();
    globalThis.removeEventListener?.("pagehide", this.saveTexts);
    this.editor.run = this.editor.goOn = this.editor.stop = undefined;
  }

  readonly state = (): RunView => this.view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(change: Partial<RunView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }

  // ---- inputs ----

  setText(name: string, text: string): void {
    const { [name]: _, ...errors } = this.view.errors;
    this.set({ texts: { ...this.view.texts, [name]: text }, errors });
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.saveTexts(), 300);
  }

  /** Puts a saved input into the fields. */
  loadInput(input: Record<string, Json>): void {
    for (const { name } of inputsOf(this.editor.state().document)) this.setText(name, textOf(input[name]));
    this.askFocus();
  }

  /** What the fields hold; undefined when something is missing or wrong, which they then show. */
  currentInput(): Record<string, Json> | undefined {
    const { input, errors } = readInputs(inputsOf(this.editor.state().document), this.view.texts);
    if (Object.keys(errors).length === 0) return input;
    this.set({ errors });
    return undefined;
  }

  fileUrl(runId: string, file: FileValue): string { return this.bridge.fileUrl(runId, file); }
  valueUrl(runId: string, seq: number, member: string): string { return this.bridge.valueUrl(runId, seq, member); }

  private readonly saveTexts = (): void => {
    clearTimeout(this.saveTimer);
    if (this.restored) write("local", `designer.inputs.${this.editor.state().flowId}`, this.view.texts);
  };

  private messageName(): string | undefined {
    const { document } = this.editor.state();
    return document.mode === "chat" ? messageInput(inputsOf(document)) : undefined;
  }

  // ---- starting ----

  /** Runs with what stands in the inputs; where something is missing, opens the panel at it. */
  async run(): Promise<void> {
    if (this.isActive()) { this.editor.set({ runOpen: true }); return; }
    const fields = inputsOf(this.editor.state().document);
    const { input, errors } = readInputs(fields, this.view.texts);
    const message = this.messageName();
    if (message !== undefined && !errors[message] && input[message] === undefined) errors[message] = "required";
    for (const field of fields) if (this.uploads.isUnderWay(field.name)) errors[field.name] = "uploading";
    this.editor.set({ runOpen: true });
    if (Object.keys(errors).length) { this.set({ errors, wantsFocus: true }); return; }
    const sent = message === undefined ? undefined : (input[message] as string);
    if (!await this.start({ input }, sent) || message === undefined) return;
    // What went with the message is sent with it.
    for (const name of [message, attachmentInput(fields)?.name]) if (name !== undefined) this.setText(name, "");
    this.saveTexts(); // a sent message does not come back
  }

  /** Runs one node, or all up to it; inputs and upstream values come from the shown run where there is one. */
  async runNode(node: string, mode: "only" | "to"): Promise<void> {
    if (this.isActive()) { this.editor.set({ runOpen: true }); return; }
    const before = this.view.model;
    let input = before?.input && typeof before.input === "object" && !Array.isArray(before.input) ? before.input : undefined;
    if (!input) {
      const read = readInputs(inputsOf(this.editor.state().document), this.view.texts);
      if (mode === "to" && Object.keys(read.errors).length) {
        this.editor.set({ runOpen: true });
        this.set({ errors: read.errors, wantsFocus: true });
        return;
      }
      input = read.input;
    }
    const base = this.view.probe ? this.view.probe.base : before?.runId;
    // Whoever asks for a node to be run, wants what it does.
    await this.start({ input, target: { node, mode }, allowEffects: true, ...(base ? { replayOf: base } : {}) }, this.questionIn(input));
  }

  /** The same input once more; in the first exchange of a conversation it starts a new one, so that the old answer is not part of it. */
  async again(): Promise<void> {
    const input = this.view.model?.input;
    if (!input || typeof input !== "object" || Array.isArray(input) || this.isActive()) return;
    const isFirst = this.view.turns.length === 0;
    if (isFirst) this.set({ conversationId: undefined });
    await this.start({ input }, this.questionIn(input), true);
  }

  /** Brings a past run into the editor: its input into the fields, its outputs as those of the last run. */
  async copy(runId: string): Promise<void> {
    this.editor.set({ runOpen: true });
    try {
      const row = await this.bridge.getRun(runId);
      if (row.flowId !== this.editor.state().flowId) throw new HttpProblem(404, strings.debug.foreignRun, undefined, []);
      this.set({ ...nothing, texts: this.view.texts, copied: { runId, version: row.version } });
      if (row.input && typeof row.input === "object" && !Array.isArray(row.input)) this.loadInput(row.input);
      this.show(runId);
      // A reload later shows what was run since, not this one again.
      globalThis.history?.replaceState(globalThis.history.state, "", globalThis.location.pathname);
    } catch (error) { this.set({ problem: asProblem(error) }); }
  }

  /** The shown run once more on the draft as it is now: steps with the same inputs are taken from its record, the others run. */
  async rerun(): Promise<void> {
    const { model, probe } = this.view;
    const input = model?.input;
    if (!model || !input || typeof input !== "object" || Array.isArray(input) || this.isActive()) return;
    const target = probe && { target: { node: probe.node, mode: probe.mode } };
    await this.start({ input, replayOf: model.runId, allowEffects: true, ...target }, this.questionIn(input), true, true);
  }

  private questionIn(input: Record<string, Json>): string | undefined {
    const name = this.messageName();
    const value = name === undefined ? undefined : input[name];
    return typeof value === "string" ? value : undefined;
  }

  private async start(request: StartRun, question: string | undefined, replacing = false, isRerun = false): Promise<boolean> {
    const chat = this.editor.state().document.mode === "chat";
    const conversationId = chat ? this.view.conversationId ?? newId() : undefined;
    const turns = chat && !replacing ? this.withShownTurn() : this.view.turns;
    const from = this.view.probe && !isRerun ? this.view.probe.from : this.view.model?.startedAt;
    const base = !request.target ? undefined : this.view.probe && !isRerun ? this.view.base : this.view.model;
    this.set({ starting: true, problem: undefined, errors: {} });
    try {
      await this.saved();
      const { runId } = await this.bridge.startRun({ ...request, ...(conversationId && !request.target ? { conversationId } : {}) });
      const probe = request.target && { ...request.target, ...(request.replayOf ? { base: request.replayOf, ...(from === undefined ? {} : { from }) } : {}) };
      this.set({ turns, question, conversationId, probe, base, replayOf: isRerun ? request.replayOf : undefined, copied: undefined, starting: false });
      this.show(runId);
      return true;
    } catch (error) {
      this.set({ starting: false, problem: asProblem(error) });
      this.editor.set({ runOpen: true });
      return false;
    }
  }

  /** Commands travel over the circuit, runs over HTTP: without this a run could start on a document of a second ago. */
  async saved(): Promise<void> {
    flushDrafts();
    if (this.editor.state().pending.length === 0) return;
    const isSaved = await new Promise<boolean>(resolve => {
      const done = (result: boolean) => { clearTimeout(timer); stop(); resolve(result); };
      const timer = setTimeout(() => done(false), saveMs);
      const stop = this.editor.subscribe(() => { if (this.editor.state().pending.length === 0) done(true); });
    });
    if (!isSaved) throw new HttpProblem(0, strings.run.unsaved, strings.run.unsavedHint, []);
  }

  private withShownTurn(): readonly Turn[] {
    const { model, turns, probe } = this.view;
    if (!model || probe) return turns;
    const question = this.view.question ?? questionOf(model, this.messageName()) ?? "";
    const { text, citations, values } = answerOf(model, this.answerNodes());
    const turn: Turn = { runId: model.runId, question, text, citations, state: model.state, ...(model.error ? { error: model.error.message } : {}), ...(filesIn(values).length > 0 ? { values: { files: filesIn(values) as unknown as Json } } : {}) };
    return [...turns.filter(other => other.runId !== turn.runId), turn].slice(-keptTurns);
  }

  answerNodes(): ReadonlySet<string> {
    return new Set(this.editor.state().document.nodes.filter(node => node.type === "answer").map(node => node.id));
  }

  newConversation(): void {
    this.follower.stop();
    this.set({ ...nothing, texts: this.view.texts, wantsFocus: true });
    this.editor.clearPaint();
    this.keep();
  }

  // ---- following ----

  isActive(): boolean {
    return this.view.starting || (this.view.model !== undefined && !isOver(this.view.model.state));
  }

  /** Shows a run from its first event on, whether it still runs or ended long ago. */
  show(runId: string, forgetOnFailure = false): void {
    this.set({ model: emptyRun(runId), lost: false, stopping: false, step: undefined });
    this.keep();
    this.paint();
    this.follower.follow(this.view.model!, error => {
      if (forgetOnFailure) this.newConversation(); else this.set({ problem: asProblem(error), model: undefined });
    });
  }

  private moved(model: RunModel): void {
    this.set({ model, stopping: this.view.stopping && !isOver(model.state) });
    this.paint();
  }

  private paint(): void {
    const { model } = this.view;
    if (model) this.editor.paint(model.runId, !isOver(model.state), paintOf(model, this.editor.state().document));
  }

  async stop(): Promise<void> {
    const { model } = this.view;
    if (!model || isOver(model.state)) return;
    this.set({ stopping: true });
    try { await this.bridge.cancelRun(model.runId); } catch (error) { this.set({ stopping: false, problem: asProblem(error) }); }
  }

  /** False when the answer was not taken; the problem is shown. */
  async decide(step: string, decision: string, comment: string): Promise<boolean> {
    const { model } = this.view;
    if (!model) return false;
    try {
      await this.bridge.answerRun(model.runId, { step, decision, ...(comment.trim() ? { comment: comment.trim() } : {}) });
      return true;
    } catch (error) {
      this.set({ problem: asProblem(error) });
      return false;
    }
  }

  /** Tells a run that stopped before a step how to go on. False when that was not taken; the problem is shown. */
  async goOn(step: string, decision: "continue" | "stepOver" | "stop"): Promise<boolean> {
    const { model } = this.view;
    if (!model) return false;
    try {
      await this.bridge.continueRun(model.runId, step, decision);
      return true;
    } catch (error) {
      this.set({ problem: asProblem(error) });
      return false;
    }
  }

  askFocus(): void { this.set({ wantsFocus: true }); }
  tookFocus(): void { if (this.view.wantsFocus) this.set({ wantsFocus: false }); }
  selectStep(step: string | undefined): void { this.set({ step }); }
  dismiss(): void { this.set({ problem: undefined }); }

  // ---- after a reload ----

  private keep(): void {
    const { model, conversationId, turns, probe, replayOf, copied } = this.view;
    write("session", this.key(), { runId: model?.runId, conversationId, turns, probe, replayOf, copied } satisfies Partial<Kept>);
  }

  private key(): string { return `designer.run.${this.editor.state().flowId}`; }

  private restore(): void {
    const { status, flowId, lastRunId } = this.editor.state();
    if (this.restored || status !== "ready") return;
    this.restored = true;
    const kept = read<Kept>("session", this.key());
    this.set({ texts: read<FieldTexts>("local", `designer.inputs.${flowId}`) ?? {}, conversationId: kept?.conversationId, turns: kept?.turns ?? [], probe: kept?.probe, replayOf: kept?.replayOf, copied: kept?.copied });
    if (this.bridge.askedRun !== undefined) { void this.copy(this.bridge.askedRun); return; }
    const runId = kept ? kept.runId : lastRunId;
    if (!runId) return;
    if (kept?.probe?.base !== undefined) this.baseFollower.follow(emptyRun(kept.probe.base), () => undefined); // it may be deleted by now
    this.show(runId, true);
    if (!kept) this.bridge.getRun(runId).then(row => this.set({ conversationId: row.conversationId }), () => undefined); // the next message opens a new one
  }
}
