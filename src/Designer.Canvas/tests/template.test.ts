import { describe, expect, it } from "vitest";
import { isSingleReference, localNames, pickerTrigger, templateParts } from "../src/inspector/template";

describe("templateParts", () => {
  it("tells references from expressions and tags", () => {
    const parts = templateParts("Answer {{ start.question }} from {{ search.chunks | context: 3 }}{% if x %}{{ 'a' | upcase }}{{ a.b[0]['c'] }}");
    expect(parts.map(part => [part.kind, part.reference?.path, part.reference?.filters])).toEqual([
      ["output", "start.question", ""], ["output", "search.chunks", "| context: 3"], ["tag", undefined, undefined],
      ["output", undefined, undefined], ["output", "a.b[0]['c']", ""]]);
  });
  it("knows names that the template makes itself", () => {
    expect([...localNames("{% for c in x.y %}{{ c }}{% endfor %}{% assign z = 1 %}")]).toEqual(["c", "forloop", "z"]);
  });
  it("sees a value that is passed on unrendered", () => {
    expect(isSingleReference(" {{ a.b }} ")).toBe(true);
    expect(isSingleReference("x {{ a.b }}")).toBe(false);
  });
});

describe("pickerTrigger", () => {
  it.each([
    ["/", { from: 0, query: "" }], ["a /", { from: 2, query: "" }], ["a /sea", { from: 2, query: "sea" }], ["{{", { from: 0, query: "" }],
    ["x {{ search.ch", { from: 2, query: "search.ch" }], ["and/or", undefined], ["https://", undefined], ["{{ a }} ", undefined], ["a / b", undefined],
  ])("%s", (before, expected) => expect(pickerTrigger(before)).toEqual(expected));
});
