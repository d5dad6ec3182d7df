import { describe, expect, it } from "vitest";
import { parseInline, parseMarkdown, safeHref } from "../src/run/parseMarkdown";

describe("parseMarkdown", () => {
  it("reads the blocks that models write", () => {
    const blocks = parseMarkdown("# Title\n\nUp to **five days** [1].\nNext line\n\n- one\n- two\n  - inner\n\n1. first\n2. second\n\n```js\nlet a = 1;\n```\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---");
    expect(blocks.map(block => block.kind)).toEqual(["heading", "paragraph", "list", "list", "code", "quote", "table", "rule"]);
    expect(blocks[1]).toMatchObject({ children: [{ text: "Up to " }, { kind: "strong" }, { text: " " }, { kind: "citation", n: 1 }, { text: "." }, { kind: "break" }, { text: "Next line" }] });
    expect(blocks[2]).toMatchObject({ ordered: false, items: [[{ kind: "paragraph" }], [{ kind: "paragraph" }, { kind: "list" }]] });
    expect(blocks[4]).toMatchObject({ language: "js", text: "let a = 1;" });
    expect(blocks[6]).toMatchObject({ head: [[{ text: "a" }], [{ text: "b" }]], rows: [[[{ text: "1" }], [{ text: "2" }]]] });
  });

  it("shows an unfinished code block while it streams", () => {
    expect(parseMarkdown("```\nabc")).toEqual([{ kind: "code", text: "abc", language: "" }]);
  });

  it("keeps no address but http and https", () => {
    expect(safeHref("javascript:alert(1)")).toBeUndefined();
    expect(safeHref("data:text/html,x")).toBeUndefined();
    expect(safeHref("//evil.example")).toBeUndefined();
    expect(parseInline("[x](javascript:alert(1))").some(part => part.kind === "link")).toBe(false);
    expect(parseInline("[x](https://example.org/a)")).toEqual([{ kind: "link", href: "https://example.org/a", children: [{ kind: "text", text: "x" }] }]);
    expect(parseInline("see https://example.org/a.")).toMatchObject([{ text: "see " }, { href: "https://example.org/a" }, { text: "." }]);
  });

  it("turns images and HTML into text", () => {
    expect(parseInline("![i](https://x.example/i.png)").some(part => part.kind === "link" && part.children.length === 0)).toBe(false);
    expect(parseInline("<img src=x onerror=alert(1)>")).toEqual([{ kind: "text", text: "<img src=x onerror=alert(1)>" }]);
  });

  it("leaves names with underscores and lone stars alone", () => {
    expect(parseInline("max_total_tokens and 2 * 3 * 4")).toEqual([{ kind: "text", text: "max_total_tokens and 2 * 3 * 4" }]);
  });

  it("survives hostile nesting and openers", () => {
    expect(parseMarkdown(">".repeat(5000) + " x")).toHaveLength(1);
    expect(parseInline("**a ".repeat(2000)).length).toBeGreaterThan(0);
  });
});
