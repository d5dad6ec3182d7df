import { useEffect, useMemo, useState } from "react";
import { deleteSelection, duplicate, findUsages, toggleDisabled } from "../canvas/actions";
import type { FlowNode, Json, NodeDescriptor } from "../contract";
import { TextBox, Tabs } from "../controls/Basic";
import { MenuButton, type MenuItem } from "../controls/Menu";
import { canPin } from "../debug/debugger";
import { edgesFrom, findNode, parentOf } from "../kernel/document";
import { ProblemNotes } from "./ProblemNotes";
import { stepsOf } from "../run/runModel";
import { useRun, useRunStore } from "../run/useRun";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useNarrow } from "../ui/remember";
import { Tile } from "../ui/Tile";
import { FormContextValue, type FormContext } from "./context";
import { Connections } from "./Connections";
import { ErrorsTab } from "./ErrorsTab";
import { InputsField } from "./InputsField";
import { LastRunTab } from "./LastRunTab";
import { useLookup } from "./useLookup";
import { SettingField } from "./SettingField";
import { Usages } from "./Usages";
import { settingKey } from "./settingKey";

// Which tab was open last; it stays so from node to node.
let lastTab = "settings";

export function NodePanel({ node }: { node: FlowNode }) {
  const [chosen, setTab] = useState(lastTab);
  const jump = useEditor(view => view.inspectorAt !== undefined);
  const tab = jump ? "settings" : chosen;
  useEffect(() => { if (jump) setTab(lastTab = "settings"); }, [jump]);
  const choose = (id: string) => { lastTab = id; setTab(id); };
  const type = useEditor(view => view.nodeTypes.get(node.type));
  const form = useNodeForm(node);
  const failed = useRun(view => (view.model ? stepsOf(view.model, node.id).at(-1)?.state === "failed" : false));
  const tabs = [
    { id: "settings", label: strings.inspector.settings }, { id: "run", label: <>{strings.inspector.lastRun}{failed && <span className="tab-dot" />}</> }, { id: "error", label: strings.inspector.onError },
  ];
  return (
    <>
      <NodeHeader node={node} type={type} />
      <Tabs tabs={tabs} value={tab} onChange={choose} label={strings.inspector.panel} idPrefix="inspector" />
      <div className="ins-body" role="tabpanel" id="inspector-panel" aria-labelledby={`inspector-tab-${tab}`}>
        <FormContextValue value={form}>
          {tab === "settings" && <><SettingsTab node={node} type={type} /><Connections node={node} /><Usages node={node} /></>}
          {tab === "run" && <LastRunTab node={node} />}
          {tab === "error" && <ErrorsTab node={node} type={type} />}
        </FormContextValue>
      </div>
    </>
  );
}

/** What the fields of a node's form ask for. */
export function useNodeForm(node: FlowNode): FormContext {
  const canEdit = useEditor(view => view.canEdit);
  const all = useEditor(view => view.problems);
  const problems = useMemo(() => all.filter(problem => problem.nodeId === node.id), [all, node.id]);
  const lookup = useLookup(node.id);
  return useMemo(() => ({ nodeId: node.id, problems, canEdit, lookup }), [node.id, problems, canEdit, lookup]);
}

