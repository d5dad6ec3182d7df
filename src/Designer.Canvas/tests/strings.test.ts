/// <reference types="vite/client" />
// Words stand in src/strings.ts and nowhere else, and each has its Chinese.
import { tsxLanguage, typescriptLanguage } from "@codemirror/lang-javascript";
import { expect, test } from "vitest";
import { strings } from "../src/strings";
import { zh } from "../src/strings.zh";

const sources = import.meta.glob<string>("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
const attributes = new Set(["aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "label", "alt", "text", "hint", "help"]);
/** Two words, or one that starts a sentence: what no identifier, class list or key looks like. */
const isSentence = (text: string): boolean => /^[A-Z][a-z]+([ ,][\p{L}$]|[.?!]$)/u.test(text.trim());

const isKey = (text: string): boolean => /^(Ctrl|Alt|Shift|Space|Enter|Esc)\b/.test(text);
// The parser does not know type arguments of an element.
const plain = (code: string): string => code.replace(/(<[A-Z]\w*)<[^>()]*>(?=\s)/g, "$1");

/** What a file would show to people without asking strings.ts. */
function hardCoded(source: string, language = tsxLanguage): string[] {
  const code = plain(source);
  const found: string[] = [];
  language.parser.parse(code).iterate({
    enter(node) {
      const text = code.slice(node.from, node.to);
      if (node.name === "JSXText" && /\p{L}{2}/u.test(text.replace(/&\w+;/g, ""))) found.push(text.trim());
      if (node.name === "JSXAttribute") {
        const [name, value] = [text.split("=")[0] ?? "", node.node.lastChild];
        if (attributes.has(name) && value?.name === "JSXAttributeValue" && /^["']/.test(code.slice(value.from))) found.push(text);
      }
      if (node.name !== "String" && node.name !== "TemplateString") return;
      // What is thrown is for us; who shows an error says it in own words.
      for (let up = node.node.parent; up; up = up.parent) if (up.name === "ImportDeclaration" || (up.name === "NewExpression" && /^new Error\b/.test(code.slice(up.from, up.to)))) return;
      if (isSentence(text.slice(1, -1)) && !isKey(text.slice(1))) found.push(text);
    },
  });
  return found;
}

const files = Object.entries(sources).filter(([path]) => !/\/strings(\.zh)?\.ts$|\.generated\.ts$/.test(path));

test.each(files)("%s shows no word of its own", (path, code) => {
  expect(hardCoded(code, path.endsWith(".tsx") ? tsxLanguage : typescriptLanguage)).toEqual([]);
});

test("the whole source is read", () => expect(files.length).toBeGreaterThan(90));

test("hard-coded words are found wherever they stand", () => {
  expect(hardCoded("export const a = <p>Nothing here</p>;")).toEqual(["Nothing here"]);
  expect(hardCoded("export const a = <p>{count} left</p>;")).toEqual(["left"]);
  expect(hardCoded('export const a = <i aria-label="Close" className="Big one" />;')).toEqual(['aria-label="Close"']);
  expect(hardCoded('store.toast("It failed.", "error");')).toEqual(['"It failed."']);
  expect(hardCoded("const a = done ? `Run ${id} ended` : undefined;")).toEqual(["`Run ${id} ended`"]);
  expect(hardCoded('throw new Error("No store above this component.");')).toEqual([]);
});

test("every word is said in Chinese", () => {
  const same: string[] = [];
  const compare = (english: unknown, chinese: unknown, path: string): void => {
    if (english && typeof english === "object") for (const [key, value] of Object.entries(english)) compare(value, (chinese as Record<string, unknown>)[key], `${path}.${key}`);
    else if (said(english) === said(chinese)) same.push(path.slice(1));
  };
  compare(strings, zh, "");
  // The same in every language: fx, … and 100 %.
  expect(same).toEqual(["expression.fx", "expression.evaluating", "keys.full"]);
});

const said = (word: unknown): string => (typeof word === "function" ? String(word("1", "2", "3")) : String(word));
