import { EditorView } from "@codemirror/view";
import { createContext, useContext, useEffect, useRef, type RefObject } from "react";
import type { FlowNode } from "../contract";
import { findNode } from "../kernel/document";
import { clock } from "../run/format";
import { JsonTree } from "../run/JsonTree";
import { FileList, LargeView } from "../files/FileList";
import { stepsOf } from "../run/runModel";
import { useRun } from "../run/useRun";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { FormContextValue, useForm } from "./context";
import { ErrorsTab } from "./ErrorsTab";
import { LastRunTab } from "./LastRunTab";
import { short } from "./lastValues";
import { NodeHeader, SettingsTab, useNodeForm } from "./NodePanel";
import type { ReachableValue } from "./reachable";
import { typeColour, typeIcon } from "./valueType";
import "../run/run.css";
import "./expanded.css";

const words = strings.expanded;

/** The selected node over the whole window: what it can use, its settings, and what it gave. */
export function Expanded() {
  const isOpen = useEditor(view => view.expanded);
  const node = useEditor(view => (view.selection.length === 1 ? findNode(view.document, view.selection[0]!) : undefined));
  const store = useStore();
  // A node that somebody else took away has nothing to show.
  const isGone = isOpen && !node;
  useEffect(() => { if (isGone) store.set({ expanded: false }); }, [isGone, store]);
  return isOpen && node ? <Panel key={node.id} node={node} /> : null;
}

function Panel({ node }: { node: FlowNode }) {
  const store = useStore();
  const type = useEditor(view => view.nodeTypes.get(node.type));
  const form = useNodeForm(node);
  const panel = useRef<HTMLElement>(null);
  const writtenIn = useRef<EditorView | undefined>(undefined);
  const onFocus = (event: React.FocusEvent<HTMLElement>) => { writtenIn.current = EditorView.findFromDOM(event.target) ?? writtenIn.current; };
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => { if (before instanceof HTMLElement) before.focus(); };
  }, []);
  return (
    <section className="expanded inspector" role="dialog" aria-modal="true" aria-label={words.title(node.name || node.id)} tabIndex={-1} ref={panel} data-testid="expanded" onKeyDown={keepFocus}>
      <NodeHeader node={node} type={type} />
      <button type="button" className="icb expanded-close" aria-label={strings.common.close} title={`${strings.common.close} (Esc)`} onClick={() => store.set({ expanded: false })}><Icon name="x" size={17} /></button>
      <div className="expanded-columns">
        <WrittenIn value={writtenIn}><FormContextValue value={form}>
          <section aria-label={words.input} data-testid="expanded-input"><h3>{words.input}</h3><Input node={node} /></section>
          <section aria-label={strings.inspector.settings} data-testid="expanded-settings" onFocus={onFocus}><h3>{strings.inspector.settings}</h3><SettingsTab node={node} type={type} />
            <details className="expanded-errors"><summary>{strings.inspector.onError}</summary><ErrorsTab node={node} type={type} /></details></section>
          <section aria-label={words.output} data-testid="expanded-output"><h3>{words.output}</h3><LastRunTab node={node} hasInputs={false} /></section>
        </FormContextValue></WrittenIn>
      </div>
    </section>
  );
}

/** Tab goes round within the panel; what lies under it is covered. */
function keepFocus(event: React.KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Tab" || event.defaultPrevented) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [contenteditable='true'], [tabindex='0'], a[href], summary")].filter(one => one.offsetParent !== null);
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement !== edge && !(event.shiftKey && document.activeElement === event.currentTarget)) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0])?.focus();
}

/** What the node took in the shown run, and all values that its settings may use. */
function Input({ node }: { node: FlowNode }) {
  const { lookup } = useForm();
  const model = useRun(view => view.model);
  const step = model ? stepsOf(model, node.id).at(-1) : undefined;
  return (
    <>
      {model?.startedAt !== undefined && <p className="field-help">{words.fromRun(clock(model.startedAt))}</p>}
      {step?.inputs !== undefined && step.inputs !== null && <div className="part"><h4>{words.taken}</h4><FileList value={step.inputs} /><JsonTree value={step.inputs} label={words.taken} /></div>}
      {step?.largeInputs && <div className="part"><h4>{words.taken}</h4><LargeView part={step.largeInputs} member="inputs" /></div>}
      <div className="part"><h4>{words.usable}</h4>
        {lookup.values.length === 0 ? <p className="field-help">{strings.picker.nothingYet}</p> : <><p className="field-help">{words.usableHint}</p><Values values={lookup.values} /></>}
      </div>
    </>
  );
}

function Values({ values }: { values: readonly ReachableValue[] }) {
  const owners = [...new Map(values.map(value => [`${value.group} ${value.owner}`, value])).values()];
  return owners.map(owner => (
    <div key={`${owner.group} ${owner.owner}`} className="usable" role="group" aria-label={owner.owner}>
      <div className="usable-owner">{owner.icon && owner.nodeGroup && <Tile group={owner.nodeGroup} icon={owner.icon} size={18} iconSize={11} />}<span>{owner.group === "upstream" || owner.group === "loop" ? owner.owner : strings.picker.groups[owner.group]}</span></div>
      {values.filter(value => value.group === owner.group && value.owner === owner.owner).map(value => <Usable key={value.path} value={value} />)}
    </div>
  ));
}

function Usable({ value }: { value: ReachableValue }) {
  const { lookup, canEdit } = useForm();
  const insert = useInsert();
  const reference = `{{ ${value.path} }}`;
  const last = lookup.lastValue(value.path);
  return (
    <button type="button" className="usable-value" draggable={canEdit} title={`${reference} · ${value.type}${last === undefined ? "" : `\n${strings.picker.lastValue(short(last))}`}`} data-testid={`usable-${value.path}`}
      onDragStart={event => { event.dataTransfer.setData("text/plain", reference); event.dataTransfer.effectAllowed = "copy"; }}
      onClick={() => insert(reference)}>
      <span className="type" style={{ color: typeColour(value.type) }}><Icon name={typeIcon(value.type)} size={13} /></span><b>{value.name}</b>
      <span className="dim">{last === undefined ? value.type : short(last, 80)}</span>
    </button>
  );
}

/** The text that was written in last: pressing a value puts it there. */
const WrittenIn = createContext<RefObject<EditorView | undefined>>({ current: undefined });

function useInsert(): (reference: string) => void {
  const last = useContext(WrittenIn);
  return reference => {
    const editor = last.current;
    if (!editor?.dom.isConnected || editor.state.readOnly) return;
    editor.dispatch(editor.state.replaceSelection(reference), { userEvent: "input.complete", scrollIntoView: true });
    editor.focus();
  };
}
