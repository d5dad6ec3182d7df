// What the caller gets of a run: the text of its answers as it grows, their citations, and named outputs.
import type { Citation, Json } from "../contract";
import { isOver, nodeOf, type RunModel } from "./runModel";

export interface Answer { text: string; citations: Citation[]; streaming: boolean; values: Record<string, Json> }

export function answerOf(model: RunModel, answerNodes: ReadonlySet<string>): Answer {
  const output = asRecord(model.output);
  const over = isOver(model.state);
  const finalText = output?.text;
  if (over && model.largeOutput) {
    const begun = asRecord(begunJson(model.largeOutput.value.preview))?.text;
    return { text: typeof begun === "string" ? `${begun} …` : "", citations: [], streaming: false, values: {} };
  }
  if (over && typeof finalText === "string") {
    return { text: finalText, citations: citationsOf(output?.citations), streaming: false, values: named(output) };
  }
  const parts = new Map<string, { text: string; citations: Citation[] }>();
  for (const step of model.steps.values()) {
    const node = nodeOf(step.path);
    if (answerNodes.has(node) && step.state === "completed") {
      const outputs = asRecord(step.outputs);
      parts.set(node, { text: asText(outputs?.text) || (parts.get(node)?.text ?? ""), citations: citationsOf(outputs?.citations) });
    } else if (step.answer && step.text && !parts.get(step.answer)?.citations.length) {
      parts.set(step.answer, { text: step.text, citations: [] });
    }
  }
  const all = [...parts.values()];
  return {
    text: all.map(part => part.text).filter(Boolean).join("\n\n"), citations: all.flatMap(part => part.citations),
    streaming: !over, values: named(output),
  };
}

/** The question of a chat run, from its recorded input. */
export function questionOf(model: RunModel, messageInput: string | undefined): string | undefined {
  const input = asRecord(model.largeInput ? begunJson(model.largeInput.value.preview) : model.input);
  if (!input) return undefined;
  const chosen = messageInput === undefined ? Object.values(input).find(value => typeof value === "string") : input[messageInput];
  return typeof chosen === "string" ? chosen : undefined;
}

/** A large value as far as its preview goes, where that was cut inside one of its texts. */
function begunJson(preview: string): Json | undefined {
  try {
    return JSON.parse(`${preview}"}`) as Json;
  } catch {
    return undefined;
  }
}

function named(output: Record<string, Json> | undefined): Record<string, Json> {
  if (!output) return {};
  return Object.fromEntries(Object.entries(output).filter(([key]) => key !== "text" && key !== "citations"));
}

function asText(value: Json | undefined): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

function citationsOf(value: Json | undefined): Citation[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap(item => {
    const record = asRecord(item);
    return record && typeof record.n === "number" ? [record as unknown as Citation] : [];
  });
}

function asRecord(value: Json | undefined): Record<string, Json> | undefined {
  return value && typeof value === "object" && !Array.isArray(value) ? value : undefined;
}