export function NodeHeader({ node, type }: { node: FlowNode; type: NodeDescriptor | undefined }) {
  const store = useStore();
  const run = useRunStore();
  const canEdit = useEditor(view => view.canEdit);
  const canRun = useEditor(view => view.canRun && parentOf(view.document, node.id) === undefined);
  const mayRun = useEditor(view => view.canRun);
  const pinnable = useEditor(view => view.canRun && canPin(view.document, view.nodeTypes, node.id));
  const isPinned = useEditor(view => view.debugging.pins.has(node.id));
  const isExpanded = useEditor(view => view.expanded);
  const isNarrow = useNarrow();
  const isStop = useEditor(view => view.debugging.breakpoints.has(node.id));
  const rename = (name: string) => {
    const trimmed = name.trim();
    if (trimmed && trimmed !== node.name) store.commit([{ op: "setNode", id: node.id, field: "name", value: trimmed }], strings.inspector.name, { merge: `name:${node.id}` });
  };
  const items: (MenuItem | null)[] = [
    { label: strings.inspector.runNode, icon: "play", disabled: !canRun, onChoose: () => void run.runNode(node.id, "only") },
    { label: strings.inspector.runTo, icon: "skip-forward", disabled: !canRun, onChoose: () => void run.runNode(node.id, "to") }, null,
    { label: isPinned ? strings.debug.unpin : strings.debug.pinLast, icon: isPinned ? "pin-off" : "pin", keys: "P", disabled: !pinnable, onChoose: () => void store.debug?.togglePin(node.id) },
    { label: strings.debug.edit, icon: "braces", disabled: !pinnable, onChoose: () => store.set({ pinEditing: node.id }) },
    { label: isStop ? strings.debug.clearBreakpoint : strings.debug.setBreakpoint, icon: "octagon-pause", keys: "B", disabled: !mayRun, onChoose: () => void store.debug?.toggleBreakpoint(node.id) }, null,
    { label: strings.inspector.duplicate, icon: "copy-plus", keys: "Ctrl D", disabled: !canEdit, onChoose: () => duplicate(store) },
    { label: node.disabled ? strings.inspector.enable : strings.inspector.disable, icon: "power", keys: "D", disabled: !canEdit, onChoose: () => toggleDisabled(store) },
    { label: strings.usages.find, icon: "scan-search", keys: "U", onChoose: () => findUsages(store, node.id) },
    { label: strings.inspector.delete, icon: "trash-2", keys: "Del", danger: true, disabled: !canEdit, onChoose: () => deleteSelection(store, false) },
  ];
  return (
    <header className="ins-head">
      <div className="ins-title">
        <Tile group={type?.group} icon={type?.icon ?? "circle-question-mark"} size={24} iconSize={14} />
        <TextBox className="ins-name" value={node.name} onCommit={rename} label={strings.inspector.name} disabled={!canEdit} testId="inspector-name" />
        <button type="button" className="icb" disabled={!canRun} aria-label={strings.inspector.runNode} title={strings.inspector.runNode} onClick={() => void run.runNode(node.id, "only")}><Icon name="play" size={15} /></button>
        {!isNarrow && !isExpanded && <button type="button" className="icb" aria-label={strings.expanded.open} title={`${strings.expanded.open} (Shift Enter)`} data-testid="expand" onClick={() => store.set({ expanded: true })}><Icon name="columns-3" size={15} /></button>}
        <MenuButton label={strings.inspector.menu} items={items} />
      </div>
      <p title={type?.description}>{type ? `${type.name} · ${type.description}` : strings.inspector.unknownType}</p>
      {node.disabled && <span className="pill"><Icon name="power-off" size={11} />{strings.inspector.disabled}</span>}
    </header>
  );
}

/** Brings the setting that somebody jumped to into view and gives it the focus. */
function useJump(): void {
  const store = useStore();
  const at = useEditor(view => (typeof view.inspectorAt === "object" ? view.inspectorAt.setting : undefined));
  useEffect(() => {
    if (at === undefined) return;
    store.set({ inspectorAt: undefined });
    const field = document.querySelector<HTMLElement>(`.side [data-setting="${CSS.escape(at)}"]`);
    field?.scrollIntoView({ block: "nearest" });
    field?.querySelector<HTMLElement>("[contenteditable='true'], input, textarea, button:not(.hint-button, .fx-button)")?.focus();
  }, [at, store]);
}

export function SettingsTab({ node, type }: { node: FlowNode; type: NodeDescriptor | undefined }) {
  const store = useStore();
  useJump();
  const settings = type?.settings ?? [];
  const commit = (name: string, label: string, value: Json | undefined) => {
    store.commit([{ op: "setSetting", id: node.id, name, value: value ?? null }], label, { merge: settingKey(node.id, name) });
  };
  return (
    <>
      <ProblemNotes fields={settings.map(setting => `settings.${setting.name}`)} />
      {type && settings.length === 0 && <p className="field-help ins-note">{strings.inspector.noSettings}</p>}
      {settings.map(setting => node.type === "start" && setting.name === "inputs"
        ? <InputsField key={setting.name} setting={setting} value={node.settings?.inputs} onCommit={value => commit(setting.name, setting.label, value)} />
        : <SettingField key={setting.name} setting={setting} value={node.settings?.[setting.name]} path={`settings.${setting.name}`} onCommit={value => commit(setting.name, setting.label, value)} />)}
      {type?.ports.filter(port => port.kind === "attachment").map(port => <Attached key={port.name} node={node} port={port.name} label={port.label} />)}
    </>
  );
}

/** What hangs below an agent at one port. */
function Attached({ node, port, label }: { node: FlowNode; port: string; label: string }) {
  const store = useStore();
  const document = useEditor(view => view.document);
  const types = useEditor(view => view.nodeTypes);
  const attached = edgesFrom(document, node.id).filter(edge => edge.from.port === port).flatMap(edge => findNode(document, edge.to.node) ?? []);
  return (
    <div className="fld">
      <span className="fld-label"><span>{label.charAt(0).toUpperCase() + label.slice(1)}</span><em>{strings.inspector.attached(attached.length)}</em></span>
      {attached.length === 0 && <p className="field-help">{strings.inspector.attachHint}</p>}
      {attached.map(other => {
        const type = types.get(other.type);
        return (
          <button key={other.id} type="button" className="select attached" onClick={() => { store.select([other.id]); store.reveal(other.id); }}>
            <Tile group={type?.group} icon={type?.icon ?? "box"} size={20} iconSize={12} /><span className="what">{other.name || other.id}</span>
            {type?.isEffect && <span className="effect">{strings.inspector.actsOutside}</span>}
          </button>
        );
      })}
    </div>
  );
}
