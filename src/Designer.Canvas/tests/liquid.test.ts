import { describe, expect, it } from "vitest";
import { choicesFor, textOfChoice, wantedAt } from "../src/inspector/completion";
import { codeOf, faultsIn } from "../src/inspector/liquid";
import type { Lookup } from "../src/inspector/lookup";
import type { ReachableValue } from "../src/inspector/reachable";

const value = (path: string, type = "string"): ReachableValue => ({ path, name: path.slice(path.indexOf(".") + 1), owner: path.split(".")[0]!, group: "upstream", type, label: "", certain: true });
const lookup: Lookup = { values: [value("start.question"), value("search.chunks", "array<chunk>"), value("search.best", "number")], lastValue: () => undefined, rootValue: () => undefined };

/** `text|` with the caret at the bar: what is chosen first, written. */
function written(text: string, choice: string, isBare = false): string {
  const at = text.indexOf("¦");
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  const wanted = wantedAt(before, isBare, true)!;
  const chosen = choicesFor(wanted, lookup).find(one => one.key === choice)!;
  const put = textOfChoice(chosen, wanted, before.slice(Math.max(0, wanted.from - 1), wanted.from), after);
  const whole = put.text.slice(0, put.anchor) + "‹" + put.text.slice(put.anchor, put.head) + "›" + put.text.slice(put.head);
  return before.slice(0, wanted.from) + whole + after.slice(put.eaten);
}

describe("what is offered at the caret", () => {
  it.each([
    ["{{ start.question |", false, { kind: "filter", query: "", isInside: true }], ["{{ start.question | tru", false, { kind: "filter", query: "tru", isInside: true }],
    ["{% i", false, { kind: "tag", query: "i", isInside: true }], ["{% if sear", false, { kind: "value", query: "sear", isInside: true }],
    ["{{ start.question | default: sea", false, { kind: "value", query: "sea", isInside: true }], ["search.best > 0.5 and sta", true, { kind: "value", query: "sta", isInside: true }],
    ["{{ sea", false, { kind: "value", query: "sea", isInside: false }],
  ])("%s", (before, isBare, expected) => expect(wantedAt(before, isBare)).toMatchObject(expected));

  it.each([["{{ start.question | default: \"sea", false], ["{{ start.question }} and sea", false], ["{% if search.best > 0", false], ["search.best > 0.", true], ["plain text", false]])(
    "nothing in %s", (before, isBare) => expect(wantedAt(before, isBare)).toBeUndefined());

  it("offers nothing where the word is written out, so that Enter ends the line", () => {
    expect(choicesFor(wantedAt("{% if search.best", false)!, lookup)).toEqual([]);
    expect(choicesFor(wantedAt("{{ a.b | upcase", false)!, lookup)).toEqual([]);
    expect(choicesFor(wantedAt("{% if x == fal", false)!, lookup)).toEqual([]);
  });
});

describe("what a choice writes", () => {
  it.each([
    ["{{ start.question |¦ }}", "truncate", "{{ start.question | truncate: ‹80› }}"], ["{{ start.question | up¦ }}", "upcase", "{{ start.question | upcase‹› }}"],
    ["{{ search.chunks | wh¦ }}", "where", "{{ search.chunks | where: \"‹field›\", … }}"], ["{{ start.question | def¦ }}", "default", "{{ start.question | default: \"‹…›\" }}"],
    ["{%¦", "if", "{% if ‹…› %}{% endif %}"], ["{% fo¦ %}x{% endfor %}", "for", "{% for item in ‹…› %}x{% endfor %}"], ["{% ass¦", "assign", "{% assign name = ‹…› %}"],
    ["{% if sea¦ %}", "search.best", "{% if search.best‹› %}"], ["{{ sea¦ }}", "search.chunks", "{{ search.chunks }}‹›"],
  ])("%s %s", (text, choice, expected) => expect(written(text, choice)).toBe(expected));
  it("is a path alone in a condition", () => expect(written("search.best > 0.5 and sta¦", "start.question", true)).toBe("search.best > 0.5 and start.question‹›"));
});

describe("codeOf", () => {
  it("names the words of Liquid", () => {
    expect(codeOf("{% for c in search.chunks limit: 3 %}{{ c.text | truncate: 20, '…' }}").map(one => one.tokens.map(token => `${token.kind} ${token.text}`))).toEqual([
      ["keyword for", "name c", "keyword in", "path search.chunks", "keyword limit", "operator :", "number 3"], ["path c.text", "operator |", "filter truncate", "operator :", "number 20", "operator ,", "string '…'"]]);
  });
  it("leaves raw text and comments alone", () => {
    expect(codeOf("{% raw %}{{ no.code }}{% endraw %}{% comment %}{{ none }}{% endcomment %}{{ a.b }}").map(one => one.tokens[0]?.text)).toEqual(["raw", "endraw", "comment", "endcomment", "a.b"]);
  });
});

describe("faultsIn", () => {
  const words = (text: string, isBare = false) => faultsIn(text, lookup, [], isBare).map(({ from, to }) => text.slice(from, to));
  it.each([
    ["{{ start.question | nosuch }}", ["nosuch"]], ["{% nosuch %}", ["nosuch"]], ["{% if search.best %}x", ["if"]], ["x{% endfor %}", ["endfor"]], ["{% if a.b %}{% endif %}", ["a.b"]], ["{{ start.question", ["{{"]],
    ["{% for c in search.chunks %}{{ c.text }}{% else %}{{ forloop.index }}{% endfor %}", []], ["{% raw %}{{ nosuch.thing | nosuch }}{% endraw %}", []], ["{\"a\": {\"b\": \"{{ start.question }}\"}}", []],
    ["{{ \"a.b.c\" | upcase }}", []], ["{{ args.query }}", []], ["{% case start.question %}{% when \"a\" %}{% endcase %}", []],
  ])("%s", (text, expected) => expect(words(text)).toEqual(expected));
  it("reads a condition without braces", () => expect(words("serch.best > 0.5 and start.question contains 'x.y'", true)).toEqual(["serch.best"]));
  it("puts what the server found where it stands", () => {
    const problem = { code: "ref.field", severity: "error" as const, message: "No.", fix: "Yes." };
    const text = "{{ search.chunks[0].nope }} and {{ search.chunks }}";
    expect(faultsIn(text, lookup, [{ ...problem, spot: { reference: "search.chunks.0.nope" } }])).toEqual([{ from: 3, to: 24, severity: "error", message: "No. Yes." }]);
    expect(faultsIn("one\ntwo {{ | }}", lookup, [{ ...problem, spot: { line: 2, column: 8 } }])).toEqual([{ from: 11, to: 12, severity: "error", message: "No. Yes." }]);
  });
});
