// The island's one store. Components read it with useEditor(selector) and change the document only through commit().
import { createContext, useContext, useRef, useSyncExternalStore } from "react";
import type { AppliedCommand, Command, CommandKind, EditorState, FlowDocument, NodeDescriptor, Op, Option, Other, Position, Problem, Renames, SlotKind, StartRun } from "./contract";
import { draftBase } from "./controls/drafts";
import { noDebug, type Debugger, type DebugView } from "./debug/debugger";
import { RefusedOp } from "./kernel/apply";
import type { ChangeKind } from "./kernel/compare";
import { emptyHistory, heard, historyOf, openStep, record, redoStep, travelled, undoStep, type History } from "./kernel/history";
import { findNode, indexOf, type End } from "./kernel/document";
import { renamed } from "./kernel/rename";
import { isNarrow, lastDragMode, remember, remembered } from "./ui/remember";
import { addForeign, addOwn, combined, confirmOwn, fitting, openSession, type Session } from "./kernel/session";
import { strings } from "./strings";
import { randomHex } from "./unsent";

export type PaintState = "queued" | "running" | "waiting" | "stopped" | "done" | "failed" | "skipped" | "cached" | "cancelled";
/** How one step of the shown run is painted on the canvas. Times in epoch milliseconds. */
export interface StepPaint {
  state: PaintState; startedAt?: number; durationMs?: number;
  /** A few words instead of the time, e.g. "turn 2" or "streams". */
  label?: string;
  /** The node the step belongs to, where the last part of the path is not its id (a tool call of an agent). */
  nodeId?: string;
  /** The port the step left by. */
  port?: string;
}
export interface RunPaint { runId: string | undefined; active: boolean; steps: ReadonlyMap<string, StepPaint>; byNode: ReadonlyMap<string, StepPaint> }

/** What the add list is asked for: where the node goes and what it connects to. */
export interface AddRequest {
  /** Where the list opens, in client pixels; absent: in the middle of the canvas. */
  client?: Position;
  /** Where the node goes, in canvas pixels; absent: beside the selection or in the middle. */
  position?: Position;
  parent?: string;
  from?: End; to?: End; edge?: string;
}
export type Saved = "saved" | "saving" | "offline";
export interface Toast { id: number; text: string; tone: "info" | "error" }

export interface EditorView {
  status: "loading" | "ready" | "failed"; failure?: string;
  flowId: string; document: FlowDocument; revision: number; pending: readonly Command[]; saved: Saved;
  nodeTypes: ReadonlyMap<string, NodeDescriptor>; problems: readonly Problem[]; bindings: Readonly<Record<string, string>>;
  options: Partial<Record<SlotKind, Option[]>>; lastRunId: string | undefined; canEdit: boolean; canRun: boolean;
  selection: readonly string[]; selectedEdges: readonly string[]; selectedNotes: readonly string[]; canUndo: boolean; canRedo: boolean;
  run: RunPaint;
  /** What the pointer does on the empty canvas: pans, selects in a box, or puts a note. */
  mode: "pan" | "select" | "note";
  /** What the inspector should bring into view; it takes the wish away when it did. */
  inspectorAt: "usages" | { setting: string } | undefined;
  /** inspectorOpen: the column on wide screens, remembered; sheetOpen: the same inspector as a sheet on narrow ones. */
  inspectorOpen: boolean; sheetOpen: boolean; runOpen: boolean; problemsOpen: boolean; outlineOpen: boolean; helpOpen: boolean; add: AddRequest | undefined; renaming: string | undefined;
  /** What the dragged node would be dropped into. */
  drop: { container?: string; edge?: string } | undefined;
  menu: { client: Position; nodeId?: string; groupId?: string; position: Position } | undefined;
  toasts: readonly Toast[];
  /** Who else is here. */
  others: readonly Other[];
  /** Where the document is compared with another: the marks of its parts, under `node X`, `edge X` or `note X`. */
  changes: ReadonlyMap<string, ChangeKind>;
  debugging: DebugView; /** The node whose pinned outputs are being edited. */ pinEditing: string | undefined;
  /** What callers run: the latest published version, where there is one. */
  published: FlowDocument | undefined;
  /** The selected node fills the window: input, settings, output. */
  expanded: boolean;
}

const emptyDocument: FlowDocument = { schema: "designer.flow/1", id: "", name: "", mode: "task", nodes: [], edges: [] };
const noPaint: RunPaint = { runId: undefined, active: false, steps: new Map(), byNode: new Map() };

export interface CommitOptions {
  /** Commits with the same key in quick succession are undone together, e.g. `setting:reply:query`. */
  merge?: string;
}

export class EditorStore {
  private view: EditorView;
  private session: Session = openSession(emptyDocument, 0).session;
  private history: History = emptyHistory;
  private author = "";
  /** Set by the bridge: what this browser's command ids begin with. */
  mark = randomHex(4);
  private readonly listeners = new Set<() => void>();
  private nextToast = 1;

