import { useEffect, useMemo, useRef, useState } from "react";
import { findNode, isInside } from "../kernel/document";
import { outlineOf, searchNodes, type Hit, type OutlineRow } from "../kernel/outline";
import { problemsByNode } from "../kernel/problems";
import { strings } from "../strings";
import { useEditor, useStore } from "../store";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";
import { OutlineName } from "./OutlineName";
import { isNarrow } from "./remember";
import { Tile } from "./Tile";

const words = strings.outline;

/**
 * The same flow as an indented list, for the keyboard and for readers of screens: all that can be done with a node on the canvas can be done
 * with its row, by the same keys. And the search: names, types and settings.
 */
export function Outline() {
  const open = useEditor((view) => view.outlineOpen);
  return open ? <OutlinePanel /> : null;
}

function OutlinePanel() {
  const store = useStore();
  const document = useEditor((view) => view.document);
  const types = useEditor((view) => view.nodeTypes);
  const canEdit = useEditor((view) => view.canEdit);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(() => store.state().selection.at(-1));
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useRef<HTMLUListElement>(null);
  const hits = useMemo(() => searchNodes(document, types, query), [document, types, query]);
  const rows = useMemo(() => {
    const all = outlineOf(document);
    if (query.trim() !== "") return all.filter(({ node }) => hits.has(node.id)).sort((a, b) => hits.get(b.node.id)!.score - hits.get(a.node.id)!.score);
    return all.filter(({ node }) => ![...closed].some((id) => id !== node.id && isInside(document, node.id, id)));
  }, [document, query, hits, closed]);
  const at = Math.max(0, rows.findIndex(({ node }) => node.id === active));
  const close = (): void => store.set({ outlineOpen: false });

  const go = (id: string, focus = true): void => {
    setActive(id);
    store.select([id]);
    if (isNarrow()) close(); // the sheet would cover what it found
    store.reveal(id);
    if (focus) requestAnimationFrame(() => tree.current?.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus());
  };
  const step = (to: number): void => { const row = rows[Math.max(0, Math.min(rows.length - 1, to))]; if (row) go(row.node.id); };
  const fold = (row: OutlineRow, shut: boolean): void => {
    if (row.hasBody) setClosed((before) => { const next = new Set(before); if (shut) next.add(row.node.id); else next.delete(row.node.id); return next; });
  };

  const onSearchKey = (event: React.KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); step(query === "" ? at : 0); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  };
  const onTreeKey = (event: React.KeyboardEvent): void => {
    const row = rows[at];
    if (!row || (event.target instanceof Element && event.target.closest("input"))) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const act: Record<string, () => void> = {
      ArrowDown: () => step(at + 1), ArrowUp: () => step(at - 1), Home: () => step(0), End: () => step(rows.length - 1),
      ArrowRight: () => (closed.has(row.node.id) ? fold(row, false) : step(at + 1)), ArrowLeft: () => (row.hasBody && !closed.has(row.node.id) ? fold(row, true) : step(parentRow(rows, at))),
      " ": () => toggle(row.node.id), ContextMenu: () => menu(row.node.id),
      ...(event.shiftKey ? { F10: () => menu(row.node.id) } : {}),
    };
    if (!plain || !act[event.key]) return;
    event.preventDefault();
    act[event.key]!();
  };
  const toggle = (id: string): void => {
    const { selection } = store.state();
    store.select(selection.includes(id) ? selection.filter((one) => one !== id) : [...selection, id]);
  };
  const menu = (id: string): void => {
    const box = tree.current?.querySelector(`[data-row="${id}"]`)?.getBoundingClientRect();
    if (!store.state().selection.includes(id)) store.select([id]);
    if (box) store.set({ menu: { client: { x: box.left + 32, y: box.bottom }, nodeId: id, position: { x: 0, y: 0 } } });
  };

  return (
    <section className="outline" aria-label={strings.canvas.outline}>
      <header><Icon name="search" size={15} />
        <input autoFocus={!isNarrow()} aria-label={strings.canvas.findNode} placeholder={words.search} value={query} onChange={(event) => setQuery(event.target.value)} onKeyDown={onSearchKey} />
        {canEdit && <IconButton icon="plus" label={strings.palette.addNode} onClick={() => store.set({ add: {} })} />}
        <IconButton icon="x" label={strings.common.close} onClick={close} /></header>
      <ul role="tree" aria-label={words.nodes} aria-multiselectable="true" ref={tree} onKeyDown={onTreeKey}>
        {rows.map((row, i) => (
          <Row key={row.node.id} row={row} hit={hits.get(row.node.id)} isActive={i === at} isClosed={closed.has(row.node.id)} isFound={query.trim() !== ""}
            onGo={() => go(row.node.id)} onToggle={() => toggle(row.node.id)} onFold={(shut) => fold(row, shut)} onMenu={() => menu(row.node.id)} onFocus={() => setActive(row.node.id)} />
        ))}
      </ul>
      {rows.length === 0 && <p className="quiet">{query === "" ? words.empty : strings.common.noMatch}</p>}
    </section>
  );
}

