// What the author set to debug the draft: pinned outputs and breakpoints (the author's own), and test inputs (the workspace's). The host keeps it all.
import type { Bridge } from "../bridge";
import type { FlowDocument, FlowNode, Json, NodeDescriptor, Pin, TestInput } from "../contract";
import { findNode, indexOf } from "../kernel/document";
import { isAttached, outputsOf } from "../kernel/ports";
import { stepsOf, type RunModel } from "../run/runModel";
import type { EditorStore } from "../store";
import { strings } from "../strings";

export interface DebugView { pins: ReadonlyMap<string, Pin>; breakpoints: ReadonlySet<string>; inputs: readonly TestInput[] }
export const noDebug: DebugView = { pins: new Map(), breakpoints: new Set(), inputs: [] };

const retryMs = 5000;

export class Debugger {
  private isLoaded = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly unsubscribe: () => void;

  constructor(private readonly editor: EditorStore, private readonly bridge: Bridge, private readonly shownRun: () => RunModel | undefined) {
    editor.debug = this;
    this.unsubscribe = editor.subscribe(() => this.load());
    this.load();
  }

  dispose(): void {
    this.unsubscribe();
    clearTimeout(this.retry);
    this.editor.debug = undefined;
  }

  private load(): void {
    if (this.isLoaded || this.editor.state().status !== "ready") return;
    this.isLoaded = true;
    this.bridge.loadDebug().then(
      (state) => this.set({ pins: new Map(Object.entries(state.pins)), breakpoints: new Set(state.breakpoints), inputs: state.inputs }),
      () => { this.retry = setTimeout(() => { this.isLoaded = false; this.load(); }, retryMs); });
  }

  private set(change: Partial<DebugView>): void { this.editor.set({ debugging: { ...this.editor.state().debugging, ...change } }); }

  // ---- pins ----

  /** Pins what the node gave in the shown run, or takes the pin away; where it gave nothing, opens the editor. */
  async togglePin(nodeId: string): Promise<void> {
    const { debugging, document, nodeTypes, canRun } = this.editor.state();
    if (!canRun || !canPin(document, nodeTypes, nodeId)) return;
    if (debugging.pins.has(nodeId)) return this.unpin(nodeId);
    const given = lastPin(this.shownRun(), nodeId);
    if (!given) { this.editor.set({ pinEditing: nodeId }); return; }
    try { await this.pin(nodeId, given); }
    catch (error) { this.failed(error); }
  }

  /** Throws what the host says when the value does not fit the node. */
  async pin(nodeId: string, pin: Pin): Promise<void> {
    await this.bridge.pin(nodeId, pin);
    this.set({ pins: new Map(this.editor.state().debugging.pins).set(nodeId, pin) });
  }

  async unpin(nodeId: string): Promise<void> {
    const pins = new Map(this.editor.state().debugging.pins);
    pins.delete(nodeId);
    try { await this.bridge.unpin(nodeId); this.set({ pins }); }
    catch (error) { this.failed(error); }
  }

  async unpinAll(): Promise<void> {
    try { await this.bridge.unpin(); this.set({ pins: new Map() }); }
    catch (error) { this.failed(error); }
  }

  // ---- breakpoints ----

  async toggleBreakpoint(nodeId: string): Promise<void> {
    const { debugging, document, canRun } = this.editor.state();
    if (!canRun || !findNode(document, nodeId) || isAttached(document, nodeId)) return;
    const breakpoints = new Set(debugging.breakpoints);
    const on = !breakpoints.delete(nodeId);
    if (on) breakpoints.add(nodeId);
    try { await this.bridge.setBreakpoint(nodeId, on); this.set({ breakpoints }); }
    catch (error) { this.failed(error); }
  }

  // ---- test inputs ----

  async saveInput(name: string, input: Record<string, Json>): Promise<void> {
    const saved = await this.bridge.saveInput(name, input);
    const others = this.editor.state().debugging.inputs.filter((one) => one.id !== saved.id);
    this.set({ inputs: [...others, saved].sort((a, b) => a.name.localeCompare(b.name)) });
  }

  async deleteInput(id: string): Promise<void> {
    try { await this.bridge.deleteInput(id); this.set({ inputs: this.editor.state().debugging.inputs.filter((one) => one.id !== id) }); }
    catch (error) { this.failed(error); }
  }

  private failed(error: unknown): void { this.editor.toast(strings.debug.failed(error instanceof Error ? error.message : String(error)), "error"); }
}

/** Nodes of a graph can be pinned; what hangs below an agent is called with other arguments each time, and a start node's outputs are the input. */
export function canPin(document: FlowDocument, types: ReadonlyMap<string, NodeDescriptor>, nodeId: string): boolean {
  const node = indexOf(document).nodes.get(nodeId)?.node;
  return node !== undefined && types.get(node.type)?.outputsFrom?.setting !== "inputs" && !isAttached(document, nodeId);
}

/** What the node gave last in this run. */
export function lastPin(model: RunModel | undefined, nodeId: string): Pin | undefined {
  const step = model && stepsOf(model, nodeId).findLast((one) => one.state === "completed" && one.outputs !== undefined && one.outputs !== null);
  return step && { outputs: step.outputs!, port: step.port ?? "out" };
}

/** An object with the node's outputs to fill in. */
export function skeleton(node: FlowNode | undefined, type: NodeDescriptor | undefined): Json {
  const empty = (kind: string): Json => kind === "string" ? "" : kind === "number" || kind === "integer" ? 0 : kind === "boolean" ? false : kind.startsWith("array") ? [] : kind === "object" ? {} : null;
  return Object.fromEntries((node ? outputsOf(node, type) : []).map((output) => [output.name, empty(output.type)]));
}
