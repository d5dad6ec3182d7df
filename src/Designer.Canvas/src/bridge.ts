// The one file that talks to the host: commands over the .NET reference, everything else over HTTP.
import { createContext, useContext } from "react";
import type { AppliedCommand, Batch, BatchPage, BindResult, Command, CommitResult, DebugState, EditorState, FlowDocument, Json, MountOptions, Pin, RunRow, StartRun, TableCheck, TestInput } from "./contract";
import type { SubFlow } from "./kernel/inline";
import type { PreviewRequest, PreviewResult } from "./inspector/preview";
import { problemOf } from "./run/problem";
import type { EditorStore } from "./store";
import { findNode } from "./kernel/document";
import { wrongs } from "./kernel/problems";
import { draftsFollow, flushDrafts, hasDrafts, watchDrafts } from "./controls/drafts";
import { language, strings } from "./strings";
import { browserMark, Unsent } from "./unsent";

const retryAfterMs = [500, 1000, 2000, 5000, 10000];
const answerWithinMs = 15_000;
const reportAfterMs = 80;
/** How long somebody else's command may be under way before the document is read again. */
const gapMs = 4000;

export class Bridge {
  private sending = false;
  private failures = 0;
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private disposed = false;
  private reported = "";
  /** The time of day of the last change that was saved, as people read it. */
  private savedAt: string | undefined;
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  /** Revisions seen since the document was read; fewer than the number says means one is missing. */
  private seen = 0;
  private readAt = 0;
  private readonly unsubscribe: () => void;
  private readonly unwatchDrafts: () => void;
  private readonly unsent: Unsent;
  private isFirst = true;
  readonly baseUrl: string;

  constructor(private readonly store: EditorStore, private readonly options: MountOptions) {
    this.baseUrl = (options.baseUrl ?? "").replace(/\/$/, "");
    this.unsent = new Unsent(() => localStorage, `designer.unsent.${options.flowId}${options.isOwn ? ".own" : ""}/`);
    store.mark = browserMark(() => localStorage);
    store.checkpoint = () => void this.checkpoint();
    store.onPending = () => {
      this.keepUnsent();
      void this.flush();
    };
    this.unsubscribe = store.subscribe(() => this.scheduleReport());
    draftsFollow(() => store.state().revision);
    this.unwatchDrafts = watchDrafts(() => this.settle());
    globalThis.addEventListener?.("online", this.onOnline);
    globalThis.addEventListener?.("pagehide", flushDrafts);
  }

  dispose(): void {
    this.disposed = true;
    this.unsubscribe();
    this.unwatchDrafts();
    for (const timer of this.timers) clearTimeout(timer);
    clearTimeout(this.reportTimer);
    globalThis.removeEventListener?.("online", this.onOnline);
    globalThis.removeEventListener?.("pagehide", flushDrafts);
  }

  // ---- loading ----

  async load(): Promise<void> {
    try {
      const state = await this.get<EditorState>(`/api/editor/flows/${this.options.flowId}${this.draft}`);
      this.readAt = state.revision;
      this.seen = 0;
      // What waits in memory is newer than what was kept; what other tabs or an earlier visit left is adopted when the page opens.
      const pending = this.store.state().pending;
      const left = this.isFirst ? this.unsent.read().filter((command) => !pending.some((own) => own.id === command.id)) : [];
      this.isFirst = false;
      this.store.load(state, [...left, ...pending]);
    } catch (error) {
      if (this.store.state().status === "loading") this.store.set({ status: "failed", failure: messageOf(error) });
      else this.later(2000, () => void this.load());
    }
  }

  /** For the marks of what callers do not have yet; without it there are none. */
  async loadPublished(): Promise<void> {
    const published = await this.get<FlowDocument | undefined>(`${this.flow}/published`).catch(() => undefined);
    if (!this.disposed) this.store.set({ published });
  }

  // ---- commands, in order, one at a time ----

  private async flush(): Promise<void> {
    if (this.sending || this.disposed) return;
    this.sending = true;
    try {
      for (let command = this.next(); command && !this.disposed; command = this.next()) {
        if (!await this.send(command)) return;
      }
      this.watchGap();
    } finally {
      this.sending = false;
      this.keepUnsent();
      this.settle();
    }
  }

  /** Saved is what has no command and nothing typed under way; while the host cannot be reached, that is said instead. */
  private settle(): void {
    const { saved, pending } = this.store.state();
    const isWaiting = hasDrafts() || pending.length > 0;
    if (isWaiting && saved === "saved") this.store.set({ saved: "saving" });
    if (!isWaiting && !this.sending && saved !== "saved") {
      this.savedAt = new Date().toLocaleTimeString(language, { timeStyle: "short" });
      this.store.set({ saved: "saved" });
    }
  }

  private next(): Command | undefined { return this.store.state().pending[0]; }

