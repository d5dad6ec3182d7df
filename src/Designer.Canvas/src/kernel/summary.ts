// The one line on a node's face: the type's summary with `{setting}` replaced by what the node is set to.
import type { FlowNode, Json, NodeDescriptor } from "../contract";
import { strings } from "../strings";

/** Gives a slot's name the words of what it is bound to, where it is. */
export type SlotWords = (slot: string) => string | undefined;

export function summaryOf(node: FlowNode, descriptor: NodeDescriptor | undefined, slotWords: SlotWords = () => undefined): string {
  if (!descriptor) return strings.canvas.unknownType(node.type);
  const valueOf = (name: string): string => {
    const value = node.settings?.[name] ?? descriptor.settings.find((setting) => setting.name === name)?.default;
    return value === undefined ? "" : words(value, slotWords);
  };
  // A part between the dots whose settings are all empty would be noise.
  const parts = descriptor.summary.split(" · ").map((part) => {
    let filled = false;
    let holes = 0;
    const text = part.replace(/\{(\w+)\}/g, (_, name: string) => {
      holes++;
      const value = valueOf(name);
      filled ||= value !== "";
      return value;
    });
    return holes === 0 || filled ? text.trim() : "";
  });
  return parts.filter((part) => part !== "").join(" · ") || descriptor.name;
}

function words(value: Json, slotWords: SlotWords): string {
  if (value === null) return "";
  if (typeof value === "string") return readable(value, slotWords);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map((item) => entryWords(item, slotWords)).filter((text) => text !== "").join(" · ");
  return entryWords(value, slotWords);
}

function entryWords(entry: Json, slotWords: SlotWords): string {
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) return words(entry, slotWords);
  const named = entry["name"] ?? entry["text"] ?? entry["title"];
  if (typeof named === "string") return readable(named, slotWords);
  return Object.values(entry).filter((part) => part !== null && typeof part !== "object").map((part) => words(part, slotWords)).join(" ");
}

function readable(text: string, slotWords: SlotWords): string {
  if (text.startsWith("@slot:")) {
    const slot = text.slice("@slot:".length);
    return slotWords(slot) ?? slot;
  }
  return referencesReadable(text).replace(/\s+/g, " ").trim().slice(0, 120);
}

/** `Answer {{ start.question }} from {{ search.chunks | context }}` → `Answer question from chunks`. */
export function referencesReadable(text: string): string {
  return text.replace(/\{%[^%]*%\}/g, "").replace(/\{\{\s*([^}|]+?)\s*(\|[^}]*)?\}\}/g, (_, path: string) => {
    const last = path.split(".").at(-1) ?? path;
    return last.replace(/^["']|["']$/g, "");
  });
}
