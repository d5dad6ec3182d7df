import { memo, useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import type { Citation } from "../contract";
import { Popover } from "../controls/Popover";
import { strings } from "../strings";
import { shownText } from "../ui/shownText";
import { parseMarkdown, type Block, type Inline } from "./parseMarkdown";

interface Props { text: string; citations?: readonly Citation[]; streaming?: boolean }

/** Untrusted Markdown as React elements. */
export const Markdown = memo(function Markdown({ text, citations = [], streaming }: Props) {
  const blocks = useMemo(() => parseMarkdown(shownText(text)), [text]);
  return <div className={`md${streaming ? " streaming" : ""}`}>{blocks.map((block, i) => renderBlock(block, i, { citations, streaming: streaming === true }))}</div>;
});

interface Context { citations: readonly Citation[]; streaming: boolean }

function renderBlock(block: Block, key: number, context: Context): ReactNode {
  switch (block.kind) {
    case "paragraph": return <p key={key}>{renderInline(block.children, context)}</p>;
    case "heading": return <p key={key} role="heading" aria-level={Math.min(6, block.level + 2)} className={`h h${Math.min(3, block.level)}`}>{renderInline(block.children, context)}</p>;
    case "code": return <pre key={key}><code>{block.text}</code></pre>;
    case "quote": return <blockquote key={key}>{block.children.map((child, i) => renderBlock(child, i, context))}</blockquote>;
    case "rule": return <hr key={key} />;
    case "list": {
      const items = block.items.map((item, i) => (
        <li key={i}>{item.map((child, j) => child.kind === "paragraph" && j === 0 ? <span key={j}>{renderInline(child.children, context)}</span> : renderBlock(child, j, context))}</li>
      ));
      return block.ordered ? <ol key={key} start={block.start}>{items}</ol> : <ul key={key}>{items}</ul>;
    }
    case "table": return (
      <div key={key} className="md-table"><table>
        <thead><tr>{block.head.map((cell, i) => <th key={i}>{renderInline(cell, context)}</th>)}</tr></thead>
        <tbody>{block.rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{renderInline(cell, context)}</td>)}</tr>)}</tbody>
      </table></div>
    );
  }
}

function renderInline(parts: Inline[], context: Context): ReactNode[] {
  return parts.map((part, i) => {
    switch (part.kind) {
      case "text": return part.text;
      case "code": return <code key={i}>{part.text}</code>;
      case "strong": return <strong key={i}>{renderInline(part.children, context)}</strong>;
      case "em": return <em key={i}>{renderInline(part.children, context)}</em>;
      case "strike": return <s key={i}>{renderInline(part.children, context)}</s>;
      case "link": return <a key={i} href={part.href} target="_blank" rel="noopener noreferrer nofollow">{renderInline(part.children, context)}</a>;
      case "break": return <br key={i} />;
      case "citation": {
        const citation = context.citations.find(candidate => candidate.n === part.n);
        return citation || context.streaming ? <CitationMark key={i} n={part.n} citation={citation} /> : `[${part.n}]`;
      }
    }
  });
}

function CitationMark({ n, citation }: { n: number; citation: Citation | undefined }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const anchor = useCallback(() => button.current?.getBoundingClientRect(), []);
  const keep = useCallback(() => [button.current], []);
  return (
    <>
      <button ref={button} type="button" className="cit" aria-label={strings.run.citation(n)} aria-expanded={open} onClick={() => setOpen(!open)}>{n}</button>
      {open && (
        <Popover anchor={anchor} onClose={() => { setOpen(false); button.current?.focus(); }} width={320} role="dialog" label={strings.run.citation(n)} keepOpenFor={keep}>
          <div className="cit-card" data-testid={`citation-${n}`}>
            {citation ? (
              <>
                <b>{citation.title}</b>
                {citation.page !== undefined && citation.page !== null && <span className="cit-page">{strings.run.page(citation.page)}</span>}
                <p>{citation.quote || strings.run.noQuote}</p>
              </>
            ) : <p>{strings.run.noSource}</p>}
          </div>
        </Popover>
      )}
    </>
  );
}
