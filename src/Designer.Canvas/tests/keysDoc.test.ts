/// <reference types="vite/client" />
import { expect, test } from "vitest";
import { shortcuts } from "../src/canvas/keys";
import { strings } from "../src/strings";
import page from "../../../docs/keys.md?raw";

test("the handbook's page of keys is what the editor listens to", () => {
  const section = (group: (typeof shortcuts)[number]["group"]): string => [
    `## ${strings.keys.groups[group]}`, "", "| Keys | What they do |", "|---|---|",
    ...shortcuts.filter(shortcut => shortcut.group === group).map(shortcut => `| \`${shortcut.keys}\` | ${shortcut.words} |`), "",
  ].join("\n");
  const groups = [...new Set(shortcuts.map(shortcut => shortcut.group))];
  const head = ["# Keyboard", "", "In the editor. On a Mac, Cmd stands for Ctrl. Everywhere, `Ctrl K` searches flows, pages and actions.", ""];
  expect(page).toBe([...head, ...groups.map(section)].join("\n"));
});
