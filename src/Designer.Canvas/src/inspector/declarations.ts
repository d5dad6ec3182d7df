// Declared names: a start node's inputs and a flow's variables. Both are lists of { name, type, … } in the document.
import type { Json } from "../contract";
import { jsonToText, textToJson } from "./jsonText";

export type Declaration = Record<string, Json> & { name: string; type: string };

export const flowTypes = ["string", "number", "integer", "boolean", "object", "array<string>", "array<any>", "file", "image", "array<file>", "array<image>", "message", "document", "chunk", "any"];

export function readDeclarations(value: Json | undefined): Declaration[] {
  if (!Array.isArray(value)) return [];
  return value.map(item => {
    const record = item && typeof item === "object" && !Array.isArray(item) ? item : {};
    return { ...record, name: typeof record.name === "string" ? record.name : "", type: typeof record.type === "string" ? record.type : "string" };
  });
}

export function nameError(all: readonly Declaration[], at: number, name: string): "bad" | "taken" | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "bad";
  return all.some((other, i) => i !== at && other.name === name) ? "taken" : undefined;
}

export function freeName(all: readonly Declaration[], wanted: string): string {
  const names = new Set(all.map(one => one.name));
  if (!names.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!names.has(`${wanted}${n}`)) return `${wanted}${n}`;
}

/** A default as it is typed: texts stand for themselves, everything else is JSON. */
export const defaultToText = (value: Json | undefined, type: string): string => (type === "string" && typeof value === "string" ? value : jsonToText(value, true));

export function textToDefault(text: string, type: string): { value: Json | undefined } | { error: string } {
  if (text === "") return { value: undefined };
  if (type === "string") return { value: text };
  const read = textToJson(text, false);
  return read.error === undefined ? { value: read.value } : { error: read.error };
}

/** The declaration without what is empty, in a steady order of keys. */
export function withMember(one: Declaration, name: string, value: Json | undefined): Declaration {
  const next = { ...one };
  if (value === undefined || value === "" || value === false) delete next[name]; else next[name] = value;
  return next;
}
