import { useBridge } from "../bridge";
import type { FlowDocument, Json, Op, SlotKind } from "../contract";
import { Segments, TextBox } from "../controls/Basic";
import { Select } from "../controls/Select";
import { useEditor, useStore } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { Tile } from "../ui/Tile";
import { DeclarationRows, Pair } from "./DeclarationRows";
import { readDeclarations } from "./declarations";
import { slotFace } from "./slotFace";
import { fits, usersOf } from "./slots";

const words = strings.flow;

/** The flow's own settings, shown while no node is selected. */
export function FlowPanel() {
  const store = useStore();
  const document = useEditor(view => view.document);
  const canEdit = useEditor(view => view.canEdit);
  const set = (field: Extract<Op, { op: "setFlow" }>["field"], label: string, value: Json) => store.commit([{ op: "setFlow", field, value }], label, { merge: `flow:${field}` });
  return (
    <>
      <header className="ins-head">
        <div className="ins-title">
          <span className="tile flow-tile"><Icon name="workflow" size={14} /></span>
          <TextBox className="ins-name" value={document.name} label={words.name} disabled={!canEdit} testId="flow-name" onCommit={name => { if (name.trim()) set("name", words.name, name.trim()); }} />
        </div>
      </header>
      <div className="ins-body flow-body">
        <Field label={words.description}>
          <TextBox multiline rows={3} value={document.description ?? ""} label={words.description} placeholder={words.descriptionPlaceholder} disabled={!canEdit} testId="flow-description" onCommit={text => set("description", words.description, text || null)} />
        </Field>
        <Field label={words.mode} help={document.mode === "chat" ? words.chatHelp : words.taskHelp}>
          <Segments value={document.mode} label={words.mode} disabled={!canEdit} segments={[{ value: "chat", label: words.chat }, { value: "task", label: words.task }]} onChange={mode => set("mode", words.mode, mode)} />
        </Field>
        <Field label={words.slots}><Slots document={document} /></Field>
        <Field label={words.variables}>
          <DeclarationRows all={readDeclarations(document.variables as unknown as Json)} canEdit={canEdit} addLabel={words.addVariable} newName="variable" empty={words.noVariables} testId="flow-variables"
            onCommit={all => set("variables", words.variables, all.length ? all : null)}
            more={(one, change) => document.mode === "chat" && (
              <Pair label={words.scope}>
                <Select value={one.scope === "conversation" ? "conversation" : "run"} label={words.scope} disabled={!canEdit} choices={[{ value: "run", label: words.scopeRun }, { value: "conversation", label: words.scopeConversation }]}
                  onChoose={scope => change("scope", scope === "conversation" ? "conversation" : undefined)} />
              </Pair>
            )} />
        </Field>
      </div>
    </>
  );
}

/** What the flow needs from its workspace, and what each need is bound to. */
function Slots({ document }: { document: FlowDocument }) {
  const slots = Object.entries(document.slots ?? {});
  if (slots.length === 0) return <p className="field-help">{words.noSlots}</p>;
  return <div className="rows">{slots.map(([name, slot]) => <Slot key={name} document={document} name={name} kind={slot.kind} needs={slot.needs} description={slot.description} />)}</div>;
}

function Slot({ document, name, kind, needs, description }: { document: FlowDocument; name: string; kind: SlotKind; needs: string[] | undefined; description: string | undefined }) {
  const store = useStore();
  const bridge = useBridge();
  const canEdit = useEditor(view => view.canEdit);
  const options = useEditor(view => view.options[kind]) ?? [];
  const bound = useEditor(view => view.bindings[name]);
  const users = usersOf(document, name);
  const face = slotFace(kind);
  const icon = <Tile group={face.group} icon={face.icon} size={20} iconSize={12} />;
  const choices = options.filter(option => fits(option, needs) || option.value === bound).map(option => ({ value: option.value, label: option.label, icon, ...(option.note ? { note: option.note } : {}) }));
  if (bound !== undefined && !options.some(option => option.value === bound)) choices.push({ value: bound, label: strings.inspector.missingOption(bound), icon });
  const bind = (value: string) => { bridge.bind(name, value).catch((error: unknown) => store.toast(error instanceof Error ? error.message : String(error), "error")); };
  const remove = () => {
    const { [name]: _, ...rest } = document.slots ?? {};
    store.commit([{ op: "setFlow", field: "slots", value: (Object.keys(rest).length ? rest : null) as unknown as Json }], strings.common.remove);
  };
  return (
    <div className="slot">
      <div className="slot-top">
        <span className="slot-name">{name}</span>
        <span className="slot-users" title={description}>{users.length ? words.usedBy(users.map(user => user.name || user.id).join(", ")) : words.unused}</span>
        {canEdit && users.length === 0 && <button type="button" className="icb small" aria-label={strings.common.remove} title={strings.common.remove} onClick={remove}><Icon name="x" size={13} /></button>}
      </div>
      <Select value={bound} choices={choices} label={name} disabled={!canEdit} warn={bound === undefined && users.length > 0} placeholder={strings.inspector.noneChosen} empty={strings.inspector.noOptions} testId={`slot-${name}`} onChoose={bind} />
    </div>
  );
}

function Field({ label, help, children }: { label: string; help?: string; children: React.ReactNode }) {
  return <div className="fld"><span className="fld-label"><span>{label}</span></span>{children}{help && <p className="field-help">{help}</p>}</div>;
}
