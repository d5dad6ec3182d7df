// A safe subset of Markdown. What models and people write is untrusted: it becomes data here and React text later, never HTML.
// Links keep only http and https; images stay text.

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em" | "strike"; children: Inline[] }
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "citation"; n: number }
  | { kind: "break" };
export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "code"; text: string; language: string }
  | { kind: "quote"; children: Block[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const fence = /^\s{0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const rule = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const tableRule = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;
const maxDepth = 8; // nesting beyond it is shown as text, so that hostile text cannot exhaust the stack

export function parseMarkdown(text: string, depth = 0): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i]!;
    const opened = fence.exec(line);
    if (line.trim() === "") i++;
    else if (opened) {
      const body: string[] = [];
      for (i++; i < lines.length && !closes(lines[i]!, opened[1]!); i++) body.push(lines[i]!);
      i++;
      blocks.push({ kind: "code", text: body.join("\n"), language: opened[2] ?? "" });
    } else if (rule.test(line)) { blocks.push({ kind: "rule" }); i++; }
    else if (heading.test(line)) {
      const match = heading.exec(line)!;
      blocks.push({ kind: "heading", level: match[1]!.length, children: parseInline(match[2]!) });
      i++;
    } else if (line.includes("|") && i + 1 < lines.length && tableRule.test(lines[i + 1]!)) i = table(lines, i, blocks);
    else if (depth < maxDepth && /^\s{0,3}>/.test(line)) {
      const body: string[] = [];
      for (; i < lines.length && /^\s{0,3}>/.test(lines[i]!); i++) body.push(lines[i]!.replace(/^\s{0,3}> ?/, ""));
      blocks.push({ kind: "quote", children: parseMarkdown(body.join("\n"), depth + 1) });
    } else if (depth < maxDepth && item.test(line)) i = list(lines, i, blocks, depth);
    else {
      const body: string[] = [];
      do body.push(lines[i++]!); while (i < lines.length && !startsBlock(lines[i]!));
      blocks.push({ kind: "paragraph", children: parseInline(body.join("\n")) });
    }
  }
  return blocks;
}

const closes = (line: string, mark: string) => line.trim().startsWith(mark) && line.trim().replaceAll(mark[0]!, "") === "";
const startsBlock = (line: string) => line.trim() === "" || fence.test(line) || heading.test(line) || rule.test(line) || /^\s{0,3}>/.test(line) || item.test(line);

function list(lines: string[], from: number, blocks: Block[], depth: number): number {
  const first = item.exec(lines[from]!)!;
  const indent = first[1]!.length;
  const ordered = /\d/.test(first[2]!);
  const items: string[][] = [];
  let i = from;
  for (; i < lines.length; i++) {
    const line = lines[i]!;
    const match = item.exec(line);
    const own = match && match[1]!.length <= indent + 1;
    if (own && /\d/.test(match[2]!) !== ordered) break;
    if (own) items.push([match[3]!]);
    else if (line.trim() === "") {
      const next = lines[i + 1] ?? "";
      if (!/^\s{2,}\S/.test(next) && !item.test(next)) break;
      items.at(-1)!.push("");
    } else if (/^\s/.test(line) || !startsBlock(line)) items.at(-1)!.push(line.replace(new RegExp(`^\\s{0,${indent + first[2]!.length + 1}}`), ""));
    else break;
  }
  blocks.push({
    kind: "list", ordered, start: ordered ? Number.parseInt(first[2]!, 10) : 1,
    items: items.map(body => parseMarkdown(body.join("\n"), depth + 1)),
  });
  return i;
}

function table(lines: string[], from: number, blocks: Block[]): number {
  const cells = (line: string) => line.trim().replace(/^\||\|$/g, "").split("|").map(cell => parseInline(cell.trim()));
  const rows: Inline[][][] = [];
  let i = from + 2;
  for (; i < lines.length && lines[i]!.includes("|"); i++) rows.push(cells(lines[i]!));
  blocks.push({ kind: "table", head: cells(lines[from]!), rows });
  return i;
}

// Spans are bounded in length: without that, text made of openers alone would cost the square of its length.
const inline = /(`+)([\s\S]{0,2000}?[^`])\1(?!`)|\*\*(\S(?:[\s\S]{0,2000}?\S)?)\*\*|__(\S(?:[\s\S]{0,2000}?\S)?)__|~~(\S(?:[\s\S]{0,2000}?\S)?)~~|\*([^\s*](?:[^*]{0,2000}?[^\s*])?)\*|(?<![\w])_([^\s_](?:[^_]{0,2000}?[^\s_])?)_(?![\w])|(?<!!)\[([^[\]]{1,500})\]\(\s*([^\s()<>]{1,2000})(?:\s+"[^"]{0,200}")?\s*\)|\[(\d{1,3})\](?!\()|(https?:\/\/[^\s<>"'`)\]]+)|\\([\\`*_{}[\]()#+.!|~>-])|(\n)/g;

export function parseInline(text: string, depth = 0): Inline[] {
  const parts: Inline[] = [];
  const push = (value: string) => {
    if (!value) return;
    const last = parts.at(-1);
    if (last?.kind === "text") last.text += value; else parts.push({ kind: "text", text: value });
  };
  const inner = (value: string) => depth < maxDepth ? parseInline(value, depth + 1) : [{ kind: "text", text: value } as const];
  let at = 0;
  for (const match of text.matchAll(inline)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] !== undefined) parts.push({ kind: "code", text: match[2].trim() });
    else if (match[3] ?? match[4]) parts.push({ kind: "strong", children: inner((match[3] ?? match[4])!) });
    else if (match[5]) parts.push({ kind: "strike", children: inner(match[5]) });
    else if (match[6] ?? match[7]) parts.push({ kind: "em", children: inner((match[6] ?? match[7])!) });
    else if (match[8] !== undefined) {
      const href = safeHref(match[9]!);
      if (href) parts.push({ kind: "link", href, children: inner(match[8]) }); else push(match[8]);
    } else if (match[10]) parts.push({ kind: "citation", n: Number(match[10]) });
    else if (match[11]) {
      const url = match[11].replace(/[.,;:!?]+$/, "");
      at -= match[11].length - url.length;
      const href = safeHref(url);
      if (href) parts.push({ kind: "link", href, children: [{ kind: "text", text: url }] }); else push(url);
    } else if (match[12]) push(match[12]);
    else parts.push({ kind: "break" });
  }
  push(text.slice(at));
  return parts;
}

/** The address if it is http or https, else nothing. */
export function safeHref(address: string): string | undefined {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
  } catch { return undefined; }
}