  /** Set by the bridge: a command is waiting to be sent. */
  onPending: () => void = () => {};
  /** Set by the bridge: keeps the draft as it is now under a name. */
  checkpoint: () => void = () => {};
  /** Set by the canvas: brings a node into view. */
  reveal: (nodeId: string) => void = () => {};
  /** Set by the canvas: brings everything into view, or these nodes. */
  fit: (nodeIds?: readonly string[]) => void = () => {};
  /** Set by the run panel: starts a run with the panel's present input (of one node, or up to it); it opens itself where input is missing. */
  run: ((target?: StartRun["target"]) => void) | undefined;
  /** Set by the run panel: how a run that stopped at a breakpoint goes on. False when none does. */
  goOn: ((decision: "continue" | "stepOver") => boolean) | undefined;
  /** Sets itself. */
  debug: Debugger | undefined;

  /** Set by the run panel: stops the shown run. */
  stop: (() => void) | undefined;

  constructor(flowId: string) {
    this.view = {
      status: "loading", flowId, document: emptyDocument, revision: 0, pending: [], saved: "saved", nodeTypes: new Map(), problems: [], bindings: {},
      options: {}, lastRunId: undefined, canEdit: false, canRun: false, selection: [], selectedEdges: [], selectedNotes: [], canUndo: false, canRedo: false, run: noPaint,
      mode: lastDragMode(), inspectorAt: undefined, inspectorOpen: remembered("inspector") !== "closed", sheetOpen: false, runOpen: false, problemsOpen: false, outlineOpen: false, helpOpen: false, add: undefined, renaming: undefined, drop: undefined, menu: undefined, toasts: [], others: [], changes: new Map(), debugging: noDebug, pinEditing: undefined, published: undefined, expanded: false,
    };
  }

  readonly state = (): EditorView => this.view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes what is shown; the document changes through commit() only. */
  set(change: Partial<Omit<EditorView, "document" | "revision" | "pending">>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }

  // ---- the document ----

  load(state: EditorState, unsent: readonly Command[]): void {
    const { session, placed } = openSession(state.document, state.revision, unsent);
    this.session = session;
    this.author = state.author;
    this.history = historyOf(state.log, state.author);
    for (const { command, inverse } of placed) {
      if (inverse) this.history = heard(this.history, { kind: "edit", step: command.id, ...command, author: state.author, inverse }, state.author);
    }
    this.view = {
      ...this.view, status: "ready", nodeTypes: new Map(state.nodeTypes.map((type) => [type.type, type])), problems: state.problems, bindings: state.bindings,
      options: state.options, lastRunId: state.lastRunId, canEdit: state.canEdit, canRun: state.canRun,
    };
    this.show();
    if (session.pending.length > 0) this.onPending();
  }

  /** Applies the operations here and now, keeps them undoable as one step named `label`, and sends them to the host. */
  commit(ops: readonly Op[], label: string, options: CommitOptions = {}): boolean {
    if (ops.length === 0 || !this.view.canEdit) return false;
    const at = Date.now();
    const joined = openStep(this.history, options.merge, at);
    const sent = this.send(ops, "edit", joined);
    if (!sent) return false;
    this.history = record(this.history, { id: joined ?? sent.id, label, ops, inverse: sent.inverse, at, ...(options.merge === undefined ? {} : { merge: options.merge }) });
    this.show();
    this.onPending();
    return true;
  }

  undo(): void { this.travel("undo"); }
  redo(): void { this.travel("redo"); }

  /** What no longer fits of a step, because others went on from there, is left alone. */
  private travel(kind: Exclude<CommandKind, "edit">): void {
    const step = kind === "undo" ? undoStep(this.history) : redoStep(this.history);
    if (!step || !this.view.canEdit) return;
    const ops = fitting(this.session.document, kind === "undo" ? step.inverse : step.ops);
    this.history = travelled(this.history, kind, step.id);
    if (ops.length === 0) this.toast(strings.canvas.nothingToTravel, "error");
    else this.send(ops, kind, step.id);
    this.show();
    this.onPending();
  }

  /** Applies an own command; the caller shows it and then tells the bridge. */
  private send(ops: readonly Op[], kind: CommandKind, step: string | undefined): { id: string; inverse: Op[] } | undefined {
    try {
      const id = `${this.mark}.${randomHex(16)}`;
      const command: Command = { id, baseRevision: Math.min(this.session.revision, draftBase() ?? Infinity), ops: [...ops], ...(kind === "edit" ? {} : { kind }), ...(step === undefined ? {} : { step }) };
      const { session, inverse } = addOwn(this.session, command);
      this.session = session;
      return { id, inverse };
    } catch (error) {
      if (!(error instanceof RefusedOp)) throw error;
      this.toast(strings.canvas.noLongerFits(error.message), "error");
      return undefined;
    }
  }