  /** False when the queue has to wait. */
  private async send(command: Command): Promise<boolean> {
    this.settle();
    let result: CommitResult;
    try {
      result = await this.answered(this.options.dotnet.invokeMethodAsync<CommitResult>("CommitAsync", command));
    } catch {
      const wait = retryAfterMs[Math.min(this.failures++, retryAfterMs.length - 1)]!;
      this.store.set({ saved: "offline" });
      this.later(wait, () => void this.flush());
      return false;
    }
    this.failures = 0;
    if (result.conflicts) {
      const all = this.store.combine();
      this.unsent.keep(this.store.state().pending, new Set([all.id]));
      // Takes as long as the person takes; when the circuit goes, the page comes anew and asks again.
      try { result = await this.options.dotnet.invokeMethodAsync<CommitResult>("ChooseAsync", all); }
      catch { return false; }
      command = all;
    }
    if (result.error) {
      await this.refused(command, result.error);
      return true;
    }
    this.seen++;
    this.store.confirmed(command.id, result.revision, result.problems);
    if (result.renamed) this.store.rename(result.renamed);
    this.unsent.keep(this.store.state().pending, new Set(result.renamed ? this.store.state().pending.map((left) => left.id) : []));
    if (result.isMerged) await this.load();
    return true;
  }

