// Sub-flows on the canvas: a selection becomes one, one becomes its nodes, and one opens by a double click.
import type { FlowDocument, FlowNode } from "../contract";
import type { Bridge } from "../bridge";
import { findNode } from "../kernel/document";
import { planExtract, subflowType } from "../kernel/extract";
import { wholeGroups } from "../kernel/groups";
import { planInline } from "../kernel/inline";
import type { EditorStore } from "../store";
import { strings } from "../strings";

const words = strings.subflow;

/** Makes a published flow of the selection and puts a node that calls it in its place. */
export async function extractSelection(store: EditorStore, bridge: Bridge): Promise<void> {
  const { document, nodeTypes, selection, options } = store.state();
  const name = wholeGroups(document, selection)[0]?.group.title ?? nameFor(findNode(document, selection[0] ?? "")?.name ?? document.name, selection.length);
  const plan = planExtract(document, nodeTypes, selection, name);
  if (typeof plan === "string") return store.toast(words.refused[plan], "error");
  try {
    const made = await bridge.extract(plan.document);
    // Meanwhile others may have changed what was taken out; the plan is made again on what is there now.
    const now = planExtract(store.state().document, nodeTypes, selection, name);
    if (typeof now === "string") return store.toast(words.refused[now], "error");
    store.set({ options: { ...store.state().options, flow: [...(options.flow ?? []), { value: made.slug, label: made.name, note: `v${made.version}` }] } });
    if (!store.commit(now.ops, strings.steps.extract)) return;
    store.select([now.nodeId]);
    await bridge.bind(now.slot, made.slug);
    store.toast(words.extracted(made.name));
  } catch (error) { store.toast(words.notMade(error instanceof Error ? error.message : String(error)), "error"); }
}

const nameFor = (first: string, count: number): string => (count > 1 ? words.newName(first) : first);

/** Puts the sub-flow's own nodes in the place of the node that calls it. */
export async function inlineSubflow(store: EditorStore, bridge: Bridge, id: string): Promise<void> {
  const called = calledBy(store, id);
  if (called === undefined) return store.toast(words.unbound, "error");
  try {
    const sub = await bridge.subFlow(called);
    const { document, nodeTypes, bindings } = store.state();
    const plan = planInline(document, nodeTypes, id, sub, bindings);
    if (typeof plan === "string") return store.toast(words.notInlined[plan], "error");
    if (!store.commit(plan.ops, strings.steps.inline)) return;
    store.select(plan.ids);
    for (const [slot, value] of Object.entries(plan.bind)) await bridge.bind(slot, value);
  } catch (error) { store.toast(words.notFound(error instanceof Error ? error.message : String(error)), "error"); }
}

export const isSubflow = (node: FlowNode | undefined): boolean => node?.type === subflowType;

/** Opens the called flow's editor; the way back stands in its top bar. */
export function openSubflow(store: EditorStore, id: string): void {
  const called = calledBy(store, id)?.split("@")[0];
  if (called === undefined) return store.openInspector();
  const here = decodeURIComponent(/\/flows\/([^/]+)/.exec(location.pathname)?.[1] ?? "");
  const from = [...(new URLSearchParams(location.search).get("from") ?? "").split("/"), here].filter(Boolean).join("/");
  location.assign(`/flows/${encodeURIComponent(called)}${from === "" ? "" : `?from=${encodeURIComponent(from)}`}`);
}

function calledBy(store: EditorStore, id: string): string | undefined {
  const { document, bindings } = store.state();
  return flowOf(document, bindings, id);
}

function flowOf(document: FlowDocument, bindings: Readonly<Record<string, string>>, id: string): string | undefined {
  const value = findNode(document, id)?.settings?.["flow"];
  if (typeof value !== "string" || value === "") return undefined;
  return value.startsWith("@slot:") ? bindings[value.slice("@slot:".length)] : value;
}