  /** All unsent commands as one, for a choice between them and what others did. */
  combine(): Command {
    this.session = combined(this.session);
    this.show();
    return this.session.pending[0]!;
  }

  /** Unsent commands follow where the host had to call parts otherwise. */
  rename(by: Renames): void {
    this.session = { ...this.session, pending: this.session.pending.map((command) => ({ ...command, ops: renamed(command.ops, by) })) };
    this.view = { ...this.view, pending: this.session.pending };
  }

  /** The host confirmed an own command. */
  confirmed(id: string, revision: number, problems: readonly Problem[]): void {
    this.session = confirmOwn(this.session, id, revision);
    this.view = { ...this.view, problems };
    this.show();
  }

  /** A command of another editor arrived: somebody else's, or the author's own from another browser. False when something was missed before it. */
  applied(command: AppliedCommand): boolean {
    try {
      this.session = addForeign(this.session, command);
    } catch (error) {
      if (error instanceof RefusedOp) return false;
      throw error;
    }
    this.history = heard(this.history, command, this.author);
    this.show();
    return true;
  }

  private show(): void {
    const { document, revision, pending } = this.session;
    const { nodes, edges } = indexOf(document);
    this.view = {
      ...this.view, document, revision, pending, canUndo: this.history.done.length > 0, canRedo: this.history.undone.length > 0,
      selection: keepKnown(this.view.selection, nodes), selectedEdges: keepKnown(this.view.selectedEdges, edges),
    };
    this.set({});
  }

  // ---- what is shown ----

  select(nodes: readonly string[], edges: readonly string[] = [], notes: readonly string[] = []): void {
    const now = this.view;
    if (sameList(nodes, now.selection) && sameList(edges, now.selectedEdges) && sameList(notes, now.selectedNotes)) return;
    this.set({ selection: nodes, selectedEdges: edges, selectedNotes: notes });
  }

  /** Replaces the paint of a run's steps; call it batched (every 30–50 ms), not per event. */
  paint(runId: string | undefined, active: boolean, steps: ReadonlyMap<string, StepPaint>): void {
    const byNode = new Map<string, StepPaint>();
    for (const [path, paint] of steps) {
      const node = paint.nodeId ?? nodeOfPath(path, this.view.document);
      if (node !== undefined) byNode.set(node, paint);
    }
    this.set({ run: { runId, active, steps, byNode } });
  }

  /** Opens the settings with the focus in the first field, in the list of usages, or in the setting of that name. */
  openInspector(at?: "usages" | { setting: string }): void {
    remember("inspector", "open");
    this.set({ inspectorOpen: true, sheetOpen: isNarrow(), inspectorAt: at });
    if (at === undefined) requestAnimationFrame(() => globalThis.document.querySelector<HTMLElement>(".side input, .side textarea, .side [contenteditable='true'], .side select")?.focus());
  }

  setMode(mode: EditorView["mode"]): void {
    if (mode !== "note") remember("dragMode", mode);
    this.set({ mode });
  }

  closeInspector(): void {
    if (isNarrow()) return this.set({ sheetOpen: false });
    remember("inspector", "closed");
    this.set({ inspectorOpen: false, sheetOpen: false });
  }

  clearPaint(): void { this.set({ run: noPaint }); }

  toast(text: string, tone: Toast["tone"] = "info"): void {
    const id = this.nextToast++;
    this.set({ toasts: [...this.view.toasts.slice(-2), { id, text, tone }] });
  }
}

/** The node a step path speaks of: the last part that is a node's id, `loop#3/reply` → `reply`. */
export function nodeOfPath(path: string, doc: FlowDocument): string | undefined {
  for (const part of path.split("/").reverse()) {
    const id = part.replace(/#.*$/, "");
    if (findNode(doc, id)) return id;
  }
  return undefined;
}

const sameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((item, i) => item === b[i]);

function keepKnown(ids: readonly string[], known: { has(id: string): boolean }): readonly string[] {
  return ids.every((id) => known.has(id)) ? ids : ids.filter((id) => known.has(id));
}

export const StoreContext = createContext<EditorStore | undefined>(undefined);

export function useStore(): EditorStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("No editor store above this component.");
  return store;
}

/** A part of the state; the component renders again when it changes (compared with `same`, by identity unless told). */
export function useEditor<T>(select: (view: EditorView) => T, same: (a: T, b: T) => boolean = Object.is): T {
  const store = useStore();
  const last = useRef<{ value: T } | undefined>(undefined);
  return useSyncExternalStore(store.subscribe, () => {
    const value = select(store.state());
    if (last.current && same(last.current.value, value)) return last.current.value;
    last.current = { value };
    return value;
  });
}