  /** A call that was under way when the circuit broke never ends by itself. Sending again is safe: the host knows a command by its id. */
  private answered<T>(call: Promise<T>): Promise<T> {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error("No answer.")), answerWithinMs);
      call.finally(() => clearTimeout(timer)).then(done, failed);
    });
  }

  /** A refused command and all that stands on it are given up: the host's document is the true one. */
  private async refused(command: Command, error: string): Promise<void> {
    this.store.confirmed(command.id, this.store.state().revision, this.store.state().problems);
    this.store.toast(strings.canvas.refused(error), "error");
    this.keepUnsent();
    await this.load();
  }

  /** Called for other editors' commands; a command that does not fit means that something was missed. */
  applied(command: AppliedCommand): void {
    if (this.store.state().pending.some((own) => own.id === command.id)) return;
    this.seen++;
    if (!this.store.applied(command)) void this.load();
    else this.watchGap();
  }

  private watchGap(): void {
    const missing = (): boolean => this.store.state().pending.length === 0 && this.readAt + this.seen < this.store.state().revision;
    if (missing()) this.later(gapMs, () => { if (missing()) void this.load(); });
  }

  /** Keeps the draft under a name, which the host asks for; what waits here belongs to it. */
  private async checkpoint(): Promise<void> {
    if (!this.store.state().canEdit || !await this.saveAll()) return;
    this.options.dotnet.invokeMethodAsync<void>("CheckpointAsync").catch(() => this.store.toast(strings.canvas.saveFirst, "error"));
  }

  /** Waits until the host has everything, what was typed a moment ago too; false, and said so, when it cannot be reached. */
  async saveAll(): Promise<boolean> {
    flushDrafts();
    const isSaved = await new Promise<boolean>((done) => {
      const look = (): void => {
        const { pending, saved } = this.store.state();
        if (pending.length > 0 && saved !== "offline" && !this.disposed) return;
        stop();
        done(pending.length === 0);
      };
      const stop = this.store.subscribe(look);
      look();
    });
    if (!isSaved) this.store.toast(strings.canvas.saveFirst, "error");
    return isSaved;
  }

  private readonly onOnline = (): void => void this.flush();

  private keepUnsent(): void { this.unsent.keep(this.store.state().pending); }

  // ---- what the host's top bar shows ----

  private scheduleReport(): void {
    if (this.reportTimer !== undefined || this.disposed) return;
    this.reportTimer = setTimeout(() => {
      this.reportTimer = undefined;
      this.report();
    }, reportAfterMs);
  }

  private report(): void {
    const view = this.store.state();
    if (view.status !== "ready" || this.disposed) return;
    const chosen = view.selection.length === 1 ? findNode(view.document, view.selection[0]!) : undefined;
    const state = { problems: wrongs(view.problems).length, canUndo: view.canUndo, canRedo: view.canRedo, saved: view.saved, ...(this.savedAt === undefined ? {} : { savedAt: this.savedAt }), at: chosen ? { id: chosen.id, name: chosen.name } : null };
    const text = JSON.stringify(state);
    if (text === this.reported) return;
    this.reported = text;
    // Lost while the circuit is away; the next change reports again.
    this.options.dotnet.invokeMethodAsync<void>("StateChangedAsync", state).catch(() => { this.reported = ""; });
  }

  // ---- slots and runs ----

  async bind(slot: string, value: string): Promise<void> {
    this.bound(await this.options.dotnet.invokeMethodAsync<BindResult>("BindAsync", slot, value));
  }

  bound(result: BindResult): void { this.store.set({ bindings: result.bindings, problems: result.problems }); }

  /** Makes the part a published flow of the workspace. */
  extract(document: FlowDocument): Promise<{ slug: string; name: string; version: string }> {
    const { id: _, ...rest } = document; // the host gives it one
    return this.post(`/api/editor/flows/${this.options.flowId}/extract`, rest);
  }
  /** The published flow that `slug` or `slug@3` calls. */
  subFlow(flow: string): Promise<SubFlow & { slug: string; version: string }> { return this.get(`/api/editor/subflows/${encodeURIComponent(flow)}`); }
  preview(request: PreviewRequest): Promise<PreviewResult> { return this.post("/api/editor/preview", request); }
  /** A past run that the page was opened with. */
  get askedRun(): string | undefined { return this.options.runId ?? undefined; }

  startRun(start: StartRun): Promise<{ runId: string }> { return this.post(`/api/editor/flows/${this.options.flowId}/runs${this.draft}`, start); }
  getRun(runId: string): Promise<RunRow> { return this.get(`/api/editor/runs/${runId}`); }
  cancelRun(runId: string): Promise<unknown> { return this.post(`/api/editor/runs/${runId}/cancel`, {}); }
  answerRun(runId: string, answer: { step: string; decision: string; comment?: string }): Promise<unknown> {
    return this.post(`/api/editor/runs/${runId}/answer`, answer);
  }
  continueRun(runId: string, step: string, decision: string): Promise<unknown> { return this.post(`/api/editor/runs/${runId}/continue`, { step, decision }); }

  // ---- debugging ----

  private get flow(): string { return `/api/editor/flows/${this.options.flowId}`; }
  loadDebug(): Promise<DebugState> { return this.get(`${this.flow}/debug`); }
  pin(nodeId: string, pin: Pin): Promise<unknown> { return this.put(`${this.flow}/pins/${encodeURIComponent(nodeId)}${this.draft}`, pin); }
  /** One node's pin, or all. */
  unpin(nodeId?: string): Promise<unknown> { return this.delete(`${this.flow}/pins${nodeId === undefined ? "" : `/${encodeURIComponent(nodeId)}`}`); }
  setBreakpoint(nodeId: string, on: boolean): Promise<unknown> {
    const path = `${this.flow}/breakpoints/${encodeURIComponent(nodeId)}`;
    return on ? this.put(`${path}${this.draft}`, {}) : this.delete(path);
  }
  saveInput(name: string, input: Record<string, Json>): Promise<TestInput> { return this.put(`${this.flow}/inputs`, { name, input }); }
  deleteInput(id: string): Promise<unknown> { return this.delete(`${this.flow}/inputs/${id}`); }

  // ---- tables ----

  checkTable(csv: string, mapping: Readonly<Record<string, string | null>>): Promise<TableCheck> { return this.post(`${this.flow}/batches/check${this.draft}`, { csv, mapping }); }
  startBatch(table: { csv: string; name: string; mapping: Readonly<Record<string, string | null>>; concurrency: number }): Promise<{ id: string }> { return this.post(`${this.flow}/batches${this.draft}`, table); }
  batches(): Promise<Batch[]> { return this.get(`${this.flow}/batches`); }
  batch(id: string, skip: number, take: number): Promise<BatchPage> { return this.get(`/api/editor/batches/${id}?skip=${skip}&take=${take}`); }
  cancelBatch(id: string): Promise<unknown> { return this.post(`/api/editor/batches/${id}/cancel`, {}); }
  batchCsvUrl(id: string): string { return `${this.baseUrl}/api/editor/batches/${id}/csv`; }

  /** Where a run's events stream from; read it with `follow` of src/run/sse.ts. */
  filesUrl(): string { return `${this.baseUrl}/api/editor/files`; }
  fileUrl(runId: string, file: { id: string; name: string }): string { return `${this.baseUrl}/api/editor/runs/${runId}/files/${file.id}?name=${encodeURIComponent(file.name)}`; }
  /** One value of an event, whole. */
  valueUrl(runId: string, seq: number, member: string): string { return `${this.baseUrl}/api/editor/runs/${runId}/events/${seq}/${member}`; }
  eventsUrl(runId: string): string { return `${this.baseUrl}/api/editor/runs/${runId}/events`; }

  private get draft(): string { return this.options.isOwn ? "?own=true" : ""; }
  private get<T>(path: string): Promise<T> { return this.fetch(path, {}); }
  private post<T>(path: string, body: unknown): Promise<T> { return this.write("POST", path, body); }
  private put<T>(path: string, body: unknown): Promise<T> { return this.write("PUT", path, body); }
  private delete(path: string): Promise<unknown> { return this.fetch(path, { method: "DELETE" }); }
  private write<T>(method: string, path: string, body: unknown): Promise<T> {
    return this.fetch(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  }

  private async fetch<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(this.baseUrl + path, { credentials: "same-origin", ...init });
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  private later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.disposed) action();
    }, ms);
    this.timers.add(timer);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const BridgeContext = createContext<Bridge | undefined>(undefined);

export function useBridge(): Bridge {
  const bridge = useContext(BridgeContext);
  if (!bridge) throw new Error("No bridge above this component.");
  return bridge;
}
