// What crosses between the island and the host. The C# side mirrors it in Designer.Web/Features/Editor and Designer.Flows.
import type { Changes } from "./kernel/compare";

// ---- the flow document (see docs: the flow format) ----
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export interface Position { x: number; y: number }
export interface FlowNode {
  id: string; type: string; typeVersion: number; name: string; position: Position;
  settings?: Record<string, Json>; timeout?: string; retry?: { attempts: number; backoff?: string; delay?: string };
  onError?: { mode: "fail" | "branch" | "default"; value?: Json; port?: string };
  join?: "all" | "any"; disabled?: boolean; group?: string; collapsed?: boolean; children?: { nodes: FlowNode[]; edges: FlowEdge[] };
}
export interface FlowEdge { id: string; from: string; to: string } // "node:port"
export interface FlowNote { id: string; text: string; position: Position; size?: { w: number; h: number } }
/** A title and a colour around the nodes of one level that name it as their group. */
export interface FlowGroup { id: string; title: string; colour?: string; collapsed?: boolean }
export interface FlowSlot { kind: SlotKind; needs?: string[]; description?: string }
export type SlotKind = "model" | "knowledgeBase" | "credential" | "mcpServer" | "flow";
export interface FlowVariable { name: string; type: string; default?: Json; scope?: "run" | "conversation" }
export interface FlowDocument {
  schema: string; id: string; name: string; description?: string; mode: "chat" | "task";
  variables?: FlowVariable[]; nodes: FlowNode[]; edges: FlowEdge[]; slots?: Record<string, FlowSlot>; notes?: FlowNote[]; groups?: FlowGroup[];
}

// ---- node types ----
export type NodeGroup = "start" | "models" | "knowledge" | "agents" | "logic" | "data" | "tools" | "safety" | "human" | "output";
export interface PortDescriptor { name: string; kind: "in" | "out" | "attachment" | "tool"; label: string }
export interface OutputDescriptor { name: string; type: string; label: string }
export type SettingKind = "string" | "number" | "integer" | "boolean" | "json" | "list" | "record";
export type Widget = "text" | "textArea" | "code" | "json" | "number" | "slider" | "toggle" | "select" | "slot" | "rows" | "conditions" | "reference";
export interface SettingDescriptor {
  name: string; label: string; kind: SettingKind; widget: Widget; required: boolean; default?: Json; help?: string;
  isTemplate: boolean; slotKind?: SlotKind; min?: number; max?: number; options?: string[]; fields?: SettingDescriptor[]; isDeferred?: boolean; allowsMissing?: boolean;
  /** Of a model's slot: what the model must be able to do. */
  needs?: string[];
}
export interface NodeDescriptor {
  type: string; version: number; name: string; group: NodeGroup; icon: string; description: string; /** One thing that people do with it. */ example?: string; summary: string;
  settings: SettingDescriptor[]; outputs: OutputDescriptor[]; ports: PortDescriptor[];
  isEffect: boolean; isContainer: boolean; isAttachable: boolean;
  /** Names a container's body may reference, e.g. each → { item, index }. */
  bodyNames?: Record<string, Record<string, string>>;
  /** Ports that follow from a list setting: one per entry; `field` names the entry's member (absent: the entry is a string). */
  portsFrom?: { setting: string; prefix: string; field?: string };
  /** Outputs that follow from a list setting of { name, type } (the start node's inputs). */
  outputsFrom?: { setting: string };
}

// ---- problems ----
export interface Problem { code: string; severity: "error" | "warning" | "info"; nodeId?: string; edgeId?: string; path?: string; message: string; fix?: string; /** The part of the text at `path` that is meant: a reference wherever it stands, or a place in it. */ spot?: { reference?: string; line?: number; column?: number } }

// ---- commands: a list of operations applied as one; each has an exact inverse ----
export type Op =
  | { op: "addNode"; node: FlowNode; parent?: string; index?: number } // index: where in its level's list; absent: at the end
  | { op: "removeNode"; id: string }
  | { op: "addEdge"; edge: FlowEdge; parent?: string; index?: number }
  | { op: "removeEdge"; id: string }
  | { op: "moveNode"; id: string; position: Position }
  | { op: "setNode"; id: string; field: "name" | "timeout" | "retry" | "onError" | "join" | "disabled" | "group" | "collapsed" | "typeVersion"; value: Json }
  | { op: "setSetting"; id: string; name: string; value: Json } // null removes it
  | { op: "addNote"; note: FlowNote; index?: number } | { op: "removeNote"; id: string } | { op: "setNote"; note: FlowNote }
  | { op: "addGroup"; group: FlowGroup; index?: number } | { op: "removeGroup"; id: string } | { op: "setGroup"; group: FlowGroup }
  | { op: "setFlow"; field: "name" | "description" | "mode" | "variables" | "slots"; value: Json };
