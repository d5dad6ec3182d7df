import { useState } from "react";
import type { FlowNode, Json, Pin } from "../contract";
import { CopyButton } from "../controls/Basic";
import { allNodes, parentOf } from "../kernel/document";
import { HttpProblem } from "../run/problem";
import { LargeView } from "../files/FileList";
import type { LargePart } from "../files/files";
import { stepsOf, type RunModel } from "../run/runModel";
import { valuesOf } from "../run/runView";
import { useRun, useRunStore } from "../run/useRun";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { canPin, lastPin } from "./debugger";
import { typed, valueRows, withValue, type ValueRow } from "./values";
import "./variables.css";

/** Every value of the last run in one tree: search, copy, change one and run a node with it. A changed value is a pin until it is reset. */
export function VariableInspector() {
  const editor = useStore();
  const model = useRun(valuesOf);
  const document = useEditor((view) => view.document);
  const pins = useEditor((view) => view.debugging.pins);
  const [query, setQuery] = useState("");
  const nodes = allNodes(document).flatMap((node) => {
    const shown = pins.get(node.id) ?? lastPin(model, node.id);
    return shown ? [{ node, shown, isPinned: pins.has(node.id) }] : [];
  });
  const shownRun = useRun((view) => view.model);
  const known = new Set(nodes.map(({ node }) => node.id));
  const large = allNodes(document).flatMap((node) => {
    const part = shownRun && !known.has(node.id) ? stepsOf(shownRun, node.id).findLast((step) => step.largeOutputs)?.largeOutputs : undefined;
    return part && query.trim() === "" ? [{ node, part }] : [];
  });
  if (nodes.length + large.length === 0) return <p className="hint pad">{strings.run.values_none}</p>;
  return (
    <div className="variables" data-testid="variables">
      <div className="variables-bar">
        <div className="box"><Icon name="search" size={14} /><input value={query} placeholder={strings.debug.searchValues} aria-label={strings.debug.searchValues} data-testid="variables-search" onChange={(event) => setQuery(event.target.value)} /></div>
        {pins.size > 0 && <button type="button" className="btn2 small" data-testid="reset-all" onClick={() => void editor.debug?.unpinAll()}><Icon name="undo-2" size={13} />{strings.debug.resetAll(pins.size)}</button>}
      </div>
      <div className="variables-list">
        {nodes.map(({ node, shown, isPinned }) => <NodeValues key={node.id} node={node} shown={shown} isPinned={isPinned} query={query} model={model} />)}
        {large.map(({ node, part }) => <LargeValues key={node.id} node={node} part={part} />)}
      </div>
    </div>
  );
}

/** Too large to be sent along, to be searched or changed here: how it begins, and the whole as a file. */
function LargeValues({ node, part }: { node: FlowNode; part: LargePart }) {
  const editor = useStore();
  const type = useEditor((view) => view.nodeTypes.get(node.type));
  const name = node.name || node.id;
  return (
    <section className="variables-node" aria-label={name} data-testid={`values-${node.id}`}>
      <header>
        <button type="button" className="value-node" title={strings.run.openNode} onClick={() => { editor.select([node.id]); editor.reveal(node.id); }}>
          <Tile group={type?.group} icon={type?.icon ?? "box"} size={20} iconSize={12} /><span>{name}</span>
        </button>
      </header>
      <LargeView part={part} member="outputs" />
    </section>
  );
}

