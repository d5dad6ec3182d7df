// Liquid as the editor needs it: where code stands in a text, of which words it is made, and what is surely wrong with it. The server reads
// the text again and has the last word; here it is marked where it stands, while it is written.
import type { Problem } from "../contract";
import { strings } from "../strings";
import words from "./liquid.json";
import { find, segments, type Lookup } from "./lookup";
import { templateParts } from "./template";

export const filters: Readonly<Record<string, string>> = words.filters;
export const tags: Readonly<Record<string, string>> = words.tags;
/** What stands between a tag and its end, by the tag; the end is called `end` and the tag's name. */
export const blocks: Readonly<Record<string, readonly string[]>> = words.blocks;

export type TokenKind = "keyword" | "filter" | "string" | "number" | "operator" | "path" | "name";
export interface Token { kind: TokenKind; from: number; to: number; text: string }
/** A range of the text that is wrong, or doubtful. */
export interface Fault { from: number; to: number; severity: "error" | "warning"; message: string }

const keywords = new Set(["and", "or", "not", "contains", "startswith", "endswith", "in", "true", "false", "nil", "null", "blank", "empty", "reversed"]);
const token = /"[^"]*"?|'[^']*'?|\d+(?:\.\d+)?|[A-Za-z_][\w-]*(?:\s*\.\s*[A-Za-z_][\w-]*|\s*\[\s*(?:\d+|"[^"]*"|'[^']*')\s*\])*|==|!=|<>|<=|>=|\.\.|[<>|:,=()]/g;

/** The words of a piece of code that begins at `offset` of the text. */
export function tokensOf(code: string, offset: number, isTag: boolean): Token[] {
  const found: Token[] = [];
  for (const match of code.matchAll(token)) {
    const text = match[0];
    const before = found.at(-1)?.text;
    const after = code.slice(match.index + text.length).trimStart();
    const kind: TokenKind = /^["']/.test(text) ? "string" : /^\d/.test(text) ? "number" : !/^[A-Za-z_]/.test(text) ? "operator"
      : before === "|" ? "filter" : (isTag && found.length === 0) || keywords.has(text) || (after.startsWith(":") && !isTag) ? "keyword" : /[.[]/.test(text) ? "path" : isTag && after.startsWith(":") ? "keyword" : "name";
    found.push({ kind, from: offset + match.index, to: offset + match.index + text.length, text });
  }
  return found;
}

export interface Code { kind: "output" | "tag" | "bare"; from: number; to: number; tokens: Token[] }

/** All code of a text, in order; what stands in `raw` and `comment` is none. Bare: the whole text is one condition. */
export function codeOf(text: string, isBare = false): Code[] {
  if (isBare && !text.includes("{{")) return [{ kind: "bare", from: 0, to: text.length, tokens: tokensOf(text, 0, false) }];
  const found: Code[] = [];
  let quiet: string | undefined;
  for (const part of templateParts(text)) {
    const name = part.kind === "tag" ? /^[\w#]+/.exec(part.text)?.[0] : undefined;
    if (quiet !== undefined && name !== `end${quiet}`) continue;
    quiet = name === "raw" || name === "comment" ? name : undefined;
    const inner = text.indexOf(part.text, part.from + 2);
    found.push({ kind: part.kind, from: part.from, to: part.to, tokens: name?.startsWith("#") ? [] : tokensOf(part.text, inner, part.kind === "tag") });
  }
  return found;
}

/** What is wrong in a text: with its braces, its tags and filters, its references, and what the server found there. */
export function faultsIn(text: string, lookup: Lookup, problems: readonly Problem[] = [], isBare = false): Fault[] {
  const code = codeOf(text, isBare);
  return [...unclosed(text, isBare), ...code.flatMap(one => wordFaults(one, text, lookup)), ...blockFaults(code), ...problems.flatMap(problem => spotsOf(problem, text, code))];
}

function unclosed(text: string, isBare: boolean): Fault[] {
  if (isBare) return [];
  let rest = text;
  for (const part of templateParts(text)) rest = rest.slice(0, part.from) + " ".repeat(part.to - part.from) + rest.slice(part.to);
  return [...rest.matchAll(/\{\{|\{%/g)].map(match => ({ from: match.index, to: match.index + 2, severity: "error", message: strings.liquid.unclosed(match[0] === "{{" ? "}}" : "%}") }));
}

function wordFaults({ kind, tokens }: Code, text: string, lookup: Lookup): Fault[] {
  return tokens.flatMap((one, i): Fault[] => {
    if (one.kind === "filter" && !(one.text in filters)) return [{ ...spanOf(one), severity: "error", message: strings.liquid.noFilter(one.text) }];
    if (kind === "tag" && i === 0 && !isTagName(one.text)) return [{ ...spanOf(one), severity: "error", message: strings.liquid.noTag(one.text) }];
    if (one.kind !== "path") return [];
    const path = one.text.replace(/\s+/g, "");
    const root = segments(path)[0]!;
    return find(lookup, { path, root, rest: path.slice(root.length), filters: "" }, text).state === "broken" ? [{ ...spanOf(one), severity: "error", message: strings.picker.broken(path) }] : [];
  });
}

const spanOf = ({ from, to }: Token): { from: number; to: number } => ({ from, to });
const isTagName = (name: string): boolean => name in tags || Object.entries(blocks).some(([block, inner]) => name === `end${block}` || inner.includes(name));

/** Tags that are not ended, and ends without a beginning. */
function blockFaults(code: readonly Code[]): Fault[] {
  const faults: Fault[] = [];
  const open: Token[] = [];
  for (const { kind, tokens } of code) {
    const name = kind === "tag" ? tokens[0] : undefined;
    if (!name) continue;
    if (name.text in blocks) open.push(name);
    else if (name.text.startsWith("end") && isTagName(name.text)) {
      if (open.at(-1)?.text === name.text.slice(3)) open.pop();
      else faults.push({ ...spanOf(name), severity: "error", message: strings.liquid.noBegin(name.text.slice(3)) });
    }
  }
  return [...faults, ...open.map((name): Fault => ({ ...spanOf(name), severity: "error", message: strings.liquid.noEnd(name.text) }))];
}

/** Where in the text a problem that the server found stands. */
function spotsOf(problem: Problem, text: string, code: readonly Code[]): Fault[] {
  const { spot } = problem;
  const severity = problem.severity === "error" ? "error" : "warning";
  const message = problem.fix ? `${problem.message} ${problem.fix}` : problem.message;
  if (spot?.reference !== undefined) {
    return code.flatMap(one => one.tokens).filter(one => isReference(one, spot.reference!)).map(one => ({ ...spanOf(one), severity, message }));
  }
  if (spot?.line === undefined) return [];
  const lines = text.split("\n");
  const start = lines.slice(0, spot.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + (spot.column ?? 1) - 1;
  const from = Math.max(0, Math.min(start, text.length - 1));
  const word = /^\w+/.exec(text.slice(from))?.[0].length ?? 1;
  return text === "" ? [] : [{ from, to: Math.min(text.length, from + word), severity, message }];
}

/** `search.chunks[0]` is what the server calls `search.chunks.0`. */
function isReference({ kind, text }: Token, reference: string): boolean {
  if (kind !== "path" && kind !== "name") return false;
  const path = segments(text.replace(/\s+/g, "")).join(".");
  return path === reference || path.startsWith(`${reference}.`);
}