/** What a command does in its author's history. */
export type CommandKind = "edit" | "undo" | "redo";
/** `id` begins with the browser's mark and a dot; `step`: the undoable step it belongs to, or undoes or redoes (absent: its own). */
export interface Command { id: string; baseRevision: number; ops: Op[]; kind?: CommandKind; step?: string }
/** An entry of the document's command log; `inverse` is told of the author's own commands. */
export interface LogEntry { id: string; author: string; kind: CommandKind; step: string; ops: Op[]; inverse?: Op[] }

// ---- GET /api/editor/flows/{flowId} (?own=true: the author's own draft) ----
export interface Option { value: string; label: string; note?: string; /** Of a model: what it can do, in the words of needs. */ can?: string[] }
export interface EditorState {
  document: FlowDocument; revision: number; nodeTypes: NodeDescriptor[]; problems: Problem[];
  bindings: Record<string, string>; options: Partial<Record<SlotKind, Option[]>>;
  lastRunId?: string; canEdit: boolean; canRun: boolean;
  /** Who is editing, and the end of the command log, from which undo knows what that author did. */
  author: string; log: LogEntry[];
}

// ---- methods of the .NET reference handed to mount() ----
export interface DotNetReference { invokeMethodAsync<T>(method: string, ...args: unknown[]): Promise<T> }
/**
 * CommitAsync(command) → CommitResult. A refused command (error set) or a merged one (isMerged) means: reload the document. Conflicts mean that
 * nothing was saved: ChooseAsync(all unsent commands as one) asks the person and answers like CommitAsync, however long that takes.
 */
export interface CommitResult { revision: number; problems: Problem[]; error?: string; isMerged?: boolean; conflicts?: unknown[]; renamed?: Renames }
/** Parts that go by another id now, old to new. */
export interface Renames { nodes: Record<string, string>; edges: Record<string, string>; notes: Record<string, string>; groups: Record<string, string> }
/** BindAsync(slot, value) → BindResult */
export interface BindResult { bindings: Record<string, string>; problems: Problem[] }
/** Further .NET methods: StateChangedAsync({ problems: number, canUndo, canRedo, saved: "saved"|"saving"|"offline", savedAt?: the time of day }). */

export type AppliedCommand = LogEntry & { revision: number };
/** Somebody else who has the flow open, and the node that they have selected. */
export interface Other { name: string; initials: string; colour: string; nodeId?: string }

// ---- mountCompare(): GET /api/editor/flows/{flowId}/compare?from=&to= ----
export interface CompareState { before: FlowDocument; after: FlowDocument; diff: Changes; nodeTypes: NodeDescriptor[] }
/** `from` and `to`: `draft`, `own`, `v3`, `c-` and a checkpoint's id. SelectedAsync(nodeId) tells the host of a click. */
export interface CompareOptions { flowId: string; from: string; to: string; dotnet: DotNetReference; baseUrl?: string; locale?: string }
export interface CompareView { select(nodeId: string): void; dispose(): void }

// ---- what mount() returns; the host calls it ----
export interface Editor {
  applied(command: AppliedCommand): void; // a command of another editor
  others(others: Other[]): void; // who else is here
  checkpoint(): void; // saves what waits, then asks for a name (CheckpointAsync)
  saveAll(): Promise<boolean>; // waits until nothing waits here; false when the host cannot be reached
  bound(result: BindResult): void; // slots that were bound outside of the canvas
  published(): void; // a new version is what callers run now
  select(nodeId: string): void;
  openRun(): void; openProblems(): void; undo(): void; redo(): void; fit(): void;
  document(): FlowDocument;
  dispose(): void;
}
/** `isOwn`: the author's own draft instead of the shared one. */
export interface MountOptions { flowId: string; isOwn?: boolean; dotnet: DotNetReference; baseUrl?: string; locale?: string; /** A past run to bring into the editor. */ runId?: string }