function NodeValues({ node, shown, isPinned, query, model }: { node: FlowNode; shown: Pin; isPinned: boolean; query: string; model: RunModel | undefined }) {
  const editor = useStore();
  const run = useRunStore();
  const type = useEditor((view) => view.nodeTypes.get(node.type));
  const canRun = useEditor((view) => view.canRun);
  const pinnable = useEditor((view) => view.canRun && canPin(view.document, view.nodeTypes, node.id));
  const isTop = useEditor((view) => parentOf(view.document, node.id) === undefined);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const name = node.name || node.id;
  const isNameFound = query.trim() !== "" && name.toLowerCase().includes(query.trim().toLowerCase());
  const rows = valueRows(shown.outputs, node.id, open, isNameFound ? "" : query, 1);
  if (rows.length === 0 && query.trim() !== "") return null;
  const toggle = (path: string): void => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  const change = async (path: string, value: Json | undefined): Promise<void> => {
    const outputs = value === undefined ? undefined : withValue(shown.outputs, node.id, path, value);
    if (outputs === undefined) { setProblem(strings.debug.notJson); return; }
    try {
      await editor.debug?.pin(node.id, { outputs, port: shown.port });
      setEditing(undefined);
      setProblem(undefined);
    } catch (error) { setProblem(error instanceof HttpProblem ? error.problems[0]?.message ?? error.message : String(error)); }
  };
  return (
    <section className="variables-node" aria-label={name} data-testid={`values-${node.id}`}>
      <header>
        <button type="button" className="value-node" title={strings.run.openNode} onClick={() => { editor.select([node.id]); editor.reveal(node.id); }}>
          <Tile group={type?.group} icon={type?.icon ?? "box"} size={20} iconSize={12} /><span>{name}</span>
        </button>
        {isPinned && <span className="pill"><Icon name="pin" size={10} />{strings.debug.changed}</span>}
        <span className="gap" />
        {isPinned && <button type="button" className="btn2 small quiet" data-testid={`reset-${node.id}`} onClick={() => void editor.debug?.unpin(node.id)}>{strings.debug.reset}</button>}
        {canRun && isTop && <button type="button" className="icb small" aria-label={strings.debug.runNamed(name)} title={strings.debug.runNamed(name)} data-testid={`values-run-${node.id}`} disabled={!model && !isPinned} onClick={() => void run.runNode(node.id, "only")}><Icon name="play" size={13} /></button>}
        {pinnable && <button type="button" className="icb small" aria-label={strings.debug.edit} title={strings.debug.edit} onClick={() => editor.set({ pinEditing: node.id })}><Icon name="braces" size={13} /></button>}
        <CopyButton label={strings.common.copy} text={() => JSON.stringify(shown.outputs, null, 2)} />
      </header>
      <div role="tree" aria-label={name}>
        {rows.map((row) => editing === row.path
          ? <Edit key={row.path} row={row} problem={problem} onDone={(text) => void change(row.path, typed(text, row.value))} onCancel={() => { setEditing(undefined); setProblem(undefined); }} />
          : <Row key={row.path} row={row} canEdit={pinnable} onToggle={() => toggle(row.path)} onEdit={() => { setEditing(row.path); setProblem(undefined); }} />)}
      </div>
    </section>
  );
}

function Row({ row, canEdit, onToggle, onEdit }: { row: ValueRow; canEdit: boolean; onToggle: () => void; onEdit: () => void }) {
  const text = row.hasChildren ? (Array.isArray(row.value) ? `[${row.value.length}]` : `{${Object.keys(row.value as object).length}}`) : typeof row.value === "string" ? row.value : JSON.stringify(row.value);
  const kind = typeof row.value === "number" ? "json-number" : typeof row.value === "boolean" ? "json-bool" : row.value === null || row.hasChildren ? "json-null" : "json-text";
  return (
    <div className="variable" role="treeitem" aria-level={row.depth} aria-expanded={row.hasChildren ? row.isOpen : undefined} style={{ paddingLeft: row.depth * 14 }} data-testid={`value-${row.path}`} onDoubleClick={canEdit ? onEdit : undefined}>
      {row.hasChildren
        ? <button type="button" className="trace-fold" aria-label={`${row.isOpen ? strings.common.collapse : strings.common.expand} ${row.key}`} onClick={onToggle}><Icon name={row.isOpen ? "chevron-down" : "chevron-right"} size={12} /></button>
        : <span className="variable-gap" />}
      <span className="json-key">{row.key}</span><span className={`variable-value ${kind}`} title={text}>{text.slice(0, 400)}</span>
      <span className="variable-acts">
        {canEdit && <button type="button" className="icb small" aria-label={strings.debug.editValue(row.path)} title={strings.debug.editValue(row.path)} onClick={onEdit}><Icon name="pencil" size={12} /></button>}
        <CopyButton label={strings.debug.copyPath} text={() => `{{ ${row.path} }}`} icon="link" />
        <CopyButton label={strings.debug.copyValue} text={() => (typeof row.value === "string" ? row.value : JSON.stringify(row.value, null, 2))} />
      </span>
    </div>
  );
}

function Edit({ row, problem, onDone, onCancel }: { row: ValueRow; problem: string | undefined; onDone: (text: string) => void; onCancel: () => void }) {
  const [text, setText] = useState(typeof row.value === "string" ? row.value : JSON.stringify(row.value, null, 2));
  return (
    <form className="variable-edit" style={{ paddingLeft: row.depth * 14 + 16 }} onSubmit={(event) => { event.preventDefault(); onDone(text); }}>
      <label><span className="json-key">{row.key}</span>
        <textarea className={`ctl mono${problem ? " bad" : ""}`} autoFocus rows={Math.min(8, text.split("\n").length)} value={text} aria-invalid={problem !== undefined} data-testid="value-edit" onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); onCancel(); }
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) { event.preventDefault(); event.stopPropagation(); onDone(text); }
          }} /></label>
      <button type="submit" className="btn2 small primary" data-testid="value-save">{strings.debug.change}</button>
      <button type="button" className="btn2 small" onClick={onCancel}>{strings.common.cancel}</button>
      {problem && <p className="bad-text" role="alert">{problem}</p>}
    </form>
  );
}
