// What stands in a template: Liquid outputs and tags, and which of them are a plain reference.

export interface TemplatePart {
  kind: "output" | "tag";
  from: number;
  to: number;
  /** Without the braces and the surrounding blanks. */
  text: string;
  /** Set where the output is one path, perhaps with filters. */
  reference?: { path: string; root: string; rest: string; filters: string };
}

const part = /\{\{-?([\s\S]*?)-?\}\}|\{%-?([\s\S]*?)-?%\}/g;
const reference = /^([a-zA-Z_][\w-]*)((?:\.[\w-]+|\[\s*(?:\d+|"[^"]*"|'[^']*')\s*\])*)\s*((?:\|[\s\S]*)?)$/;
const constants = new Set(["true", "false", "nil", "null", "blank", "empty"]);

export function templateParts(text: string): TemplatePart[] {
  return [...text.matchAll(part)].map(match => {
    const inner = (match[1] ?? match[2] ?? "").trim();
    const base = { from: match.index, to: match.index + match[0].length, text: inner };
    if (match[1] === undefined) return { kind: "tag", ...base };
    const found = reference.exec(inner);
    if (!found || constants.has(found[1]!)) return { kind: "output", ...base };
    return { kind: "output", ...base, reference: { root: found[1]!, rest: found[2]!, path: found[1]! + found[2]!, filters: found[3]!.trim() } };
  });
}

/** Names that the template makes itself (`for`, `assign`, `capture`): references to them are not broken. */
export function localNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const found of templateParts(text)) {
    if (found.kind !== "tag") continue;
    const match = /^(?:for|tablerow)\s+([\w-]+)|^(?:assign|capture|increment|decrement)\s+([\w-]+)/.exec(found.text);
    if (match) names.add((match[1] ?? match[2])!);
    if (/^(?:for|tablerow)\b/.test(found.text)) names.add("forloop");
  }
  return names;
}

/** True when the whole text is one `{{ path }}` and nothing else: its value is passed on unrendered. */
export function isSingleReference(text: string): boolean {
  const parts = templateParts(text);
  return parts.length === 1 && parts[0]!.reference !== undefined && text.trim().length === parts[0]!.to - parts[0]!.from;
}

/** Where typing asks for a value: after `{{`, or after `/` at the start of a word. Returns what was typed since. */
export function pickerTrigger(before: string): { from: number; query: string } | undefined {
  const braces = /\{\{-?\s*([\w.]*)$/.exec(before);
  if (braces) return { from: braces.index, query: braces[1]! };
  const slash = /(^|[\s("'[,:>])\/([\w.]*)$/.exec(before);
  return slash ? { from: slash.index + slash[1]!.length, query: slash[2]! } : undefined;
}
