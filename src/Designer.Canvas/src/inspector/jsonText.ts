// JSON settings as people type them. In a template setting a plain text, e.g. one reference, may stand for itself.
import type { Json } from "../contract";

export type ReadJson = { value: Json | undefined; error?: undefined } | { value?: undefined; error: string };

export function jsonToText(value: Json | undefined, isTemplate: boolean): string {
  if (value === undefined || value === null) return "";
  if (isTemplate && typeof value === "string" && readsAsText(value)) return value;
  return JSON.stringify(value, null, 2);
}

export function textToJson(text: string, isTemplate: boolean): ReadJson {
  if (text.trim() === "") return { value: undefined };
  try { return { value: JSON.parse(text) as Json }; } catch (error) {
    if (isTemplate && readsAsText(text)) return { value: text };
    return { error: error instanceof Error ? error.message.replace(/^JSON\.parse: /, "") : String(error) };
  }
}

// Text that would come back as the same text: it neither is JSON nor begins like an object, a list or a quoted text.
function readsAsText(text: string): boolean {
  const start = text.trim();
  if (start === "" || start.startsWith("[") || start.startsWith("\"") || (start.startsWith("{") && !start.startsWith("{{") && !start.startsWith("{%"))) return false;
  try { JSON.parse(text); return false; } catch { return true; }
}
