// The form of a run's inputs, made from the start node: what the fields hold as text, and the JSON they stand for.
import { isFileType } from "../files/files";
import type { FlowDocument, Json } from "../contract";

export interface InputField { name: string; type: string; required: boolean; default?: Json; description?: string }
export type FieldTexts = Record<string, string>;

export function inputsOf(document: FlowDocument): InputField[] {
  const start = document.nodes.find(node => node.type === "start" || node.type.startsWith("start."));
  const inputs = start?.settings?.inputs;
  if (!Array.isArray(inputs)) return [];
  return inputs.flatMap(item => {
    if (!item || typeof item !== "object" || Array.isArray(item) || typeof item.name !== "string" || item.name === "") return [];
    return [{
      name: item.name, type: typeof item.type === "string" ? item.type : "string", required: item.required === true,
      default: item.default ?? undefined, description: typeof item.description === "string" ? item.description : undefined,
    }];
  });
}

/** In a chat the first input that takes files hangs at the message. */
export function attachmentInput(fields: InputField[]): InputField | undefined {
  return fields.find(field => isFileType(field.type));
}

/** In a chat the first text input carries the message. */
export function messageInput(fields: InputField[]): string | undefined {
  return fields.find(field => field.type === "string")?.name;
}

export function textOf(value: Json | undefined): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Values to send, and what is wrong by field. An empty field takes the default or is left out. */
export function readInputs(fields: InputField[], texts: FieldTexts): { input: Record<string, Json>; errors: Record<string, string> } {
  const input: Record<string, Json> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const text = texts[field.name] ?? textOf(field.default);
    if (text.trim() === "" && field.type !== "boolean") {
      if (field.required) errors[field.name] = "required";
      continue;
    }
    const value = read(field.type, text);
    if (value === undefined) errors[field.name] = errorOf(field.type); else input[field.name] = value;
  }
  return { input, errors };
}

function read(type: string, text: string): Json | undefined {
  switch (type) {
    case "string": return text;
    case "number": case "integer": {
      const value = Number(text.trim());
      return Number.isFinite(value) && (type === "number" || Number.isInteger(value)) ? value : undefined;
    }
    case "boolean": return text === "true";
    default: return readJson(type, text);
  }
}

function readJson(type: string, text: string): Json | undefined {
  let value: Json;
  try { value = JSON.parse(text) as Json; } catch { return type === "any" ? text : undefined; }
  if (type.startsWith("array")) return Array.isArray(value) ? value : undefined;
  if (type === "any") return value;
  return value && typeof value === "object" && !Array.isArray(value) ? value : undefined;
}

function errorOf(type: string): string {
  if (type === "number" || type === "integer") return type;
  return type.startsWith("array") ? "array" : "object";
}
