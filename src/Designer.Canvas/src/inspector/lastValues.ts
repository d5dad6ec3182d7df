// What a reference's first name stood for in the shown run: the values that previews and hovers show.
import type { FlowDocument, Json } from "../contract";
import { findNode, parentOf } from "../kernel/document";
import type { NodeTypes } from "../kernel/ports";
import { stepsOf, type RunModel } from "../run/runModel";

export interface Known { document: FlowDocument; types: NodeTypes; model: RunModel | undefined; /** What the next run takes in place of a node's outputs. */ pinned?: (nodeId: string) => Json | undefined }

/** `search` → its last outputs, `each` → the last item of the loop around the node, `vars` → the flow's defaults. Undefined where nothing is known. */
export function rootValue({ document, types, model, pinned }: Known, nodeId: string, root: string): Json | undefined {
  if (root === "vars") return Object.fromEntries((document.variables ?? []).map(({ name, default: value }) => [name, value ?? null]));
  const pin = pinned?.(root);
  if (pin !== undefined) return pin;
  if (!model) return undefined;
  if (findNode(document, root)) return outputsOf(model, root);
  if (root === "run") return { id: model.runId, now: new Date(model.startedAt ?? Date.now()).toISOString() };
  return loopValue(document, types, model, nodeId, root);
}

function outputsOf(model: RunModel, nodeId: string): Json | undefined {
  const step = stepsOf(model, nodeId).filter((one) => one.outputs !== undefined || one.error !== undefined).at(-1);
  if (step?.error) return { error: step.error as unknown as Json };
  return step?.outputs ?? undefined;
}

function loopValue(document: FlowDocument, types: NodeTypes, model: RunModel, nodeId: string, root: string): Json | undefined {
  for (let at: string | undefined = nodeId; at !== undefined; at = parentOf(document, at)) {
    const node = findNode(document, at);
    if (!node || !types.get(node.type)?.bodyNames?.[root]) continue;
    const inputs = stepsOf(model, node.id).at(-1)?.inputs;
    const items = inputs && typeof inputs === "object" && !Array.isArray(inputs) ? inputs["items"] : undefined;
    if (root !== "each" || !Array.isArray(items) || items.length === 0) return undefined;
    const index = Math.min(lastIteration(model, node.id), items.length - 1);
    return { item: items[index]!, index };
  }
  return undefined;
}

function lastIteration(model: RunModel, loop: string): number {
  let last = 0;
  for (const path of model.steps.keys()) {
    const found = new RegExp(`(?:^|/)${loop}#(\\d+)/`).exec(path);
    if (found) last = Math.max(last, Number(found[1]));
  }
  return last;
}

/** A value in few characters, for a hover or a list. */
export function short(value: Json, most = 200): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
