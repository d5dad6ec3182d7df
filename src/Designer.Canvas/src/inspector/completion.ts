// What the editor offers at the caret: values, and inside code Liquid's filters and tags. Text in, choices out.
import { blocks, filters, tags } from "./liquid";
import { filterValues, type Lookup } from "./lookup";
import type { ReachableValue } from "./reachable";
import { pickerTrigger } from "./template";

export interface Wanted { kind: "value" | "filter" | "tag"; from: number; query: string; /** Between braces: a value is its path alone. */ isInside: boolean }
export type Choice = { kind: "value"; key: string; value: ReachableValue } | { kind: "filter" | "tag"; key: string; sample: string };

/** What is asked for at the end of `before`, a line's text up to the caret (or the whole text's: code may run over lines). */
export function wantedAt(before: string, isBare: boolean, isAsked = false): Wanted | undefined {
  const open = isBare && !before.includes("{{") ? 0 : openCode(before);
  if (open === undefined) return pickerOutside(before, isAsked);
  const isTag = before.startsWith("{%", open);
  const start = before.startsWith("{{", open) || isTag ? open + 2 + (before[open + 2] === "-" ? 1 : 0) : open;
  const code = before.slice(start);
  if (isInText(code)) return undefined;
  const word = /[\w.-]*$/.exec(code)![0].replace(/^[-.]+/, "");
  const from = before.length - word.length;
  const ahead = code.slice(0, code.length - word.length).trimEnd();
  if (ahead.endsWith("|")) return { kind: "filter", from, query: word, isInside: true };
  if (ahead === "" && isTag) return { kind: "tag", from, query: word, isInside: true };
  // `{{` at the very beginning: the whole reference is put there, with its braces.
  if (ahead === "" && before.startsWith("{{", open)) return { kind: "value", from: open, query: word, isInside: false };
  return /^[A-Za-z_]/.test(word) || (isAsked && word === "") ? { kind: "value", from, query: word, isInside: true } : undefined;
}

function pickerOutside(before: string, isAsked: boolean): Wanted | undefined {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const trigger = pickerTrigger(line);
  if (trigger) return { kind: "value", from: before.length - line.length + trigger.from, query: trigger.query, isInside: false };
  return isAsked ? { kind: "value", from: before.length, query: "", isInside: false } : undefined;
}

/** Where the code begins that is still open at the end of the text. */
function openCode(before: string): number | undefined {
  const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  return open < 0 || before.slice(open).includes(before.startsWith("{{", open) ? "}}" : "%}") ? undefined : open;
}

/** Whether the end stands in a quoted text. */
function isInText(code: string): boolean {
  let quote: string | undefined;
  for (const letter of code) if (quote === undefined ? letter === '"' || letter === "'" : letter === quote) quote = quote === undefined ? letter : undefined;
  return quote !== undefined;
}

/** What can stand there, best first. */
export function choicesFor(wanted: Wanted, lookup: Lookup): Choice[] {
  if (wanted.kind === "value") {
    const all = filterValues(lookup.values, wanted.query);
    const found = wanted.isInside ? all.filter(value => startsAWord(value, wanted.query)) : all;
    return isAlready(found, wanted) ? [] : found.map(value => ({ kind: "value", key: value.path, value }));
  }
  const table = wanted.kind === "filter" ? filters : tags;
  const query = wanted.query.toLowerCase();
  const names = Object.keys(table).filter(name => name.startsWith(query) || (query.length > 1 && name.includes(query))).sort((a, b) => Number(b.startsWith(query)) - Number(a.startsWith(query)));
  return names.length === 1 && names[0] === query ? [] : names.map(name => ({ kind: wanted.kind as "filter" | "tag", key: name, sample: table[name]! }));
}

const startsAWord = (value: ReachableValue, query: string): boolean => {
  const text = query.toLowerCase();
  return value.path.startsWith(text) || value.name.toLowerCase().startsWith(text) || value.owner.toLowerCase().startsWith(text);
};
/** Written out already: Enter is to end the line again. */
const isAlready = (found: readonly ReachableValue[], wanted: Wanted): boolean => wanted.isInside && found.length === 1 && found[0]!.path === wanted.query;

export interface Written { text: string; /** How much of what follows is replaced, too. */ eaten: number; /** What of the text is selected then. */ anchor: number; head: number }

/** The text that a choice puts in place of what was typed between `before` and `after`. */
export function textOfChoice(choice: Choice, wanted: Wanted, before: string, after: string): Written {
  if (choice.kind === "value") {
    const text = wanted.isInside ? choice.value.path : `{{ ${choice.value.path} }}`;
    return { text, eaten: wanted.isInside ? 0 : /^\s*-?\}\}/.exec(after)?.[0].length ?? 0, anchor: text.length, head: text.length };
  }
  const gap = /[|%-]$/.test(before) ? " " : "";
  const call = choice.sample === "" ? choice.key : `${choice.key}${choice.kind === "filter" ? ":" : ""} ${choice.sample}`;
  const isClosed = choice.kind === "filter" || /^[^{]*%\}/.test(after);
  const text = `${gap}${call}${isClosed ? "" : ` %}${choice.key in blocks ? `{% end${choice.key} %}` : ""}`}`;
  // The first thing to fill in; without one, all that the sample holds.
  const slot = /…|(?<=")field(?=")/.exec(call);
  const anchor = gap.length + (choice.sample === "" ? call.length : slot?.index ?? call.length - choice.sample.length);
  return { text, eaten: 0, anchor, head: choice.sample === "" ? anchor : slot ? anchor + slot[0].length : gap.length + call.length };
}