// ---- runs: POST /api/editor/flows/{flowId}/runs with StartRun → { runId }; GET /api/editor/runs/{runId} → RunRow;
//      GET /api/editor/runs/{runId}/events (SSE: id = seq, event = type, data = RunEvent; honours Last-Event-ID and ?from=N);
//      POST /api/editor/runs/{runId}/cancel; POST /api/editor/runs/{runId}/answer with { step, decision, comment? } ----
export interface StartRun {
  input: Record<string, Json>; conversationId?: string;
  /** Run one node (`only`) or everything up to it (`to`), with values of an earlier run where there are any. */
  target?: { node: string; mode: "only" | "to" };
  /** Take unchanged steps from this run's record. Pins and breakpoints of the author count by themselves. */
  replayOf?: string; allowEffects?: boolean;
}
// ---- debugging: GET /api/editor/flows/{flowId}/debug → DebugState; PUT/DELETE …/pins/{node} with Pin (DELETE …/pins: all); PUT/DELETE …/breakpoints/{node};
//      PUT …/inputs with { name, input } → TestInput; DELETE …/inputs/{id}; POST /api/editor/runs/{runId}/continue with { step, decision: continue|stepOver|stop } ----
export interface Pin { outputs: Json; port: string }
export interface TestInput { id: string; name: string; input: Record<string, Json>; author: string; changedAt: string }
export interface DebugState { pins: Record<string, Pin>; breakpoints: string[]; inputs: TestInput[] }
// ---- a draft over the rows of a table: POST /api/editor/flows/{flowId}/batches/check with { csv, mapping } → TableCheck; POST …/batches with { csv, name, mapping, concurrency } → { id };
//      GET …/batches → Batch[]; GET /api/editor/batches/{id}?skip&take → BatchPage; GET …/csv; POST …/cancel ----
export interface TableCheck {
  columns: string[]; inputs: { name: string; type: string; required: boolean; column?: string }[]; rows: number;
  errorCount: number; errors: { row: number; line: number; message: string }[]; sample: string[][];
}
export interface Batch { id: string; name: string; author: string; version: string; columns: string[]; concurrency: number; createdAt: string; endedAt?: string; isCancelled: boolean; counts: Record<string, number> }
export interface BatchItem { number: number; cells: string[]; runId?: string; state: RunState; output?: string; error?: string; durationMs?: number; tokens: number; cost: number }
export interface BatchPage { batch: Batch; items: BatchItem[] }
export type RunState = "queued" | "running" | "waiting" | "completed" | "failed" | "cancelled";
export interface Usage { inputTokens: number; outputTokens: number; cost: number; modelCalls: number }
/** One call of a model in a step. Times in milliseconds. */
export interface CallTrace {
  model: string; totalMs: number; queueMs?: number; loadMs?: number; firstTokenMs?: number; inputTokens: number; outputTokens: number;
  cost?: number; insteadOf?: string; because?: string; error?: string; fromCache?: boolean;
}
export interface RunRow {
  id: string; flowId: string; version: string; state: RunState; startedAt: string; endedAt?: string;
  input: Json; output?: Json; error?: RunError; usage: Usage; conversationId?: string;
}
export interface RunError { code: string; message: string }
export type RunEventType =
  | "run.started" | "step.ready" | "step.started" | "step.waiting" | "step.resumed" | "step.completed" | "step.skipped" | "step.failed"
  | "step.retrying" | "step.cancelled" | "run.waiting" | "run.completed" | "run.failed" | "run.cancelled" | "step.token" | "step.progress";
export interface LargeValue { /** Of its JSON, in bytes. */ size: number; preview: string }
export interface RunEvent {
  /** Absent or 0 for step.token and step.progress. */
  seq?: number; time: string; type: RunEventType; runId?: string;
  /** The step's path: `reply`, `loop#3/reply`, `assistant/turn#2/call#1`; `reply/@break` where the run stopped before it. */
  step?: string; attempt?: number;
  data?: {
    input?: Json; output?: Json; inputs?: Json; outputs?: Json; port?: string; usage?: Usage; calls?: CallTrace[]; durationMs?: number; cached?: boolean;
    error?: RunError; delayMs?: number;
    form?: { title: string; text?: string; decisions: string[]; deadline?: string };
    answer?: { decision: string; comment?: string; by?: string };
    /** run.started: what it was started with. */
    start?: { replayOf?: string; pins?: Record<string, Pin> };
    /** step.token: text from `offset` characters on; `answerNode` is the answer it streams to. */
    offset?: number; text?: string; answerNode?: string; message?: string;
    /** step.progress: a picture as it is so far, as a data address. */
    preview?: string;
    /** Values that are not here because they are too large. */
    large?: { input?: LargeValue; output?: LargeValue; inputs?: LargeValue; outputs?: LargeValue };
  };
}
/** A run's output: `text` and `citations` of its answers, beside named outputs in task mode. */
export interface Citation { n: number; chunkId: string; title: string; page?: number; quote?: string }
