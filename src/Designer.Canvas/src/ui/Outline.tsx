import { useEffect, useRef, useState } from "react";
import type { FlowDocument } from "../contract";
import { indexOf, parentOf } from "../kernel/document";
import { problemsByNode } from "../kernel/problems";
import { strings } from "../strings";
import { useEditor, useStore } from "../store";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";
import { isNarrow } from "./remember";
import { Tile } from "./Tile";

/** The flow's nodes as a list that can be searched: find a node in a large flow, or read the flow without the canvas. */
export function Outline() {
  const open = useEditor((view) => view.outlineOpen);
  return open ? <OutlinePanel /> : null;
}

const depthOf = (doc: FlowDocument, id: string): number => {
  const parent = parentOf(doc, id);
  return parent === undefined ? 0 : 1 + depthOf(doc, parent);
};

function OutlinePanel() {
  const store = useStore();
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const problems = useEditor((view) => view.problems);
  const selection = useEditor((view) => view.selection);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => { list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: "nearest" }); }, [active]);

  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...indexOf(document).nodes.values()].map(({ node }) => node).filter((node) => {
    const text = `${node.name} ${node.id} ${types.get(node.type)?.name ?? node.type}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const close = (): void => store.set({ outlineOpen: false });
  const go = (id: string): void => {
    store.select([id]);
    if (isNarrow()) close(); // the sheet would cover what it found
    store.reveal(id);
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const node = found[active];
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setActive((active + step + found.length) % found.length);
    } else if (event.key === "Enter" && node) { event.preventDefault(); go(node.id); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  };
  return (
    <section className="outline" aria-label={strings.canvas.outline} onKeyDown={onKey}>
      <header><Icon name="search" size={15} />
        <input autoFocus={!isNarrow()} aria-label={strings.canvas.findNode} placeholder={strings.canvas.findNode} value={query} onChange={(event) => { setQuery(event.target.value); setActive(0); }} />
        <IconButton icon="x" label={strings.common.close} onClick={close} /></header>
      <ul ref={list}>
        {found.map((node, i) => {
          const type = types.get(node.type);
          const problem = problemsByNode(problems).get(node.id);
          return (
            <li key={node.id} style={{ paddingLeft: depthOf(document, node.id) * 16 }}>
              <button data-index={i} className={`${i === active ? "active" : ""}${selection.includes(node.id) ? " chosen" : ""}`} data-testid={`outline-${node.id}`} onClick={() => { setActive(i); go(node.id); }}>
                <Tile group={type?.group} icon={type?.icon ?? "circle-question-mark"} size={20} iconSize={12} /><span>{node.name}</span>
                {problem && <Icon name={problem.severity === "error" ? "circle-x" : "triangle-alert"} size={14} className={`problem-${problem.severity}`} />}
              </button>
            </li>
          );
        })}
      </ul>
      {found.length === 0 && <p className="quiet">{strings.common.noMatch}</p>}
    </section>
  );
}