function parentRow(rows: readonly OutlineRow[], at: number): number {
  for (let i = at - 1; i >= 0; i--) if (rows[i]!.depth < rows[at]!.depth) return i;
  return at;
}

interface RowProps { row: OutlineRow; hit: Hit | undefined; isActive: boolean; isClosed: boolean; isFound: boolean; onGo: () => void; onToggle: () => void; onFold: (shut: boolean) => void; onMenu: () => void; onFocus: () => void }

function Row({ row: { node, depth, next, hasBody }, hit, isActive, isClosed, isFound, onGo, onToggle, onFold, onMenu, onFocus }: RowProps) {
  const store = useStore();
  const element = useRef<HTMLLIElement>(null);
  const type = useEditor((view) => view.nodeTypes.get(node.type));
  const problem = useEditor((view) => problemsByNode(view.problems).get(node.id));
  const isSelected = useEditor((view) => view.selection.includes(node.id));
  const state = useEditor((view) => view.run.byNode.get(node.id)?.state);
  const document = useEditor((view) => view.document);
  const then = next.map((id) => findNode(document, id)?.name ?? id).join(", ");
  useEffect(() => { if (isActive) element.current?.scrollIntoView({ block: "nearest" }); }, [isActive]);
  const label = [node.name || node.id, type?.name ?? strings.canvas.unknownNode, ...(node.disabled ? [strings.canvas.disabled] : []), ...(state ? [strings.canvas.marks[state]] : []), ...(problem ? [problem.message] : [])].join(", ");
  return (
    <li ref={element} role="treeitem" aria-level={depth + 1} aria-selected={isSelected} aria-expanded={hasBody && !isFound ? !isClosed : undefined} aria-label={label} aria-description={then === "" ? words.endsHere : words.leadsTo(then)}
      tabIndex={isActive ? 0 : -1} data-row={node.id} data-testid={`outline-${node.id}`} className={`${isSelected ? "chosen" : ""}${node.disabled ? " off" : ""}`} style={{ paddingLeft: 8 + (isFound ? 0 : depth * 18) }}
      onFocus={onFocus} onClick={(event) => (event.ctrlKey || event.metaKey ? onToggle() : onGo())} onDoubleClick={() => store.openInspector()} onContextMenu={(event) => { event.preventDefault(); onMenu(); }}>
      {hasBody && !isFound && <Icon name={isClosed ? "chevron-right" : "chevron-down"} size={13} className="fold" />}
      {hasBody && !isFound && <i className="fold-hit" onClick={(event) => { event.stopPropagation(); onFold(!isClosed); }} />}
      <Tile group={type?.group} icon={type?.icon ?? "circle-question-mark"} size={20} iconSize={12} />
      <span className="row-words"><OutlineName node={node} />{hit?.setting ? <small>{hit.setting.label}: {hit.setting.text}</small> : isFound && <small>{type?.name ?? node.type}</small>}</span>
      {problem && <Icon name={problem.severity === "error" ? "circle-x" : "triangle-alert"} size={14} className={`problem-${problem.severity}`} />}
    </li>
  );
}
